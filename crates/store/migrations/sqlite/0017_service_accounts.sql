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

-- How these will look once they are full, as in the first step.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('service_accounts', 'sqlite_autoindex_service_accounts_1', '10000 10 1'),
    ('service_accounts', 'sqlite_autoindex_service_accounts_2', '10000 10 1');
