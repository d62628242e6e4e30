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
