-- Accounts that are no person's: what acts by keys has a name and a role of its own.
CREATE TABLE service_accounts (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    -- Since when its keys open nothing.
    disabled_at INTEGER,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, name)
);
-- Whose the key is; its role is the account's then.
ALTER TABLE api_keys ADD COLUMN account_id BLOB;

-- When a person who wants to go is removed; until then signing in keeps the account.
ALTER TABLE users ADD COLUMN ends_at INTEGER;
CREATE INDEX users_end ON users (ends_at) WHERE ends_at IS NOT NULL;
-- Addresses that people want to have, until they show that they read their mails.
CREATE TABLE email_changes (
    user_id BLOB NOT NULL REFERENCES users (user_id),
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (user_id)
);

-- How these will look once they are full, as in the first step.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('service_accounts', 'sqlite_autoindex_service_accounts_1', '10000 10 1'),
    ('service_accounts', 'sqlite_autoindex_service_accounts_2', '10000 10 1'),
    ('users', 'users_end', '100 2'),
    ('email_changes', 'sqlite_autoindex_email_changes_1', '10000 1'),
    ('email_changes', 'sqlite_autoindex_email_changes_2', '10000 1');
