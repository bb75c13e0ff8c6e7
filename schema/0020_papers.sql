-- What papers say beside the common head: particulars of imports and retests, and everything once more in English.

ALTER TABLE sample
  ADD COLUMN IF NOT EXISTS import_country     VARCHAR(120) NULL COMMENT '生产国或地区; these four: only of imports',
  ADD COLUMN IF NOT EXISTS import_port        VARCHAR(120) NULL COMMENT '到货口岸',
  ADD COLUMN IF NOT EXISTS import_contract_no VARCHAR(64)  NULL COMMENT '合同号; a gift has none',
  ADD COLUMN IF NOT EXISTS import_notice_no   VARCHAR(64)  NULL COMMENT '检验通知书号',
  ADD COLUMN IF NOT EXISTS retest_number      VARCHAR(64)  NULL COMMENT '原报告编号; these five: only of retests',
  ADD COLUMN IF NOT EXISTS retest_laboratory  VARCHAR(120) NULL COMMENT '原检验机构; NULL: this one, and the number is a certificate of its own',
  ADD COLUMN IF NOT EXISTS retest_issued_on   DATE         NULL COMMENT 'of the report of another laboratory',
  ADD COLUMN IF NOT EXISTS retest_applicant   VARCHAR(120) NULL COMMENT '申请单位',
  ADD COLUMN IF NOT EXISTS retest_asked_on    DATE         NULL COMMENT '申请日期',
  ADD COLUMN IF NOT EXISTS language           ENUM('zh','en') NOT NULL DEFAULT 'zh' COMMENT 'of the certificate',
  ADD COLUMN IF NOT EXISTS product_name_en      VARCHAR(120) NULL COMMENT 'these: what their column says, for a certificate in English',
  ADD COLUMN IF NOT EXISTS specification_en     VARCHAR(120) NULL,
  ADD COLUMN IF NOT EXISTS maker_en             VARCHAR(120) NULL,
  ADD COLUMN IF NOT EXISTS approval_no_en       VARCHAR(64)  NULL,
  ADD COLUMN IF NOT EXISTS client_en            VARCHAR(120) NULL,
  ADD COLUMN IF NOT EXISTS quantity_unit_en     VARCHAR(32)  NULL,
  ADD COLUMN IF NOT EXISTS import_country_en    VARCHAR(120) NULL,
  ADD COLUMN IF NOT EXISTS import_port_en       VARCHAR(120) NULL,
  ADD COLUMN IF NOT EXISTS retest_laboratory_en VARCHAR(120) NULL,
  ADD COLUMN IF NOT EXISTS retest_applicant_en  VARCHAR(120) NULL;

ALTER TABLE sample
  ADD CONSTRAINT IF NOT EXISTS sample_import_only CHECK (business_kind = 'import'
    OR COALESCE(import_country, import_port, import_contract_no, import_notice_no, import_country_en, import_port_en) IS NULL),
  ADD CONSTRAINT IF NOT EXISTS sample_retest_only CHECK (business_kind = 'retest'
    OR COALESCE(retest_number, retest_laboratory, retest_issued_on, retest_applicant, retest_asked_on, retest_laboratory_en, retest_applicant_en) IS NULL);

-- Empty: nobody said it in English, and no certificate in English is released that would print it.
ALTER TABLE organisation     ADD COLUMN IF NOT EXISTS address_en VARCHAR(200) NOT NULL DEFAULT '';
ALTER TABLE product          ADD COLUMN IF NOT EXISTS name_en    VARCHAR(120) NOT NULL DEFAULT '';
ALTER TABLE standard_edition ADD COLUMN IF NOT EXISTS edition_en VARCHAR(120) NOT NULL DEFAULT '';
ALTER TABLE method           ADD COLUMN IF NOT EXISTS title_en   VARCHAR(200) NOT NULL DEFAULT '';
ALTER TABLE person           ADD COLUMN IF NOT EXISTS name_en    VARCHAR(64)  NOT NULL DEFAULT '';

-- Beside the test items, which never change: how an item is called in another language binds no result.
CREATE TABLE IF NOT EXISTS test_item_english (
  item_id     BIGINT        NOT NULL PRIMARY KEY,
  heading     VARCHAR(120)  NOT NULL DEFAULT '',
  name        VARCHAR(120)  NOT NULL DEFAULT '',
  unit        VARCHAR(32)   NOT NULL DEFAULT '',
  requirement VARCHAR(500)  NOT NULL DEFAULT '',
  words       VARCHAR(2000) NOT NULL DEFAULT '{}' COMMENT 'JSON: each text that conforms or fails, and what it is in English',
  CONSTRAINT english_item FOREIGN KEY (item_id) REFERENCES test_item (id)
);

ALTER TABLE certificate ADD COLUMN IF NOT EXISTS language ENUM('zh','en') NOT NULL DEFAULT 'zh';

GRANT SELECT, INSERT, UPDATE ON test_item_english TO ${app};
