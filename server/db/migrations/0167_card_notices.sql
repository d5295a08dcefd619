-- Up Migration

-- To whom cards of a level are told (contract/registers.ts): whether to the office above as well, and by which outputs.
ALTER TABLE card_level ADD COLUMN telling jsonb NOT NULL DEFAULT '{"above": false, "to": []}';
UPDATE card_level SET telling = '{"above": true, "to": []}' WHERE id = 'red';

-- Who was told that a card was issued or revoked, and when he read it.
CREATE TABLE card_notice (
  card_id   text COLLATE "C" NOT NULL REFERENCES card (id) ON DELETE RESTRICT,
  what      text NOT NULL CHECK (what IN ('issued', 'revoked')),
  username  text NOT NULL REFERENCES account (username) ON DELETE CASCADE,
  told_at   timestamptz NOT NULL,
  read_at   timestamptz,
  PRIMARY KEY (card_id, what, username)
);
CREATE INDEX card_notice_unread ON card_notice (username) WHERE read_at IS NULL;

-- What was told of a card last; what happened before this is told to nobody.
ALTER TABLE card ADD COLUMN told text CHECK (told IN ('issued', 'revoked'));
UPDATE card SET told = CASE state WHEN 'revoked' THEN 'revoked' ELSE 'issued' END WHERE issued_at IS NOT NULL;
CREATE INDEX card_untold ON card (id)
  WHERE told IS NULL AND issued_at IS NOT NULL OR told = 'issued' AND state = 'revoked';
