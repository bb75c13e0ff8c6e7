-- The change feed is numbered after commit: AUTO_INCREMENT is given out before it, so that a reader who has seen 8 may yet
-- meet a 7. Whoever numbers holds the counter's row in `numbering`; positions have no gaps and never appear below one seen.
ALTER TABLE publication
  ADD COLUMN IF NOT EXISTS position BIGINT NULL COMMENT 'in the change feed, from 1; NULL: not numbered yet',
  ADD UNIQUE KEY IF NOT EXISTS publication_position (position);

-- What an archive must know of a file before it is read. The database works them out once, when the file is stored.
ALTER TABLE certificate_file
  ADD COLUMN IF NOT EXISTS bytes BIGINT UNSIGNED AS (OCTET_LENGTH(pdf)) STORED,
  ADD COLUMN IF NOT EXISTS crc32 INT UNSIGNED AS (CRC32(pdf)) STORED;

-- A selection of certificates, frozen with its signed manifest; its members are the rows of `download`.
CREATE TABLE IF NOT EXISTS bundle (
  id           BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  person_id    BIGINT      NOT NULL,
  at           DATETIME(6) NOT NULL,
  certificates INT         NOT NULL,
  bytes        BIGINT      NOT NULL COMMENT 'of the whole archive',
  manifest     LONGBLOB    NOT NULL COMMENT 'JSON',
  signature    BLOB        NOT NULL COMMENT 'CMS SignedData over the manifest, detached, DER',
  KEY bundle_of_person (person_id, id),
  CONSTRAINT bundle_person FOREIGN KEY (person_id) REFERENCES person (id)
);

ALTER TABLE download
  ADD COLUMN IF NOT EXISTS organisation_id BIGINT NULL COMMENT 'of the person on that day',
  ADD COLUMN IF NOT EXISTS bundle_id BIGINT NULL COMMENT 'NULL: fetched by itself',
  ADD KEY IF NOT EXISTS download_by_organisation (organisation_id, id),
  ADD KEY IF NOT EXISTS download_by_bundle (bundle_id, id);
UPDATE download d JOIN person p ON p.id = d.person_id SET d.organisation_id = p.organisation_id WHERE d.organisation_id IS NULL;

GRANT UPDATE (position) ON publication TO ${app};
GRANT SELECT, INSERT ON bundle TO ${app};
