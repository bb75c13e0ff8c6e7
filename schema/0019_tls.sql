-- Certificates by which machines say over TLS who they are: the fingerprint names the account, the private key stays theirs.
CREATE TABLE IF NOT EXISTS client_certificate (
  fingerprint  BINARY(32)   NOT NULL PRIMARY KEY COMMENT 'SHA-256 of the DER',
  person_id    BIGINT       NOT NULL,
  label        VARCHAR(64)  NOT NULL COMMENT 'what it is for',
  scopes       VARCHAR(64)  NOT NULL COMMENT 'what it is good for, by commas',
  subject      VARCHAR(500) NOT NULL COMMENT 'RFC 2253',
  issuer       VARCHAR(500) NOT NULL,
  valid_from   DATETIME(6)  NOT NULL,
  expires_at   DATETIME(6)  NOT NULL,
  created_at   DATETIME(6)  NOT NULL,
  last_seen_at DATETIME(6)  NULL,
  revoked_at   DATETIME(6)  NULL COMMENT 'for good: the same certificate does not come back',
  KEY client_certificate_person (person_id, created_at),
  CONSTRAINT client_certificate_person FOREIGN KEY (person_id) REFERENCES person (id)
);

GRANT SELECT, INSERT, UPDATE ON client_certificate TO ${app};
