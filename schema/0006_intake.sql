CREATE TABLE IF NOT EXISTS instrument (
  id              BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  code            VARCHAR(32)  NOT NULL,
  name            VARCHAR(120) NOT NULL,
  model           VARCHAR(120) NOT NULL DEFAULT '',
  protocol        ENUM('astm','hl7','csv') NOT NULL,
  mapping         TEXT         NULL COMMENT 'JSON, how a delimited file is read',
  enabled         BOOLEAN      NOT NULL DEFAULT TRUE,
  UNIQUE KEY instrument_code (code)
);

CREATE TABLE IF NOT EXISTS instrument_analyte (
  instrument_id BIGINT      NOT NULL,
  code          VARCHAR(64) NOT NULL COMMENT 'as the instrument says it',
  analyte_id    BIGINT      NOT NULL,
  unit          VARCHAR(32) NOT NULL DEFAULT '' COMMENT 'as the instrument says it; another unit is held',
  PRIMARY KEY (instrument_id, code),
  CONSTRAINT mapping_instrument FOREIGN KEY (instrument_id) REFERENCES instrument (id),
  CONSTRAINT mapping_analyte FOREIGN KEY (analyte_id) REFERENCES analyte (id)
);

-- Raw bytes are written once; how they were understood stands in the other columns of the row of the same transaction.
CREATE TABLE IF NOT EXISTS inbound_message (
  id            BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  uid           CHAR(36)     NOT NULL COMMENT 'given by the gateway when it spooled the message',
  instrument_id BIGINT       NULL,
  instrument    VARCHAR(32)  NOT NULL COMMENT 'code as the gateway said it',
  protocol      VARCHAR(16)  NOT NULL,
  person_id     BIGINT       NOT NULL COMMENT 'account of the gateway',
  received_at   DATETIME(6)  NOT NULL COMMENT 'by the gateway''s clock',
  stored_at     DATETIME(6)  NOT NULL,
  sha256        BINARY(32)   NOT NULL,
  raw           LONGBLOB     NOT NULL,
  control_id    VARCHAR(64)  NOT NULL DEFAULT '',
  state         ENUM('imported','partly_held','held') NOT NULL,
  reason        VARCHAR(32)  NULL,
  detail        VARCHAR(500) NULL,
  observations  INT          NOT NULL,
  imported      INT          NOT NULL,
  UNIQUE KEY message_uid (uid),
  KEY message_by_state (state, id),
  KEY message_by_instrument (instrument_id, id),
  CONSTRAINT message_instrument FOREIGN KEY (instrument_id) REFERENCES instrument (id),
  CONSTRAINT message_person FOREIGN KEY (person_id) REFERENCES person (id)
);

CREATE TABLE IF NOT EXISTS observation (
  id          BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  message_id  BIGINT       NOT NULL,
  ordinal     INT          NOT NULL,
  specimen    VARCHAR(64)  NOT NULL,
  code        VARCHAR(64)  NOT NULL,
  value       VARCHAR(200) NOT NULL,
  unit        VARCHAR(32)  NOT NULL,
  flags       VARCHAR(64)  NOT NULL,
  observed_at VARCHAR(40)  NOT NULL COMMENT 'as sent',
  span_offset INT          NOT NULL,
  span_length INT          NOT NULL,
  state       ENUM('imported','held','ignored') NOT NULL,
  reason      VARCHAR(32)  NULL,
  test_id     BIGINT       NULL,
  UNIQUE KEY observation_place (message_id, ordinal),
  KEY observation_by_test (test_id),
  KEY observation_by_specimen (specimen),
  CONSTRAINT observation_message FOREIGN KEY (message_id) REFERENCES inbound_message (id)
);

GRANT SELECT, INSERT, UPDATE ON instrument TO ${app};
GRANT SELECT, INSERT, DELETE ON instrument_analyte TO ${app};
GRANT SELECT, INSERT ON inbound_message TO ${app};
GRANT SELECT, INSERT ON observation TO ${app};
