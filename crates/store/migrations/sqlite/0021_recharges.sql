-- When a workspace wants to buy credits by itself. `armed`: the balance was at the threshold or above it since the
-- last charge, so falling under it is one more.
CREATE TABLE recharge_settings (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    threshold INTEGER NOT NULL,
    credits INTEGER NOT NULL,
    active INTEGER NOT NULL,
    armed INTEGER NOT NULL,
    -- why it was switched off, where it was not by a person
    off_reason TEXT,
    PRIMARY KEY (workspace_id)
);

-- Charges, written before the provider hears of them. `due_at`: when it is looked at next, absent once it has ended.
CREATE TABLE recharges (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    id BLOB NOT NULL,
    credits INTEGER NOT NULL,
    -- due, sent, paid, failed or canceled
    state TEXT NOT NULL,
    due_at INTEGER,
    tries INTEGER NOT NULL,
    -- what is sent, the same at each try
    customer TEXT,
    card TEXT,
    amount INTEGER,
    currency TEXT,
    -- the provider's name for it
    payment TEXT,
    reason TEXT,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX recharges_open ON recharges (workspace_id) WHERE due_at IS NOT NULL;
CREATE INDEX recharges_due ON recharges (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX recharges_day ON recharges (workspace_id, created_at);
CREATE INDEX recharges_old ON recharges (created_at) WHERE due_at IS NULL;

-- What was paid, as the provider said.
CREATE TABLE payments (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    id TEXT NOT NULL,
    -- plan, credits or recharge
    kind TEXT NOT NULL,
    -- in the smallest unit of the currency
    amount INTEGER NOT NULL,
    currency TEXT NOT NULL,
    paid_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX payments_at ON payments (workspace_id, paid_at);

CREATE INDEX credit_entries_at ON credit_entries (workspace_id, created_at);

-- How these will look once they are full, as in the first step.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('recharge_settings', 'sqlite_autoindex_recharge_settings_1', '1000 1'),
    ('recharges', 'sqlite_autoindex_recharges_1', '100000 100 1'),
    ('recharges', 'recharges_open', '100 1'),
    ('recharges', 'recharges_due', '100 1'),
    ('recharges', 'recharges_day', '100000 100 1'),
    ('recharges', 'recharges_old', '100000 1'),
    ('payments', 'sqlite_autoindex_payments_1', '100000 100 1'),
    ('payments', 'payments_at', '100000 100 1'),
    ('credit_entries', 'credit_entries_at', '10000000 10000 1');
