-- The life of a certificate after it was issued (ISO/IEC 17025:2017 7.8.8): amendments, withdrawals, who was told, what is kept.
ALTER TABLE certificate
  ADD COLUMN IF NOT EXISTS replaces_id BIGINT NULL COMMENT 'the certificate whose place this one takes when it is issued',
  ADD UNIQUE INDEX IF NOT EXISTS certificate_replaces (replaces_id);

ALTER TABLE sample
  ADD COLUMN IF NOT EXISTS product_name VARCHAR(120) NULL COMMENT 'as corrected on a certificate; NULL: the name of the product';

-- A certificate is to be issued anew: with fields of its head corrected, with tests done again, or as it is.
CREATE TABLE IF NOT EXISTS amendment (
  id             BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  certificate_id BIGINT       NOT NULL COMMENT 'the one that will be replaced',
  kind           ENUM('clerical','results','reissue') NOT NULL,
  reason         VARCHAR(500) NOT NULL COMMENT 'printed on the new certificate',
  status         ENUM('proposed','checked','released','refused') NOT NULL,
  open_for       BIGINT       NULL COMMENT 'the certificate, until it ended: no second one beside it',
  UNIQUE KEY amendment_open (open_for),
  KEY amendment_of_certificate (certificate_id),
  CONSTRAINT amendment_certificate FOREIGN KEY (certificate_id) REFERENCES certificate (id),
  CONSTRAINT amendment_is_open CHECK ((open_for IS NOT NULL) = (status IN ('proposed','checked')))
);

CREATE TABLE IF NOT EXISTS amendment_change (
  amendment_id BIGINT       NOT NULL,
  field        VARCHAR(32)  NOT NULL COMMENT 'of the head of the certificate, which is a column of sample',
  old_value    VARCHAR(200) NULL,
  new_value    VARCHAR(200) NOT NULL,
  PRIMARY KEY (amendment_id, field),
  CONSTRAINT change_amendment FOREIGN KEY (amendment_id) REFERENCES amendment (id)
);

CREATE TABLE IF NOT EXISTS amendment_test (
  amendment_id BIGINT NOT NULL,
  test_id      BIGINT NOT NULL COMMENT 'to be reopened: corrected or done again',
  PRIMARY KEY (amendment_id, test_id),
  CONSTRAINT amended_test_amendment FOREIGN KEY (amendment_id) REFERENCES amendment (id),
  CONSTRAINT amended_test FOREIGN KEY (test_id) REFERENCES test (id)
);

-- The second key is the separation of duties: who proposed neither checks nor releases, who checked does not release.
CREATE TABLE IF NOT EXISTS amendment_step (
  id           BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  amendment_id BIGINT       NOT NULL,
  step         ENUM('propose','check','refuse','release') NOT NULL,
  person_id    BIGINT       NOT NULL,
  signature_id BIGINT       NULL,
  reason       VARCHAR(500) NULL,
  at           DATETIME(6)  NOT NULL,
  UNIQUE KEY amendment_once (amendment_id, step),
  UNIQUE KEY amendment_separation (amendment_id, person_id),
  CONSTRAINT step_amendment FOREIGN KEY (amendment_id) REFERENCES amendment (id),
  CONSTRAINT step_person FOREIGN KEY (person_id) REFERENCES person (id),
  CONSTRAINT step_signature FOREIGN KEY (signature_id) REFERENCES signature (id),
  CONSTRAINT amendment_release_is_signed CHECK (step <> 'release' OR signature_id IS NOT NULL)
);

CREATE TABLE IF NOT EXISTS withdrawal (
  certificate_id BIGINT       NOT NULL PRIMARY KEY,
  category       ENUM('result','information','procedure','authority','legal','other') NOT NULL COMMENT 'what the public is told',
  reason         VARCHAR(500) NOT NULL COMMENT 'what the laboratory keeps',
  person_id      BIGINT       NOT NULL,
  signature_id   BIGINT       NOT NULL,
  at             DATETIME(6)  NOT NULL,
  CONSTRAINT withdrawal_certificate FOREIGN KEY (certificate_id) REFERENCES certificate (id),
  CONSTRAINT withdrawal_person FOREIGN KEY (person_id) REFERENCES person (id),
  CONSTRAINT withdrawal_signature FOREIGN KEY (signature_id) REFERENCES signature (id)
);

-- Who had downloaded a certificate that was replaced or withdrawn, made with that change. A mailer drains what was not delivered.
CREATE TABLE IF NOT EXISTS notice (
  id             BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  certificate_id BIGINT      NOT NULL,
  kind           ENUM('superseded','withdrawn') NOT NULL,
  person_id      BIGINT      NOT NULL COMMENT 'who downloaded',
  made_at        DATETIME(6) NOT NULL,
  delivered_at   DATETIME(6) NULL COMMENT 'by mail',
  read_at        DATETIME(6) NULL,
  read_by        BIGINT      NULL COMMENT 'the person, or another of the same organisation',
  UNIQUE KEY notice_once (certificate_id, kind, person_id),
  KEY notice_of_person (person_id, read_at),
  KEY notice_to_deliver (delivered_at, id),
  CONSTRAINT notice_certificate FOREIGN KEY (certificate_id) REFERENCES certificate (id),
  CONSTRAINT notice_person FOREIGN KEY (person_id) REFERENCES person (id),
  CONSTRAINT notice_reader FOREIGN KEY (read_by) REFERENCES person (id)
);

-- Legal holds, each setting and lifting; the last one of a certificate stands.
CREATE TABLE IF NOT EXISTS hold_act (
  id             BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  certificate_id BIGINT       NOT NULL,
  act            ENUM('set','lift') NOT NULL,
  person_id      BIGINT       NOT NULL,
  reason         VARCHAR(500) NOT NULL,
  at             DATETIME(6)  NOT NULL,
  KEY hold_of_certificate (certificate_id, id),
  CONSTRAINT hold_certificate FOREIGN KEY (certificate_id) REFERENCES certificate (id),
  CONSTRAINT hold_person FOREIGN KEY (person_id) REFERENCES person (id)
);

-- How long certificates and the raw records behind them are kept, from the day of release.
CREATE TABLE IF NOT EXISTS retention_rule (
  id             BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  product_kind   ENUM('drug','device','cosmetic') NOT NULL,
  effective_from DATE         NOT NULL,
  years          INT          NOT NULL,
  effective_to   DATE         NULL,
  verified       BOOLEAN      NOT NULL,
  source         VARCHAR(300) NOT NULL,
  UNIQUE KEY retention_place (product_kind, effective_from)
);

-- What a laboratory may show a mark for, by date.
CREATE TABLE IF NOT EXISTS accreditation (
  id             BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  body           ENUM('CNAS','CMA') NOT NULL,
  number         VARCHAR(32)  NOT NULL COMMENT 'of the certificate of accreditation',
  effective_from DATE         NOT NULL,
  effective_to   DATE         NULL,
  verified       BOOLEAN      NOT NULL,
  source         VARCHAR(300) NOT NULL,
  UNIQUE KEY accreditation_number (body, number, effective_from)
);

CREATE TABLE IF NOT EXISTS accreditation_scope (
  id               BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  accreditation_id BIGINT      NOT NULL,
  product          VARCHAR(32) NOT NULL COMMENT 'code; empty: any',
  analyte          VARCHAR(32) NOT NULL COMMENT 'code; empty: any',
  method           VARCHAR(64) NOT NULL COMMENT 'code; empty: any',
  effective_from   DATE        NOT NULL,
  effective_to     DATE        NULL,
  UNIQUE KEY scope_place (accreditation_id, product, analyte, method, effective_from),
  CONSTRAINT scope_accreditation FOREIGN KEY (accreditation_id) REFERENCES accreditation (id)
);

-- Whether a mark may stand on a certificate of which some tests are out of scope.
CREATE TABLE IF NOT EXISTS mark_rule (
  id             BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  body           ENUM('CNAS','CMA') NOT NULL,
  effective_from DATE         NOT NULL,
  partly         ENUM('marked','none') NOT NULL COMMENT 'marked: with the tests out of scope marked; none: no mark then',
  effective_to   DATE         NULL,
  verified       BOOLEAN      NOT NULL,
  source         VARCHAR(300) NOT NULL,
  UNIQUE KEY mark_rule_place (body, effective_from)
);

GRANT SELECT, INSERT, UPDATE ON amendment TO ${app};
GRANT SELECT, INSERT ON amendment_change TO ${app};
GRANT SELECT, INSERT ON amendment_test TO ${app};
GRANT SELECT, INSERT ON amendment_step TO ${app};
GRANT SELECT, INSERT ON withdrawal TO ${app};
GRANT SELECT, INSERT, UPDATE ON notice TO ${app};
GRANT SELECT, INSERT ON hold_act TO ${app};
GRANT SELECT, INSERT, UPDATE ON retention_rule TO ${app};
GRANT SELECT, INSERT, UPDATE ON accreditation TO ${app};
GRANT SELECT, INSERT, UPDATE ON accreditation_scope TO ${app};
GRANT SELECT, INSERT, UPDATE ON mark_rule TO ${app};
