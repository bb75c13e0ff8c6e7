-- Release in two steps: what a signatory was shown, and what became of each row once it was signed.
ALTER TABLE certificate ADD COLUMN IF NOT EXISTS problem VARCHAR(500) NULL COMMENT 'why it could not be drawn when it was last tried; NULL once issued';

CREATE TABLE IF NOT EXISTS release_job (
  id           BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  person_id    BIGINT      NOT NULL COMMENT 'the signatory who was shown it and who alone may sign it',
  prepared_at  DATETIME(6) NOT NULL,
  shown_hash   BINARY(32)  NOT NULL COMMENT 'SHA-256 over the contents of the rows that were ready, as if signed at prepared_at',
  signature_id BIGINT      NULL COMMENT 'NULL: prepared only',
  signed_at    DATETIME(6) NULL,
  KEY release_prepared (signature_id, prepared_at),
  CONSTRAINT release_person FOREIGN KEY (person_id) REFERENCES person (id),
  CONSTRAINT release_signature FOREIGN KEY (signature_id) REFERENCES signature (id)
);

CREATE TABLE IF NOT EXISTS release_row (
  job_id         BIGINT       NOT NULL,
  place          INT          NOT NULL COMMENT 'from 1, in the order of the choice',
  sample         VARCHAR(24)  NOT NULL COMMENT 'number, as it was chosen',
  state          ENUM('ready','refused','signed') NOT NULL COMMENT 'a signed row goes on as its certificate',
  error          INT          NULL COMMENT 'number of the error for which the row was refused',
  arguments      TEXT         NULL COMMENT 'JSON list of the error''s arguments',
  content_hash   BINARY(32)   NULL COMMENT 'SHA-256 of the content as if signed at prepared_at; NULL: was never ready',
  verdict        ENUM('conforms','fails') NULL,
  differences    LONGTEXT     NOT NULL COMMENT 'JSON list, as it was shown',
  certificate_id BIGINT       NULL,
  PRIMARY KEY (job_id, place),
  KEY release_row_certificate (certificate_id),
  CONSTRAINT release_row_job FOREIGN KEY (job_id) REFERENCES release_job (id) ON DELETE CASCADE,
  CONSTRAINT release_row_certificate FOREIGN KEY (certificate_id) REFERENCES certificate (id)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON release_job TO ${app};
GRANT SELECT, INSERT, UPDATE ON release_row TO ${app};
