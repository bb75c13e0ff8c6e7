-- How near a limit a result must be for the signatory to be shown that it is, by date.
CREATE TABLE IF NOT EXISTS near_limit_rule (
  id             BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  product_kind   ENUM('drug','device','cosmetic') NOT NULL,
  effective_from DATE         NOT NULL,
  share          VARCHAR(16)  NOT NULL COMMENT 'of the width between both bounds, or of the one bound; decimal as text',
  effective_to   DATE         NULL,
  verified       BOOLEAN      NOT NULL,
  source         VARCHAR(300) NOT NULL,
  UNIQUE KEY near_limit_place (product_kind, effective_from)
);

-- By which of them a release was prepared, as the rule was then; one row for each kind of product in it.
CREATE TABLE IF NOT EXISTS release_rule (
  job_id         BIGINT       NOT NULL,
  product_kind   ENUM('drug','device','cosmetic') NOT NULL,
  share          VARCHAR(16)  NULL COMMENT 'NULL: none was in force, so nothing was called near',
  effective_from DATE         NULL,
  verified       BOOLEAN      NULL,
  source         VARCHAR(300) NULL,
  PRIMARY KEY (job_id, product_kind),
  CONSTRAINT release_rule_job FOREIGN KEY (job_id) REFERENCES release_job (id) ON DELETE CASCADE
);

GRANT SELECT, INSERT, UPDATE ON near_limit_rule TO ${app};
GRANT SELECT, INSERT ON release_rule TO ${app};
