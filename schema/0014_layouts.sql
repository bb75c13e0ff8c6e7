-- Layouts (报告模板) have versions. What was proposed is never changed: the server can only move its state.
CREATE TABLE IF NOT EXISTS layout (
  id    BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  code  VARCHAR(32)  NOT NULL,
  title VARCHAR(120) NOT NULL,
  kind  ENUM('certificate','label','record') NOT NULL,
  UNIQUE KEY layout_code (code)
);

-- Every save of a draft, added to only. The newest is the draft; the key refuses the second of two who save over the same.
CREATE TABLE IF NOT EXISTS layout_draft (
  layout_id BIGINT      NOT NULL,
  revision  INT         NOT NULL,
  xml       MEDIUMTEXT  NOT NULL,
  person_id BIGINT      NOT NULL,
  at        DATETIME(6) NOT NULL,
  PRIMARY KEY (layout_id, revision),
  CONSTRAINT draft_of_layout FOREIGN KEY (layout_id) REFERENCES layout (id),
  CONSTRAINT draft_person FOREIGN KEY (person_id) REFERENCES person (id)
);

CREATE TABLE IF NOT EXISTS layout_version (
  id        BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  layout_id BIGINT       NOT NULL,
  version   INT          NOT NULL COMMENT 'from 1',
  shipped   BOOLEAN      NOT NULL COMMENT 'came with a release; yields to every version of the laboratory in force',
  revision  INT          NULL COMMENT 'of the draft that was proposed; NULL: shipped',
  xml       MEDIUMTEXT   NOT NULL,
  sha256    BINARY(32)   NOT NULL,
  state     ENUM('proposed','in_force','retired','refused') NOT NULL,
  from_date DATE         NOT NULL COMMENT 'first day in force, once approved',
  at        DATETIME(6)  NOT NULL COMMENT 'proposed or shipped',
  reason    VARCHAR(500) NOT NULL,
  UNIQUE KEY layout_version_number (layout_id, version),
  KEY layout_version_sha256 (sha256),
  CONSTRAINT version_of_layout FOREIGN KEY (layout_id) REFERENCES layout (id)
);

-- Who had a hand in a version. The first key is the separation of duties: nobody who wrote checks, nobody who checked approves.
CREATE TABLE IF NOT EXISTS layout_hand (
  version_id BIGINT       NOT NULL,
  person_id  BIGINT       NOT NULL,
  step       ENUM('write','check','approve','refuse') NOT NULL,
  decided    ENUM('check','approve') AS (CASE step WHEN 'check' THEN 'check' WHEN 'approve' THEN 'approve' END) PERSISTENT,
  at         DATETIME(6)  NOT NULL,
  reason     VARCHAR(500) NOT NULL,
  PRIMARY KEY (version_id, person_id),
  UNIQUE KEY layout_decided_once (version_id, decided),
  CONSTRAINT hand_of_version FOREIGN KEY (version_id) REFERENCES layout_version (id),
  CONSTRAINT hand_person FOREIGN KEY (person_id) REFERENCES person (id)
);

-- Which layout draws what, from which day. Added to only: a later row stands over an earlier one.
CREATE TABLE IF NOT EXISTS layout_use (
  id            BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  product_kind  ENUM('drug','device','cosmetic') NOT NULL,
  business_kind VARCHAR(24)  NULL COMMENT 'NULL: every kind that has no row of its own',
  language      ENUM('zh','en') NOT NULL,
  layout_id     BIGINT       NULL COMMENT 'NULL: this business kind has no layout of its own any more',
  shipped       BOOLEAN      NOT NULL COMMENT 'came with a release; yields to every row of the laboratory',
  from_date     DATE         NOT NULL,
  person_id     BIGINT       NULL,
  at            DATETIME(6)  NOT NULL,
  reason        VARCHAR(500) NOT NULL,
  CONSTRAINT use_of_layout FOREIGN KEY (layout_id) REFERENCES layout (id),
  CONSTRAINT use_person FOREIGN KEY (person_id) REFERENCES person (id),
  CONSTRAINT use_says_who CHECK (shipped OR person_id IS NOT NULL)
);

GRANT SELECT, INSERT ON layout TO ${app};
GRANT SELECT, INSERT ON layout_draft TO ${app};
GRANT SELECT, INSERT, UPDATE (state) ON layout_version TO ${app};
GRANT SELECT, INSERT ON layout_hand TO ${app};
GRANT SELECT, INSERT ON layout_use TO ${app};
