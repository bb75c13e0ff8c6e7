CREATE TABLE IF NOT EXISTS test (
  id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  sample_id  BIGINT NOT NULL,
  item_id    BIGINT NOT NULL,
  analyte_id BIGINT NOT NULL COMMENT 'of the item; here so that an observation finds its test by one key',
  status     ENUM('waiting','resulted','submitted','checked','released') NOT NULL DEFAULT 'waiting',
  round      INT    NOT NULL DEFAULT 1 COMMENT 'goes up when a test is returned to its analyst',
  result_id  BIGINT NULL COMMENT 'the version that stands',
  verdict    ENUM('conforms','fails') NULL,
  version    INT    NOT NULL DEFAULT 1,
  UNIQUE KEY test_item_of_sample (sample_id, item_id),
  UNIQUE KEY test_analyte_of_sample (sample_id, analyte_id),
  KEY test_by_status (status, id),
  CONSTRAINT test_sample FOREIGN KEY (sample_id) REFERENCES sample (id),
  CONSTRAINT test_item FOREIGN KEY (item_id) REFERENCES test_item (id)
);

-- Versions, never overwritten: the server's account cannot UPDATE them.
CREATE TABLE IF NOT EXISTS result_version (
  id             BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  test_id        BIGINT       NOT NULL,
  version_no     INT          NOT NULL,
  value          VARCHAR(200) NOT NULL COMMENT 'as reported',
  compared       VARCHAR(200) NOT NULL COMMENT 'what was compared with the limit: the value, or the value once rounded',
  verdict        ENUM('conforms','fails') NOT NULL,
  requirement    VARCHAR(300) NOT NULL,
  edition        VARCHAR(64)  NOT NULL,
  comparison     ENUM('full','rounded') NOT NULL,
  rounding       VARCHAR(64)  NOT NULL COMMENT 'rule applied: none, or GB/T 8170-2008 with its places',
  source         ENUM('instrument','manual') NOT NULL,
  observation_id BIGINT       NULL,
  person_id      BIGINT       NOT NULL COMMENT 'who typed it, or the account of the gateway that brought it',
  reason         VARCHAR(500) NULL COMMENT 'why a version replaces another',
  at             DATETIME(6)  NOT NULL,
  UNIQUE KEY result_version_no (test_id, version_no),
  UNIQUE KEY result_observation (observation_id),
  CONSTRAINT result_test FOREIGN KEY (test_id) REFERENCES test (id),
  CONSTRAINT result_person FOREIGN KEY (person_id) REFERENCES person (id)
);

-- The three hands. The second key is the separation of duties: nobody stands twice in one round of one test.
CREATE TABLE IF NOT EXISTS review_step (
  id           BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  test_id      BIGINT NOT NULL,
  round        INT    NOT NULL,
  step         ENUM('submit','check','release') NOT NULL,
  person_id    BIGINT NOT NULL,
  signature_id BIGINT NULL,
  result_id    BIGINT NOT NULL COMMENT 'the version that the person saw',
  at           DATETIME(6) NOT NULL,
  UNIQUE KEY review_once (test_id, round, step),
  UNIQUE KEY review_separation (test_id, round, person_id),
  CONSTRAINT review_test FOREIGN KEY (test_id) REFERENCES test (id),
  CONSTRAINT review_person FOREIGN KEY (person_id) REFERENCES person (id),
  CONSTRAINT review_signature FOREIGN KEY (signature_id) REFERENCES signature (id),
  CONSTRAINT review_result FOREIGN KEY (result_id) REFERENCES result_version (id),
  CONSTRAINT release_is_signed CHECK (step <> 'release' OR signature_id IS NOT NULL)
);

GRANT SELECT, INSERT, UPDATE ON test TO ${app};
GRANT SELECT, INSERT ON result_version TO ${app};
GRANT SELECT, INSERT ON review_step TO ${app};
