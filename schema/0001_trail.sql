-- The audit trail. The server's account may add and read, nothing else; seals chain the rows together.
ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS trail (
  id           BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  at           DATETIME(6)     NOT NULL,
  actor        VARCHAR(64)     NOT NULL COMMENT 'login, or the name of the process',
  action       VARCHAR(48)     NOT NULL COMMENT 'sample.register, result.enter, …',
  subject_kind VARCHAR(24)     NOT NULL,
  subject      VARCHAR(64)     NOT NULL,
  old_value    TEXT            NULL COMMENT 'JSON',
  new_value    TEXT            NULL COMMENT 'JSON',
  reason       VARCHAR(500)    NULL,
  origin       VARCHAR(64)     NOT NULL COMMENT 'network address, or cli',
  nonce        BINARY(8)       NOT NULL COMMENT 'random, so that no two true rows are alike and a copy of one shows',
  mac          BINARY(32)      NOT NULL COMMENT 'HMAC-SHA256 over the columns above, without id',
  KEY trail_by_subject (subject_kind, subject, id)
);

CREATE TABLE IF NOT EXISTS trail_seal (
  id       BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  at       DATETIME(6)     NOT NULL,
  last_id  BIGINT UNSIGNED NOT NULL COMMENT 'every row up to here is sealed by this seal or an earlier one',
  leaves   LONGBLOB        NOT NULL COMMENT 'per row: id as 8 bytes big-endian, mac as 32 bytes',
  root     BINARY(32)      NOT NULL COMMENT 'root of the Merkle tree (RFC 9162 2.1) over the leaves',
  previous BINARY(32)      NOT NULL COMMENT 'digest of the seal before, zeros for the first',
  digest   BINARY(32)      NOT NULL COMMENT 'HMAC-SHA256 over at, last_id, root, previous',
  UNIQUE KEY seal_chain (previous)
);

GRANT SELECT, INSERT ON trail TO ${app};
GRANT SELECT, INSERT ON trail_seal TO ${app};
GRANT LOCK TABLES ON * TO ${app};
