-- What regulators want to hear of by mail. Links of mails are worked out from the salt and a key outside the database, so that
-- no row here can confirm or end anything.
CREATE TABLE IF NOT EXISTS subscription (
  id            BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  person_id     BIGINT       NOT NULL,
  address       VARCHAR(254) NOT NULL,
  language      ENUM('zh','en') NOT NULL,
  filter        TEXT         NOT NULL COMMENT 'JSON: the search of the portal that a certificate must meet',
  state         ENUM('waiting','active','ended') NOT NULL,
  salt          BINARY(16)   NOT NULL,
  confirm_until DATETIME(6)  NOT NULL,
  position      BIGINT       NOT NULL COMMENT 'of the last line of the change feed that was mailed or passed over',
  digested_at   DATETIME(6)  NULL,
  made_at       DATETIME(6)  NOT NULL,
  confirmed_at  DATETIME(6)  NULL,
  ended_at      DATETIME(6)  NULL,
  KEY subscription_of_person (person_id, state),
  KEY subscription_to_digest (state, position),
  CONSTRAINT subscription_person FOREIGN KEY (person_id) REFERENCES person (id),
  CONSTRAINT subscription_is_confirmed CHECK (state <> 'active' OR confirmed_at IS NOT NULL)
);

-- Mails to be sent and that were. The link is put in when a mail is sent.
CREATE TABLE IF NOT EXISTS mail (
  id              BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  subscription_id BIGINT       NOT NULL,
  kind            ENUM('confirm','digest','notice') NOT NULL,
  recipient       VARCHAR(254) NOT NULL,
  subject         VARCHAR(200) NOT NULL,
  body            MEDIUMTEXT   NOT NULL,
  state           ENUM('waiting','sent','failed','dropped') NOT NULL,
  attempts        INT          NOT NULL DEFAULT 0,
  next_at         DATETIME(6)  NOT NULL COMMENT 'not before; while one is being sent, when another may try',
  said            VARCHAR(300) NULL COMMENT 'by the mail server',
  made_at         DATETIME(6)  NOT NULL,
  done_at         DATETIME(6)  NULL,
  KEY mail_to_send (state, next_at),
  KEY mail_of_subscription (subscription_id, id),
  CONSTRAINT mail_subscription FOREIGN KEY (subscription_id) REFERENCES subscription (id)
);

-- Which notices a mail tells of; none is in two.
CREATE TABLE IF NOT EXISTS mail_notice (
  notice_id BIGINT NOT NULL PRIMARY KEY,
  mail_id   BIGINT NOT NULL,
  KEY notice_of_mail (mail_id),
  CONSTRAINT mailed_notice FOREIGN KEY (notice_id) REFERENCES notice (id),
  CONSTRAINT mailed_by FOREIGN KEY (mail_id) REFERENCES mail (id)
);

GRANT SELECT, INSERT, UPDATE ON subscription TO ${app};
GRANT SELECT, INSERT, UPDATE ON mail TO ${app};
GRANT SELECT, INSERT, DELETE ON mail_notice TO ${app};
