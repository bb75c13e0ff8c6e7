-- Disposal of what is left of samples (留样) whose certificates and records are past their term. A list is proposed by one
-- person, approved by another by electronic signature, and what was done with each sample is written down with a witness.
-- Electronic records and certificates are not part of it: nothing here, and no right of the server, removes them.
CREATE TABLE IF NOT EXISTS disposal (
  id           BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  status       ENUM('proposed','approved','refused') NOT NULL DEFAULT 'proposed',
  reason       VARCHAR(500) NOT NULL COMMENT 'of who proposed',
  proposed_by  BIGINT       NOT NULL,
  proposed_at  DATETIME(6)  NOT NULL,
  decided_by   BIGINT       NULL,
  decided_at   DATETIME(6)  NULL,
  decision     VARCHAR(500) NULL COMMENT 'reason of who approved or refused',
  signature_id BIGINT       NULL,
  KEY disposal_by_status (status, id),
  CONSTRAINT disposal_proposer FOREIGN KEY (proposed_by) REFERENCES person (id),
  CONSTRAINT disposal_decider FOREIGN KEY (decided_by) REFERENCES person (id),
  CONSTRAINT disposal_signature FOREIGN KEY (signature_id) REFERENCES signature (id),
  CONSTRAINT disposal_decided CHECK (status = 'proposed' OR (decided_by IS NOT NULL AND decided_at IS NOT NULL)),
  CONSTRAINT disposal_separation CHECK (status <> 'approved' OR (decided_by <> proposed_by AND signature_id IS NOT NULL))
);

CREATE TABLE IF NOT EXISTS disposal_row (
  disposal_id  BIGINT      NOT NULL,
  place        INT         NOT NULL COMMENT 'from 1',
  sample_id    BIGINT      NOT NULL,
  state        ENUM('listed','failed','disposed') NOT NULL DEFAULT 'listed',
  approved     BOOLEAN     NOT NULL DEFAULT FALSE COMMENT 'stands under the signature',
  retain_until DATE        NOT NULL COMMENT 'as it was when the list was proposed',
  open_for     BIGINT      NULL COMMENT 'the sample, while it is listed and once it is disposed of: no second list has it',
  error        INT         NULL COMMENT 'number of the error for which the row failed',
  arguments    TEXT        NULL COMMENT 'JSON list of the error''s arguments',
  method       ENUM('destroyed','returned','transferred') NULL,
  note         VARCHAR(300) NULL COMMENT 'how and how much',
  done_by      BIGINT      NULL,
  witness_id   BIGINT      NULL,
  done_at      DATETIME(6) NULL,
  PRIMARY KEY (disposal_id, place),
  UNIQUE KEY disposal_open (open_for),
  KEY disposal_of_sample (sample_id),
  CONSTRAINT disposal_row_of FOREIGN KEY (disposal_id) REFERENCES disposal (id),
  CONSTRAINT disposal_row_sample FOREIGN KEY (sample_id) REFERENCES sample (id),
  CONSTRAINT disposal_doer FOREIGN KEY (done_by) REFERENCES person (id),
  CONSTRAINT disposal_witness FOREIGN KEY (witness_id) REFERENCES person (id),
  CONSTRAINT disposal_failed_says_why CHECK (state <> 'failed' OR (error IS NOT NULL AND open_for IS NULL)),
  CONSTRAINT disposal_done_is_witnessed CHECK (state <> 'disposed' OR
    (method IS NOT NULL AND done_by IS NOT NULL AND witness_id IS NOT NULL AND witness_id <> done_by AND done_at IS NOT NULL AND open_for IS NOT NULL))
);

GRANT SELECT, INSERT, UPDATE ON disposal TO ${app};
GRANT SELECT, INSERT, UPDATE ON disposal_row TO ${app};
