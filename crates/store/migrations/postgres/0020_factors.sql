-- Whether a session was begun with both factors: a code beside the password, or a passkey.
ALTER TABLE sessions ADD COLUMN factors BIGINT NOT NULL DEFAULT 1;
-- Who has a code was asked for it.
UPDATE sessions SET factors = 2 WHERE user_id IN (SELECT user_id FROM two_factor WHERE confirmed_at IS NOT NULL);
