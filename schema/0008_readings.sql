-- How an instrument's messages are understood has versions: the mapping of each instrument, and each reading of each message.
ALTER TABLE instrument MODIFY protocol VARCHAR(16) NOT NULL COMMENT 'name of a format, or auto: by the bytes';

CREATE TABLE IF NOT EXISTS instrument_mapping (
  instrument_id BIGINT       NOT NULL,
  version       INT          NOT NULL COMMENT 'the highest is in force',
  mapping       TEXT         NOT NULL COMMENT 'JSON, keys in instruments/formats/Mapping.h',
  person_id     BIGINT       NULL COMMENT 'NULL: the file of the institute',
  at            DATETIME(6)  NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  reason        VARCHAR(500) NOT NULL,
  PRIMARY KEY (instrument_id, version),
  CONSTRAINT mapping_of_instrument FOREIGN KEY (instrument_id) REFERENCES instrument (id),
  CONSTRAINT mapping_person FOREIGN KEY (person_id) REFERENCES person (id)
);

INSERT IGNORE INTO instrument_mapping (instrument_id, version, mapping, person_id, at, reason)
  SELECT id, 1, mapping, NULL, UTC_TIMESTAMP(6), '沿用原有映射' FROM instrument WHERE mapping IS NOT NULL;

ALTER TABLE instrument DROP COLUMN IF EXISTS mapping;

-- The columns from state on say what the newest reading found, and are all that the server may change.
ALTER TABLE inbound_message
  MODIFY state ENUM('imported','partly_held','held','set_aside') NOT NULL,
  ADD COLUMN IF NOT EXISTS link_state ENUM('complete','incomplete','unframed') NOT NULL DEFAULT 'complete' COMMENT 'as the gateway said it',
  ADD COLUMN IF NOT EXISTS reading INT NOT NULL DEFAULT 1 COMMENT 'version of the reading whose observations stand',
  ADD INDEX IF NOT EXISTS message_by_reason (reason, id),
  ADD INDEX IF NOT EXISTS message_by_name (instrument, id),
  ADD INDEX IF NOT EXISTS message_by_time (received_at, id),
  ADD INDEX IF NOT EXISTS message_by_control (control_id, id);

UPDATE inbound_message SET link_state = 'incomplete' WHERE reason = 'incomplete';

-- Added to, never changed: what a reading of a message found, under which mapping, and by whom and why it was read again.
CREATE TABLE IF NOT EXISTS message_reading (
  message_id      BIGINT       NOT NULL,
  version         INT          NOT NULL COMMENT '1 as it was brought',
  instrument_id   BIGINT       NULL,
  mapping_version INT          NULL COMMENT 'NULL: the instrument had none, or was not known',
  at              DATETIME(6)  NOT NULL,
  person_id       BIGINT       NOT NULL,
  reason          VARCHAR(500) NULL COMMENT 'why it was read again or set aside',
  state           ENUM('imported','partly_held','held','set_aside') NOT NULL,
  cause           VARCHAR(32)  NULL COMMENT 'why it is held',
  detail          VARCHAR(500) NULL,
  control_id      VARCHAR(64)  NOT NULL DEFAULT '',
  observations    INT          NOT NULL,
  imported        INT          NOT NULL,
  PRIMARY KEY (message_id, version),
  CONSTRAINT reading_message FOREIGN KEY (message_id) REFERENCES inbound_message (id)
);

INSERT IGNORE INTO message_reading (message_id, version, instrument_id, mapping_version, at, person_id, reason, state, cause, detail, control_id, observations, imported)
  SELECT m.id, 1, m.instrument_id, (SELECT v.version FROM instrument_mapping v WHERE v.instrument_id = m.instrument_id AND v.version = 1),
         m.stored_at, m.person_id, NULL, m.state, m.reason, m.detail, m.control_id, m.observations, m.imported
  FROM inbound_message m;

-- What a person decided that an observation means; every later reading applies it to what it reads the same again.
CREATE TABLE IF NOT EXISTS message_correction (
  id           BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  message_id   BIGINT       NOT NULL,
  span_offset  INT          NOT NULL,
  span_length  INT          NOT NULL,
  was_specimen VARCHAR(64)  NOT NULL COMMENT 'as read',
  was_code     VARCHAR(64)  NOT NULL COMMENT 'as read',
  specimen     VARCHAR(64)  NOT NULL,
  code         VARCHAR(64)  NOT NULL,
  person_id    BIGINT       NOT NULL,
  at           DATETIME(6)  NOT NULL,
  reason       VARCHAR(500) NOT NULL,
  KEY correction_of_message (message_id, id),
  CONSTRAINT correction_message FOREIGN KEY (message_id) REFERENCES inbound_message (id),
  CONSTRAINT correction_person FOREIGN KEY (person_id) REFERENCES person (id)
);

ALTER TABLE observation
  ADD COLUMN IF NOT EXISTS reading INT NOT NULL DEFAULT 1,
  ADD COLUMN IF NOT EXISTS correction_id BIGINT NULL COMMENT 'specimen and code are those that a person said',
  ADD UNIQUE KEY IF NOT EXISTS observation_of_reading (message_id, reading, ordinal),
  DROP KEY IF EXISTS observation_place;

GRANT SELECT, INSERT ON instrument_mapping TO ${app};
GRANT SELECT, INSERT ON message_reading TO ${app};
GRANT SELECT, INSERT ON message_correction TO ${app};
GRANT UPDATE (instrument_id, control_id, state, reason, detail, observations, imported, reading) ON inbound_message TO ${app};
GRANT UPDATE ON instrument_analyte TO ${app};
