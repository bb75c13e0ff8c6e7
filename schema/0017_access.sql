-- Certificates of the keys that certificates were ever signed with: claims in QR codes name their key, and outlive it.
CREATE TABLE IF NOT EXISTS signing_certificate (
  key_id   CHAR(6)     NOT NULL PRIMARY KEY COMMENT 'SHA-256 of the public key, first 4 bytes, base64url',
  chain    TEXT        NOT NULL COMMENT 'PEM: the signer, then those above it',
  added_at DATETIME(6) NOT NULL
);

-- The administrator of a regulator's own accounts, and of no others.
ALTER TABLE person_role MODIFY role ENUM('technician','analyst','checker','signatory','quality_manager','administrator','regulator',
  'instrument','organisation_administrator') NOT NULL;

ALTER TABLE session
  ADD COLUMN IF NOT EXISTS label  VARCHAR(64) NOT NULL DEFAULT '' COMMENT 'what a token is for',
  ADD COLUMN IF NOT EXISTS scopes VARCHAR(64) NULL COMMENT 'what a token is good for, by commas; NULL: all that its account may do';

CREATE TABLE IF NOT EXISTS client_certificate (
  id           BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  fingerprint  BINARY(32)   NOT NULL COMMENT 'SHA-256 of the certificate',
  person_id    BIGINT       NOT NULL,
  subject      VARCHAR(300) NOT NULL,
  not_after    DATETIME(6)  NOT NULL,
  scopes       VARCHAR(64)  NOT NULL,
  added_at     DATETIME(6)  NOT NULL,
  last_seen_at DATETIME(6)  NULL,
  revoked_at   DATETIME(6)  NULL,
  UNIQUE KEY client_certificate_fingerprint (fingerprint),
  KEY client_certificate_by_person (person_id),
  CONSTRAINT client_certificate_person FOREIGN KEY (person_id) REFERENCES person (id)
);

GRANT SELECT, INSERT ON signing_certificate TO ${app};
GRANT SELECT, INSERT, UPDATE ON client_certificate TO ${app};
