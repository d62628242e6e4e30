-- What a workspace may spend. Whoever changes it holds the row.
CREATE TABLE credit_accounts (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    -- Of the plan's, in `month`, in which it gave `given`; the others were bought or given and stay.
    plan INTEGER NOT NULL,
    extra INTEGER NOT NULL,
    month INTEGER NOT NULL,
    given INTEGER NOT NULL,
    PRIMARY KEY (workspace_id)
);

-- Each deed has a key of the workspace's: done twice, it counts once.
CREATE TABLE credit_entries (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    key TEXT NOT NULL,
    label TEXT NOT NULL,
    -- reserved, settled, released or given
    state TEXT NOT NULL,
    plan INTEGER NOT NULL,
    extra INTEGER NOT NULL,
    month INTEGER NOT NULL,
    spent INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, key)
);
CREATE INDEX credit_entries_open ON credit_entries (workspace_id) WHERE state = 'reserved';
CREATE INDEX credit_entries_late ON credit_entries (ends_at) WHERE state = 'reserved';
CREATE INDEX credit_entries_old ON credit_entries (created_at) WHERE state <> 'reserved';

-- How these will look once they are full, as in the first step.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('credit_accounts', 'sqlite_autoindex_credit_accounts_1', '1000 1'),
    ('credit_entries', 'sqlite_autoindex_credit_entries_1', '10000000 10000 1'),
    ('credit_entries', 'credit_entries_open', '10000 10'),
    ('credit_entries', 'credit_entries_late', '10000 1'),
    ('credit_entries', 'credit_entries_old', '10000000 1');
