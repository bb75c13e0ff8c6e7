-- Gap-free counters of numbers, one row a series; the row lock of the transaction that numbers keeps them so.
CREATE TABLE IF NOT EXISTS numbering (
  series VARCHAR(32) NOT NULL PRIMARY KEY COMMENT 'JP20261122 for samples, BG2026 for certificates',
  last   BIGINT      NOT NULL
);

CREATE TABLE IF NOT EXISTS registration (
  id          BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  request_key VARCHAR(64) NULL COMMENT 'chosen by the caller; the same key again gives the same samples',
  person_id   BIGINT      NOT NULL,
  at          DATETIME(6) NOT NULL,
  answer      LONGTEXT    NOT NULL COMMENT 'JSON as it was answered',
  UNIQUE KEY registration_request (person_id, request_key),
  CONSTRAINT registration_person FOREIGN KEY (person_id) REFERENCES person (id)
);

CREATE TABLE IF NOT EXISTS sample (
  id              BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  number          VARCHAR(24)  NOT NULL COMMENT 'also its barcode',
  product_id      BIGINT       NOT NULL,
  edition_id      BIGINT       NOT NULL COMMENT 'the test basis, in force when it was received',
  specification   VARCHAR(120) NOT NULL,
  batch_no        VARCHAR(64)  NOT NULL,
  maker           VARCHAR(120) NOT NULL,
  approval_no     VARCHAR(64)  NOT NULL DEFAULT '',
  client          VARCHAR(120) NOT NULL COMMENT '供样单位 / 被抽样单位',
  business_kind   ENUM('supervision','registration','import','batch_release','commission','retest','emergency') NOT NULL,
  voucher_no      VARCHAR(64)  NOT NULL,
  sampled_on      DATE         NOT NULL,
  seal_state      ENUM('intact','broken','none') NOT NULL,
  quantity        VARCHAR(40)  NOT NULL,
  quantity_unit   VARCHAR(16)  NOT NULL,
  produced_on     DATE         NULL,
  expires_on      DATE         NULL,
  region_code     VARCHAR(6)   NOT NULL,
  received_at     DATETIME(6)  NOT NULL,
  due_on          DATE         NULL,
  status          ENUM('testing','checking','releasing','released') NOT NULL DEFAULT 'testing',
  registration_id BIGINT       NOT NULL,
  version         INT          NOT NULL DEFAULT 1,
  UNIQUE KEY sample_number (number),
  KEY sample_by_status (status, id),
  KEY sample_by_due (status, due_on),
  CONSTRAINT sample_product FOREIGN KEY (product_id) REFERENCES product (id),
  CONSTRAINT sample_edition FOREIGN KEY (edition_id) REFERENCES standard_edition (id),
  CONSTRAINT sample_registration FOREIGN KEY (registration_id) REFERENCES registration (id)
);

GRANT SELECT, INSERT, UPDATE ON numbering TO ${app};
GRANT SELECT, INSERT ON registration TO ${app};
GRANT SELECT, INSERT, UPDATE ON sample TO ${app};
