-- Accounts that are no person's: what acts by keys has a name and a role of its own.
CREATE TABLE service_accounts (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    id UUID NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- Since when its keys open nothing.
    disabled_at BIGINT,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, name)
);
-- Whose the key is; its role is the account's then.
ALTER TABLE api_keys ADD COLUMN account_id UUID;

-- When a person who wants to go is removed; until then signing in keeps the account.
ALTER TABLE users ADD COLUMN ends_at BIGINT;
CREATE INDEX users_end ON users (ends_at) WHERE ends_at IS NOT NULL;
-- Addresses that people want to have, until they show that they read their mails.
CREATE TABLE email_changes (
    user_id UUID NOT NULL REFERENCES users (user_id),
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    hash BYTEA NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (user_id)
);
