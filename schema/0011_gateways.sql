-- A gateway is the account (role instrument) with whose token it comes.

-- How a gateway said it was, the last time. It is telemetry: one row, written over every few seconds, no act of a person
-- and nothing that a result rests on; so it is not in the trail, which it would fill. What stands behind results (the
-- message, its hash, when it came and from whom) is there.
CREATE TABLE IF NOT EXISTS gateway_status (
  person_id           BIGINT       NOT NULL PRIMARY KEY,
  reported_at         DATETIME(6)  NOT NULL COMMENT 'by the server''s clock',
  said_at             DATETIME(6)  NOT NULL COMMENT 'by the gateway''s clock, as all times below',
  started_at          DATETIME(6)  NOT NULL,
  version             VARCHAR(32)  NOT NULL,
  configuration       BIGINT       NULL COMMENT 'version that it runs; NULL: the sections of its own file',
  configuration_fault VARCHAR(500) NOT NULL COMMENT 'why it does not run the newest',
  pending             BIGINT       NOT NULL,
  oldest_pending      DATETIME(6)  NULL,
  refused             BIGINT       NOT NULL,
  forwarded           BIGINT       NOT NULL,
  disk_free           BIGINT       NOT NULL,
  last_error          VARCHAR(500) NOT NULL,
  CONSTRAINT status_gateway FOREIGN KEY (person_id) REFERENCES person (id)
);

CREATE TABLE IF NOT EXISTS gateway_instrument_status (
  person_id     BIGINT       NOT NULL,
  instrument    VARCHAR(32)  NOT NULL COMMENT 'code as the gateway says it',
  protocol      VARCHAR(16)  NOT NULL,
  address       VARCHAR(500) NOT NULL,
  connections   BIGINT       NOT NULL,
  last_contact  DATETIME(6)  NULL,
  messages      BIGINT       NOT NULL COMMENT 'these five since the gateway opened the line',
  acknowledged  BIGINT       NOT NULL,
  repeated      BIGINT       NOT NULL,
  refused       BIGINT       NOT NULL,
  faults        BIGINT       NOT NULL,
  last_fault    VARCHAR(500) NOT NULL,
  last_fault_at DATETIME(6)  NULL,
  PRIMARY KEY (person_id, instrument),
  CONSTRAINT instrument_status_gateway FOREIGN KEY (person_id) REFERENCES person (id)
);

-- The instruments that a gateway may bring messages for; a gateway without a row: all.
CREATE TABLE IF NOT EXISTS gateway_instrument (
  person_id     BIGINT NOT NULL,
  instrument_id BIGINT NOT NULL,
  PRIMARY KEY (person_id, instrument_id),
  CONSTRAINT gateway_instrument_gateway FOREIGN KEY (person_id) REFERENCES person (id),
  CONSTRAINT gateway_instrument_instrument FOREIGN KEY (instrument_id) REFERENCES instrument (id)
);

-- The [instrument.*] sections of a gateway's configuration, every version that was saved.
CREATE TABLE IF NOT EXISTS gateway_configuration (
  person_id BIGINT       NOT NULL,
  version   BIGINT       NOT NULL COMMENT 'from 1 for each gateway',
  text      MEDIUMTEXT   NOT NULL,
  author_id BIGINT       NOT NULL,
  saved_at  DATETIME(6)  NOT NULL,
  reason    VARCHAR(500) NOT NULL,
  PRIMARY KEY (person_id, version),
  CONSTRAINT configuration_gateway FOREIGN KEY (person_id) REFERENCES person (id),
  CONSTRAINT configuration_author FOREIGN KEY (author_id) REFERENCES person (id)
);

GRANT SELECT, INSERT, UPDATE ON gateway_status TO ${app};
GRANT SELECT, INSERT, UPDATE, DELETE ON gateway_instrument_status TO ${app};
GRANT SELECT, INSERT, DELETE ON gateway_instrument TO ${app};
GRANT SELECT, INSERT ON gateway_configuration TO ${app};
