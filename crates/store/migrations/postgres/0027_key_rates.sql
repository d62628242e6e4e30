-- Whether who looks after the server said how often a key may ask: then that counts even where it is more than what
-- everybody has. Those from before are no more than that, or were said so.
ALTER TABLE api_keys ADD COLUMN rate_granted BIGINT NOT NULL DEFAULT 1;
