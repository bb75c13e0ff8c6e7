-- What an instrument is asked to do with the tests of one sample. The gateway takes a command for a time (lease) and says
-- what came of it; a command whose time runs out without a word is taken again, so that it arrives at least once.
CREATE TABLE IF NOT EXISTS instrument_command (
  id            BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY COMMENT 'also the order''s id on the wire',
  instrument_id BIGINT       NOT NULL,
  sample_id     BIGINT       NOT NULL,
  kind          ENUM('order','cancel','read') NOT NULL,
  state         ENUM('waiting','taken','sent','acknowledged','rejected','failed','cancelled') NOT NULL DEFAULT 'waiting',
  attempts      INT          NOT NULL DEFAULT 0 COMMENT 'how often it was taken',
  note          VARCHAR(500) NOT NULL DEFAULT '' COMMENT 'what the instrument or the gateway said last',
  person_id     BIGINT       NOT NULL,
  made_at       DATETIME(6)  NOT NULL,
  taken_at      DATETIME(6)  NULL,
  leased_until  DATETIME(6)  NULL,
  sent_at       DATETIME(6)  NULL,
  closed_at     DATETIME(6)  NULL,
  KEY command_to_take (instrument_id, state, id),
  KEY command_of_sample (sample_id, id),
  CONSTRAINT command_instrument FOREIGN KEY (instrument_id) REFERENCES instrument (id),
  CONSTRAINT command_sample FOREIGN KEY (sample_id) REFERENCES sample (id),
  CONSTRAINT command_person FOREIGN KEY (person_id) REFERENCES person (id)
);

CREATE TABLE IF NOT EXISTS instrument_command_test (
  command_id    BIGINT      NOT NULL,
  test_id       BIGINT      NOT NULL,
  instrument_id BIGINT      NOT NULL,
  code          VARCHAR(64) NOT NULL COMMENT 'the instrument''s',
  is_open       BOOLEAN     NULL DEFAULT TRUE COMMENT 'true while the command is open, then NULL',
  PRIMARY KEY (command_id, test_id),
  UNIQUE KEY command_open (instrument_id, test_id, is_open),
  CONSTRAINT command_test_command FOREIGN KEY (command_id) REFERENCES instrument_command (id),
  CONSTRAINT command_test_test FOREIGN KEY (test_id) REFERENCES test (id)
);

-- The reading that a message answers: a balance says a weight and not of what.
CREATE TABLE IF NOT EXISTS message_context (
  message_id BIGINT NOT NULL PRIMARY KEY,
  command_id BIGINT NOT NULL,
  CONSTRAINT context_message FOREIGN KEY (message_id) REFERENCES inbound_message (id),
  CONSTRAINT context_command FOREIGN KEY (command_id) REFERENCES instrument_command (id)
);

GRANT SELECT, INSERT, UPDATE ON instrument_command TO ${app};
GRANT SELECT, INSERT, UPDATE ON instrument_command_test TO ${app};
GRANT SELECT, INSERT ON message_context TO ${app};
