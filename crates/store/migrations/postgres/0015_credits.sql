-- What a workspace may spend. Whoever changes it holds the row.
CREATE TABLE credit_accounts (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    -- Of the plan's, in `month`, in which it gave `given`; the others were bought or given and stay.
    plan BIGINT NOT NULL,
    extra BIGINT NOT NULL,
    month BIGINT NOT NULL,
    given BIGINT NOT NULL,
    PRIMARY KEY (workspace_id)
);

-- Each deed has a key of the workspace's: done twice, it counts once.
CREATE TABLE credit_entries (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    key TEXT NOT NULL,
    label TEXT NOT NULL,
    -- reserved, settled, released or given
    state TEXT NOT NULL,
    plan BIGINT NOT NULL,
    extra BIGINT NOT NULL,
    month BIGINT NOT NULL,
    spent BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, key)
);
CREATE INDEX credit_entries_open ON credit_entries (workspace_id) WHERE state = 'reserved';
CREATE INDEX credit_entries_late ON credit_entries (ends_at) WHERE state = 'reserved';
CREATE INDEX credit_entries_old ON credit_entries (created_at) WHERE state <> 'reserved';
