-- What certificates said, laid out for questions over all of them. It follows the change feed: a row here is taken from the
-- frozen content of a certificate once, in the transaction that moves the cursor over its publication.
CREATE TABLE IF NOT EXISTS outcome_cursor (
  id   TINYINT         NOT NULL PRIMARY KEY,
  upto BIGINT          NOT NULL COMMENT 'position in the change feed up to which every publication was taken',
  CONSTRAINT one_cursor CHECK (id = 1)
);
INSERT IGNORE INTO outcome_cursor (id, upto) VALUES (1, 0);

CREATE TABLE IF NOT EXISTS outcome_unread (
  position BIGINT       NOT NULL PRIMARY KEY,
  problem  VARCHAR(300) NOT NULL COMMENT 'why its certificate could not be read'
);

CREATE TABLE IF NOT EXISTS outcome (
  certificate_id BIGINT       NOT NULL PRIMARY KEY,
  number         VARCHAR(24)  NOT NULL,
  sample         VARCHAR(24)  NOT NULL,
  laboratory     VARCHAR(120) NOT NULL,
  product_code   VARCHAR(32)  NOT NULL,
  product_name   VARCHAR(120) NOT NULL,
  product_kind   ENUM('drug','device','cosmetic') NOT NULL,
  specification  VARCHAR(120) NOT NULL,
  batch_no       VARCHAR(64)  NOT NULL,
  maker          VARCHAR(120) NOT NULL,
  approval_no    VARCHAR(64)  NOT NULL,
  client         VARCHAR(120) NOT NULL COMMENT '被抽样单位 / 供样单位',
  business_kind  VARCHAR(24)  NOT NULL,
  region_code    VARCHAR(6)   NOT NULL,
  edition        VARCHAR(64)  NOT NULL,
  sampled_on     DATE         NOT NULL,
  issued_on      DATE         NOT NULL COMMENT 'as printed',
  verdict        ENUM('conforms','fails') NOT NULL,
  standing       BOOLEAN      NOT NULL DEFAULT TRUE COMMENT 'neither superseded nor withdrawn; only then counted in outcome_tally',
  KEY outcome_number (number),
  KEY outcome_of_maker (maker),
  KEY outcome_of_product (product_code),
  KEY outcome_of_batch (batch_no, maker),
  KEY outcome_by_verdict (verdict, issued_on),
  KEY outcome_by_business (business_kind, issued_on),
  CONSTRAINT outcome_certificate FOREIGN KEY (certificate_id) REFERENCES certificate (id)
);

CREATE TABLE IF NOT EXISTS outcome_item (
  certificate_id BIGINT       NOT NULL,
  seq            INT          NOT NULL,
  analyte_id     BIGINT       NULL COMMENT 'NULL: the item is in no edition of the catalogue; it is shown and not counted',
  item           VARCHAR(120) NOT NULL,
  requirement    VARCHAR(300) NOT NULL,
  value          VARCHAR(200) NOT NULL,
  unit           VARCHAR(32)  NOT NULL,
  verdict        ENUM('conforms','fails') NOT NULL,
  PRIMARY KEY (certificate_id, seq),
  CONSTRAINT outcome_item_of FOREIGN KEY (certificate_id) REFERENCES outcome (certificate_id)
);

-- Tests counted by month, maker and analyte, once for each level of region ('' is all), so that what a regulator sees is read
-- by one key.
CREATE TABLE IF NOT EXISTS outcome_tally (
  region     VARCHAR(6)   NOT NULL,
  month      DATE         NOT NULL COMMENT 'its first day',
  analyte_id BIGINT       NOT NULL,
  maker      VARCHAR(120) NOT NULL,
  tested     BIGINT       NOT NULL,
  failing    BIGINT       NOT NULL,
  PRIMARY KEY (region, month, analyte_id, maker)
);

GRANT SELECT, UPDATE ON outcome_cursor TO ${app};
GRANT SELECT, INSERT ON outcome_unread TO ${app};
GRANT SELECT, INSERT, UPDATE ON outcome TO ${app};
GRANT SELECT, INSERT ON outcome_item TO ${app};
GRANT SELECT, INSERT, UPDATE ON outcome_tally TO ${app};

-- The risk list: one row for each failing certificate, from its issue to the measure that closed it.
CREATE TABLE IF NOT EXISTS risk (
  id              BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  certificate_id  BIGINT       NOT NULL,
  state           ENUM('open','notified','acknowledged','closed') NOT NULL DEFAULT 'open',
  opened_at       DATETIME(6)  NOT NULL,
  due_on          DATE         NULL COMMENT 'last day on which a regulator is to be notified; NULL: no rule was in force',
  rule            VARCHAR(400) NULL COMMENT 'the rule as it was: days, counting, source',
  notified_at     DATETIME(6)  NULL,
  notified_by     BIGINT       NULL,
  notified_to     BIGINT       NULL,
  note            VARCHAR(500) NULL,
  acknowledged_at DATETIME(6)  NULL,
  acknowledged_by BIGINT       NULL,
  closed_at       DATETIME(6)  NULL,
  closed_by       BIGINT       NULL,
  measure         VARCHAR(500) NULL,
  UNIQUE KEY risk_certificate (certificate_id),
  KEY risk_by_state (state, id),
  KEY risk_by_due (state, due_on),
  CONSTRAINT risk_outcome FOREIGN KEY (certificate_id) REFERENCES outcome (certificate_id),
  CONSTRAINT risk_notifier FOREIGN KEY (notified_by) REFERENCES person (id),
  CONSTRAINT risk_recipient FOREIGN KEY (notified_to) REFERENCES organisation (id),
  CONSTRAINT risk_acknowledger FOREIGN KEY (acknowledged_by) REFERENCES person (id),
  CONSTRAINT risk_closer FOREIGN KEY (closed_by) REFERENCES person (id),
  CONSTRAINT risk_notified CHECK (state = 'open' OR (notified_at IS NOT NULL AND notified_by IS NOT NULL AND notified_to IS NOT NULL)),
  CONSTRAINT risk_acknowledged CHECK (state IN ('open', 'notified') OR (acknowledged_at IS NOT NULL AND acknowledged_by IS NOT NULL)),
  CONSTRAINT risk_closed CHECK (state <> 'closed' OR (closed_at IS NOT NULL AND closed_by IS NOT NULL AND measure IS NOT NULL))
);

GRANT SELECT, INSERT, UPDATE ON risk TO ${app};

-- Disclosure of sampling results. Rows are frozen when they are drafted; what becomes of a certificate later is read beside them.
CREATE TABLE IF NOT EXISTS disclosure (
  id              BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  organisation_id BIGINT       NOT NULL,
  title           VARCHAR(120) NOT NULL,
  status          ENUM('draft','published','discarded') NOT NULL DEFAULT 'draft',
  drafted_by      BIGINT       NOT NULL,
  drafted_at      DATETIME(6)  NOT NULL,
  decided_by      BIGINT       NULL,
  decided_at      DATETIME(6)  NULL,
  reason          VARCHAR(500) NULL COMMENT 'why it was discarded',
  year            INT          NULL,
  issue_no        INT          NULL COMMENT '第N期 of its organisation and year, taken when it is published',
  UNIQUE KEY disclosure_issue (organisation_id, year, issue_no),
  KEY disclosure_by_status (status, id),
  CONSTRAINT disclosure_organisation FOREIGN KEY (organisation_id) REFERENCES organisation (id),
  CONSTRAINT disclosure_drafter FOREIGN KEY (drafted_by) REFERENCES person (id),
  CONSTRAINT disclosure_decider FOREIGN KEY (decided_by) REFERENCES person (id),
  CONSTRAINT disclosure_decided CHECK (status = 'draft' OR (decided_by IS NOT NULL AND decided_at IS NOT NULL)),
  CONSTRAINT disclosure_separation CHECK (status <> 'published' OR (decided_by <> drafted_by AND year IS NOT NULL AND issue_no IS NOT NULL))
);

CREATE TABLE IF NOT EXISTS disclosure_row (
  disclosure_id  BIGINT       NOT NULL,
  seq            INT          NOT NULL,
  certificate_id BIGINT       NOT NULL,
  number         VARCHAR(24)  NOT NULL,
  laboratory     VARCHAR(120) NOT NULL,
  product_name   VARCHAR(120) NOT NULL,
  product_kind   ENUM('drug','device','cosmetic') NOT NULL,
  specification  VARCHAR(120) NOT NULL,
  batch_no       VARCHAR(64)  NOT NULL,
  maker          VARCHAR(120) NOT NULL,
  approval_no    VARCHAR(64)  NOT NULL,
  client         VARCHAR(120) NOT NULL,
  edition        VARCHAR(64)  NOT NULL,
  issued_on      DATE         NOT NULL,
  verdict        ENUM('conforms','fails') NOT NULL,
  failing        TEXT         NOT NULL COMMENT 'JSON list of item, requirement, value, unit',
  PRIMARY KEY (disclosure_id, seq),
  UNIQUE KEY disclosure_once (disclosure_id, certificate_id),
  KEY disclosure_of_certificate (certificate_id),
  CONSTRAINT disclosure_row_of FOREIGN KEY (disclosure_id) REFERENCES disclosure (id),
  CONSTRAINT disclosure_row_certificate FOREIGN KEY (certificate_id) REFERENCES certificate (id)
);

GRANT SELECT, INSERT, UPDATE ON disclosure TO ${app};
GRANT SELECT, INSERT ON disclosure_row TO ${app};
