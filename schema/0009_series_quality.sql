-- Traces and spectra as an instrument sent them, read from the raw bytes of the message when it came.
CREATE TABLE IF NOT EXISTS series (
  id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  message_id BIGINT       NOT NULL,
  ordinal    INT          NOT NULL COMMENT 'in the order of the file, from 0',
  name       VARCHAR(200) NOT NULL,
  kind       VARCHAR(40)  NOT NULL,
  x_unit     VARCHAR(32)  NOT NULL,
  y_unit     VARCHAR(32)  NOT NULL,
  specimen   VARCHAR(64)  NOT NULL COMMENT 'when the message speaks of one only',
  points     INT          NOT NULL,
  x_min      VARCHAR(32)  NULL COMMENT 'of the points that are numbers; doubles in the digits that read back the same',
  x_max      VARCHAR(32)  NULL,
  y_min      VARCHAR(32)  NULL,
  y_max      VARCHAR(32)  NULL,
  data       LONGBLOB     NOT NULL COMMENT 'lossless, see SeriesCodec.h',
  UNIQUE KEY series_place (message_id, ordinal),
  CONSTRAINT series_message FOREIGN KEY (message_id) REFERENCES inbound_message (id)
);

-- How many series a message holds. Those beyond the limits are not in `series` and are read from the raw bytes when asked for.
CREATE TABLE IF NOT EXISTS message_series (
  message_id BIGINT NOT NULL PRIMARY KEY,
  found      INT    NOT NULL,
  CONSTRAINT message_series_message FOREIGN KEY (message_id) REFERENCES inbound_message (id)
);

CREATE TABLE IF NOT EXISTS control_material (
  id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  code       VARCHAR(64)  NOT NULL COMMENT 'its barcode, as an instrument says it',
  lot        VARCHAR(64)  NOT NULL,
  name       VARCHAR(120) NOT NULL,
  valid_from DATE         NOT NULL,
  valid_to   DATE         NULL COMMENT 'last day',
  source     VARCHAR(300) NOT NULL,
  UNIQUE KEY control_material_lot (code, lot)
);

-- What is charted: one analyte of one lot on one instrument.
CREATE TABLE IF NOT EXISTS control_chart (
  id            BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  material_id   BIGINT      NOT NULL,
  instrument_id BIGINT      NOT NULL,
  analyte_id    BIGINT      NOT NULL,
  unit          VARCHAR(32) NOT NULL,
  blocking      BOOLEAN     NOT NULL COMMENT 'whether results of samples wait while the control fails',
  points        INT         NOT NULL DEFAULT 0,
  failing       BOOLEAN     NOT NULL DEFAULT FALSE COMMENT 'the last point breaks a rule that rejects',
  UNIQUE KEY control_chart_place (material_id, instrument_id, analyte_id),
  KEY control_chart_instrument (instrument_id, analyte_id),
  CONSTRAINT chart_material FOREIGN KEY (material_id) REFERENCES control_material (id),
  CONSTRAINT chart_instrument FOREIGN KEY (instrument_id) REFERENCES instrument (id),
  CONSTRAINT chart_analyte FOREIGN KEY (analyte_id) REFERENCES analyte (id)
);

CREATE TABLE IF NOT EXISTS control_target (
  id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  chart_id   BIGINT       NOT NULL,
  valid_from DATE         NOT NULL,
  valid_to   DATE         NULL COMMENT 'last day',
  mean       VARCHAR(40)  NOT NULL COMMENT 'decimal',
  sd         VARCHAR(40)  NOT NULL COMMENT 'decimal, above 0',
  verified   BOOLEAN      NOT NULL,
  source     VARCHAR(300) NOT NULL,
  UNIQUE KEY control_target_from (chart_id, valid_from),
  CONSTRAINT target_chart FOREIGN KEY (chart_id) REFERENCES control_chart (id)
);

-- The rules by which a point is judged, as dated rows: `points` in a row, each further than `beyond` SD from the mean, all on the
-- same side, or two on opposite sides.
CREATE TABLE IF NOT EXISTS control_rule (
  id             BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  code           VARCHAR(16)  NOT NULL,
  pattern        ENUM('same_side','opposite_sides') NOT NULL,
  points         INT          NOT NULL,
  beyond         VARCHAR(8)   NOT NULL COMMENT 'decimal, in SD',
  severity       ENUM('warning','reject') NOT NULL,
  effective_from DATE         NOT NULL,
  effective_to   DATE         NULL,
  verified       BOOLEAN      NOT NULL,
  source         VARCHAR(300) NOT NULL,
  UNIQUE KEY control_rule_from (code, effective_from),
  CONSTRAINT control_rule_points CHECK (points BETWEEN 1 AND 50 AND (pattern = 'same_side' OR points = 2))
);
INSERT IGNORE INTO control_rule (code, pattern, points, beyond, severity, effective_from, verified, source) VALUES
  ('1-2s', 'same_side', 1, '2', 'warning', '2000-01-01', FALSE, 'Westgard multirule, Clin Chem 1981;27:493; from memory, not compared with the paper'),
  ('1-3s', 'same_side', 1, '3', 'reject', '2000-01-01', FALSE, 'Westgard multirule, Clin Chem 1981;27:493; from memory, not compared with the paper'),
  ('2-2s', 'same_side', 2, '2', 'reject', '2000-01-01', FALSE, 'Westgard multirule, Clin Chem 1981;27:493; from memory, not compared with the paper'),
  ('R-4s', 'opposite_sides', 2, '2', 'reject', '2000-01-01', FALSE, 'Westgard multirule, Clin Chem 1981;27:493; from memory, not compared with the paper'),
  ('4-1s', 'same_side', 4, '1', 'reject', '2000-01-01', FALSE, 'Westgard multirule, Clin Chem 1981;27:493; from memory, not compared with the paper'),
  ('10x', 'same_side', 10, '0', 'reject', '2000-01-01', FALSE, 'Westgard multirule, Clin Chem 1981;27:493; from memory, not compared with the paper');

-- A point with the target that it was judged by. Never changed.
CREATE TABLE IF NOT EXISTS control_result (
  id             BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  chart_id       BIGINT      NOT NULL,
  ordinal        INT         NOT NULL COMMENT 'from 1, in the order of arrival',
  observation_id BIGINT      NOT NULL,
  value          VARCHAR(40) NOT NULL COMMENT 'decimal',
  mean           VARCHAR(40) NOT NULL,
  sd             VARCHAR(40) NOT NULL,
  at             DATETIME(6) NOT NULL,
  UNIQUE KEY control_result_place (chart_id, ordinal),
  UNIQUE KEY control_result_observation (observation_id),
  CONSTRAINT control_result_chart FOREIGN KEY (chart_id) REFERENCES control_chart (id),
  CONSTRAINT control_result_said FOREIGN KEY (observation_id) REFERENCES observation (id)
);
CREATE TABLE IF NOT EXISTS control_violation (
  result_id BIGINT      NOT NULL,
  rule      VARCHAR(16) NOT NULL,
  severity  ENUM('warning','reject') NOT NULL,
  PRIMARY KEY (result_id, rule),
  CONSTRAINT violation_result FOREIGN KEY (result_id) REFERENCES control_result (id)
);
CREATE TABLE IF NOT EXISTS control_comment (
  id        BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  result_id BIGINT       NOT NULL,
  person_id BIGINT       NOT NULL,
  at        DATETIME(6)  NOT NULL,
  text      VARCHAR(500) NOT NULL,
  KEY control_comment_result (result_id, id),
  CONSTRAINT comment_result FOREIGN KEY (result_id) REFERENCES control_result (id),
  CONSTRAINT comment_person FOREIGN KEY (person_id) REFERENCES person (id)
);

-- Observations that came when their test had a result already, or while their control failed, with the value as it would be
-- reported; and what a person decided about each.
CREATE TABLE IF NOT EXISTS late_result (
  observation_id BIGINT       NOT NULL PRIMARY KEY,
  test_id        BIGINT       NOT NULL,
  value          VARCHAR(200) NOT NULL,
  KEY late_result_test (test_id),
  CONSTRAINT late_result_said FOREIGN KEY (observation_id) REFERENCES observation (id),
  CONSTRAINT late_result_of FOREIGN KEY (test_id) REFERENCES test (id)
);
CREATE TABLE IF NOT EXISTS late_decision (
  observation_id BIGINT       NOT NULL PRIMARY KEY,
  decision       ENUM('take','dismiss') NOT NULL,
  person_id      BIGINT       NOT NULL,
  at             DATETIME(6)  NOT NULL,
  reason         VARCHAR(500) NOT NULL,
  CONSTRAINT late_decision_about FOREIGN KEY (observation_id) REFERENCES late_result (observation_id),
  CONSTRAINT late_decision_person FOREIGN KEY (person_id) REFERENCES person (id)
);

GRANT SELECT, INSERT ON series TO ${app};
GRANT SELECT, INSERT ON message_series TO ${app};
GRANT SELECT, INSERT, UPDATE ON control_material TO ${app};
GRANT SELECT, INSERT, UPDATE ON control_chart TO ${app};
GRANT SELECT, INSERT, UPDATE ON control_target TO ${app};
GRANT SELECT ON control_rule TO ${app};
GRANT SELECT, INSERT ON control_result TO ${app};
GRANT SELECT, INSERT ON control_violation TO ${app};
GRANT SELECT, INSERT ON control_comment TO ${app};
GRANT SELECT, INSERT ON late_result TO ${app};
GRANT SELECT, INSERT ON late_decision TO ${app};
