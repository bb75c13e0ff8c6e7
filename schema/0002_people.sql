CREATE TABLE IF NOT EXISTS organisation (
  id          BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  code        VARCHAR(32)  NOT NULL,
  name        VARCHAR(120) NOT NULL,
  name_en     VARCHAR(200) NOT NULL DEFAULT '',
  kind        ENUM('laboratory','regulator') NOT NULL,
  region_code VARCHAR(6)   NOT NULL COMMENT 'GB/T 2260: 2 digits a province, 4 a city, 6 a county',
  address     VARCHAR(200) NOT NULL DEFAULT '',
  UNIQUE KEY organisation_code (code)
);

CREATE TABLE IF NOT EXISTS person (
  id              BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  login           VARCHAR(64)  NOT NULL,
  name            VARCHAR(64)  NOT NULL,
  organisation_id BIGINT       NOT NULL,
  password_hash   VARCHAR(128) NULL COMMENT 'argon2id; NULL: signs in by token only',
  failed_attempts INT          NOT NULL DEFAULT 0,
  locked_until    DATETIME(6)  NULL,
  enabled         BOOLEAN      NOT NULL DEFAULT TRUE,
  created_at      DATETIME(6)  NOT NULL,
  UNIQUE KEY person_login (login),
  CONSTRAINT person_organisation FOREIGN KEY (organisation_id) REFERENCES organisation (id)
);

CREATE TABLE IF NOT EXISTS person_role (
  person_id BIGINT NOT NULL,
  role      ENUM('technician','analyst','checker','signatory','quality_manager','administrator','regulator','instrument') NOT NULL,
  PRIMARY KEY (person_id, role),
  CONSTRAINT role_person FOREIGN KEY (person_id) REFERENCES person (id)
);

CREATE TABLE IF NOT EXISTS session (
  token_hash   BINARY(32)  NOT NULL PRIMARY KEY COMMENT 'SHA-256 of the token, which is stored nowhere',
  person_id    BIGINT      NOT NULL,
  kind         ENUM('page','token') NOT NULL,
  created_at   DATETIME(6) NOT NULL,
  last_seen_at DATETIME(6) NOT NULL,
  expires_at   DATETIME(6) NOT NULL,
  KEY session_person (person_id),
  CONSTRAINT session_person FOREIGN KEY (person_id) REFERENCES person (id)
);

CREATE TABLE IF NOT EXISTS signature (
  id           BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  person_id    BIGINT       NOT NULL,
  at           DATETIME(6)  NOT NULL,
  meaning      VARCHAR(64)  NOT NULL COMMENT 'what the signature says, 21 CFR 11.50',
  reason       VARCHAR(500) NOT NULL,
  content_hash BINARY(32)   NOT NULL COMMENT 'SHA-256 of what was signed, 21 CFR 11.70',
  CONSTRAINT signature_person FOREIGN KEY (person_id) REFERENCES person (id)
);

GRANT SELECT, INSERT, UPDATE ON organisation TO ${app};
GRANT SELECT, INSERT, UPDATE ON person TO ${app};
GRANT SELECT, INSERT, DELETE ON person_role TO ${app};
GRANT SELECT, INSERT, UPDATE, DELETE ON session TO ${app};
GRANT SELECT, INSERT ON signature TO ${app};
