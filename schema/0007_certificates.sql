CREATE TABLE IF NOT EXISTS certificate (
  id           BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  number       VARCHAR(24) NOT NULL,
  sample_id    BIGINT      NOT NULL,
  revision     INT         NOT NULL DEFAULT 1,
  status       ENUM('drawing','issued','superseded','withdrawn') NOT NULL,
  token        CHAR(22)    NOT NULL COMMENT 'unguessable, in the QR code',
  verdict      ENUM('conforms','fails') NOT NULL,
  signature_id BIGINT      NOT NULL,
  released_at  DATETIME(6) NOT NULL,
  issued_at    DATETIME(6) NULL,
  frozen       LONGTEXT    NOT NULL COMMENT 'JSON: all that is printed and all that it rests on, as it was at release',
  UNIQUE KEY certificate_number (number),
  UNIQUE KEY certificate_revision (sample_id, revision),
  UNIQUE KEY certificate_token (token),
  KEY certificate_by_status (status, id),
  CONSTRAINT certificate_sample FOREIGN KEY (sample_id) REFERENCES sample (id),
  CONSTRAINT certificate_signature FOREIGN KEY (signature_id) REFERENCES signature (id)
);

CREATE TABLE IF NOT EXISTS certificate_file (
  certificate_id BIGINT     NOT NULL PRIMARY KEY,
  sha256         BINARY(32) NOT NULL,
  pdf            LONGBLOB   NOT NULL,
  UNIQUE KEY file_sha256 (sha256),
  CONSTRAINT file_certificate FOREIGN KEY (certificate_id) REFERENCES certificate (id)
);

CREATE TABLE IF NOT EXISTS publication (
  sequence       BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  certificate_id BIGINT      NOT NULL,
  kind           ENUM('issued','superseded','withdrawn') NOT NULL,
  at             DATETIME(6) NOT NULL,
  CONSTRAINT publication_certificate FOREIGN KEY (certificate_id) REFERENCES certificate (id)
);

CREATE TABLE IF NOT EXISTS download (
  id             BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  certificate_id BIGINT      NOT NULL,
  person_id      BIGINT      NOT NULL,
  at             DATETIME(6) NOT NULL,
  KEY download_by_certificate (certificate_id),
  CONSTRAINT download_certificate FOREIGN KEY (certificate_id) REFERENCES certificate (id),
  CONSTRAINT download_person FOREIGN KEY (person_id) REFERENCES person (id)
);

GRANT SELECT, INSERT, UPDATE ON certificate TO ${app};
GRANT SELECT, INSERT ON certificate_file TO ${app};
GRANT SELECT, INSERT ON publication TO ${app};
GRANT SELECT, INSERT ON download TO ${app};
