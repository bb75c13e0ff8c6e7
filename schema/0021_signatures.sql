-- Approving a layout, publishing a disclosure and closing a risk are signed. What was done before this migration has no
-- signature and says so; whatever is done from now on has one.
ALTER TABLE layout_hand
  ADD COLUMN IF NOT EXISTS signature_id BIGINT NULL,
  ADD COLUMN IF NOT EXISTS before_signatures BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE layout_hand SET before_signatures = TRUE WHERE step = 'approve' AND signature_id IS NULL;
ALTER TABLE layout_hand
  ADD CONSTRAINT hand_signature FOREIGN KEY IF NOT EXISTS (signature_id) REFERENCES signature (id),
  ADD CONSTRAINT IF NOT EXISTS layout_approval_is_signed CHECK (step <> 'approve' OR signature_id IS NOT NULL OR before_signatures);

ALTER TABLE disclosure
  ADD COLUMN IF NOT EXISTS signature_id BIGINT NULL,
  ADD COLUMN IF NOT EXISTS before_signatures BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE disclosure SET before_signatures = TRUE WHERE status = 'published' AND signature_id IS NULL;
ALTER TABLE disclosure
  ADD CONSTRAINT disclosure_signature FOREIGN KEY IF NOT EXISTS (signature_id) REFERENCES signature (id),
  ADD CONSTRAINT IF NOT EXISTS disclosure_is_signed CHECK (status <> 'published' OR signature_id IS NOT NULL OR before_signatures);

ALTER TABLE risk
  ADD COLUMN IF NOT EXISTS signature_id BIGINT NULL,
  ADD COLUMN IF NOT EXISTS before_signatures BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE risk SET before_signatures = TRUE WHERE state = 'closed' AND signature_id IS NULL;
ALTER TABLE risk
  ADD CONSTRAINT risk_signature FOREIGN KEY IF NOT EXISTS (signature_id) REFERENCES signature (id),
  ADD CONSTRAINT IF NOT EXISTS risk_closing_is_signed CHECK (state <> 'closed' OR signature_id IS NOT NULL OR before_signatures);
