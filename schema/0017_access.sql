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

GRANT SELECT, INSERT ON signing_certificate TO ${app};
