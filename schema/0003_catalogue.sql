-- Everything here is a dated row with its source and whether somebody compared it with the official text.
CREATE TABLE IF NOT EXISTS standard (
  id    BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  code  VARCHAR(64)  NOT NULL,
  title VARCHAR(200) NOT NULL,
  UNIQUE KEY standard_code (code)
);

CREATE TABLE IF NOT EXISTS standard_edition (
  id             BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  standard_id    BIGINT       NOT NULL,
  edition        VARCHAR(64)  NOT NULL COMMENT 'as cited: YY 0469-2011',
  effective_from DATE         NOT NULL,
  effective_to   DATE         NULL COMMENT 'last day in force',
  verified       BOOLEAN      NOT NULL,
  source         VARCHAR(300) NOT NULL,
  UNIQUE KEY edition_name (edition),
  CONSTRAINT edition_standard FOREIGN KEY (standard_id) REFERENCES standard (id)
);

CREATE TABLE IF NOT EXISTS product (
  id          BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  code        VARCHAR(32)  NOT NULL,
  name        VARCHAR(120) NOT NULL,
  kind        ENUM('drug','device','cosmetic') NOT NULL,
  standard_id BIGINT       NOT NULL COMMENT 'the standard that it is tested by',
  UNIQUE KEY product_code (code),
  CONSTRAINT product_standard FOREIGN KEY (standard_id) REFERENCES standard (id)
);

CREATE TABLE IF NOT EXISTS analyte (
  id   BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  code VARCHAR(32)  NOT NULL,
  name VARCHAR(120) NOT NULL,
  UNIQUE KEY analyte_code (code)
);

CREATE TABLE IF NOT EXISTS method (
  id             BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  code           VARCHAR(64)  NOT NULL,
  version        VARCHAR(32)  NOT NULL,
  title          VARCHAR(200) NOT NULL,
  effective_from DATE         NOT NULL,
  effective_to   DATE         NULL,
  UNIQUE KEY method_version (code, version)
);

-- One line of an edition for a product, with its limit. Never changed once used: a change is a new edition's row.
CREATE TABLE IF NOT EXISTS test_item (
  id              BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  edition_id      BIGINT       NOT NULL,
  product_id      BIGINT       NOT NULL,
  seq             INT          NOT NULL,
  heading         VARCHAR(64)  NOT NULL COMMENT '性状, 鉴别, 检查, 含量测定, or a clause',
  name            VARCHAR(120) NOT NULL,
  analyte_id      BIGINT       NOT NULL,
  method_id       BIGINT       NOT NULL,
  unit            VARCHAR(32)  NOT NULL DEFAULT '',
  requirement     VARCHAR(300) NOT NULL COMMENT 'as printed',
  limit_kind      ENUM('range','text','list','not_detected') NOT NULL,
  lower_limit     VARCHAR(40)  NULL COMMENT 'text of the standard: 95.0 has one decimal',
  lower_inclusive BOOLEAN      NOT NULL DEFAULT TRUE,
  upper_limit     VARCHAR(40)  NULL,
  upper_inclusive BOOLEAN      NOT NULL DEFAULT TRUE,
  accepted        VARCHAR(500) NULL COMMENT 'JSON list of the texts that conform, for text and list',
  rejected        VARCHAR(500) NULL COMMENT 'JSON list of the texts that fail; any other text is for a person to word',
  comparison      ENUM('full','rounded') NOT NULL COMMENT '全数值比较法 / 修约值比较法, GB/T 8170-2008 4.3',
  verified        BOOLEAN      NOT NULL,
  source          VARCHAR(300) NOT NULL,
  UNIQUE KEY item_place (edition_id, product_id, seq),
  UNIQUE KEY item_analyte (edition_id, product_id, analyte_id),
  CONSTRAINT item_edition FOREIGN KEY (edition_id) REFERENCES standard_edition (id),
  CONSTRAINT item_product FOREIGN KEY (product_id) REFERENCES product (id),
  CONSTRAINT item_of_analyte FOREIGN KEY (analyte_id) REFERENCES analyte (id),
  CONSTRAINT item_method FOREIGN KEY (method_id) REFERENCES method (id)
);

CREATE TABLE IF NOT EXISTS calendar_day (
  day    DATE NOT NULL PRIMARY KEY,
  kind   ENUM('holiday','workday') NOT NULL,
  source VARCHAR(300) NOT NULL
);

CREATE TABLE IF NOT EXISTS deadline_rule (
  id             BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  business_kind  VARCHAR(24) NOT NULL,
  product_kind   ENUM('drug','device','cosmetic') NOT NULL,
  days           INT         NOT NULL,
  counting       ENUM('natural','working') NOT NULL,
  effective_from DATE        NOT NULL,
  effective_to   DATE        NULL,
  verified       BOOLEAN     NOT NULL,
  source         VARCHAR(300) NOT NULL,
  UNIQUE KEY deadline_place (business_kind, product_kind, effective_from)
);

GRANT SELECT, INSERT, UPDATE ON standard TO ${app};
GRANT SELECT, INSERT, UPDATE ON standard_edition TO ${app};
GRANT SELECT, INSERT, UPDATE ON product TO ${app};
GRANT SELECT, INSERT, UPDATE ON analyte TO ${app};
GRANT SELECT, INSERT, UPDATE ON method TO ${app};
GRANT SELECT, INSERT ON test_item TO ${app};
GRANT SELECT, INSERT, UPDATE, DELETE ON calendar_day TO ${app};
GRANT SELECT, INSERT, UPDATE ON deadline_rule TO ${app};
