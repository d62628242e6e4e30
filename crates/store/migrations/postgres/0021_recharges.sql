-- When a workspace wants to buy credits by itself. `armed`: the balance was at the threshold or above it since the
-- last charge, so falling under it is one more.
CREATE TABLE recharge_settings (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    threshold BIGINT NOT NULL,
    credits BIGINT NOT NULL,
    active BIGINT NOT NULL,
    armed BIGINT NOT NULL,
    -- why it was switched off, where it was not by a person
    off_reason TEXT,
    PRIMARY KEY (workspace_id)
);

-- Charges, written before the provider hears of them. `due_at`: when it is looked at next, absent once it has ended.
CREATE TABLE recharges (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    id UUID NOT NULL,
    credits BIGINT NOT NULL,
    -- due, sent, paid, failed or canceled
    state TEXT NOT NULL,
    due_at BIGINT,
    tries BIGINT NOT NULL,
    -- what is sent, the same at each try
    customer TEXT,
    card TEXT,
    amount BIGINT,
    currency TEXT,
    -- the provider's name for it
    payment TEXT,
    reason TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX recharges_open ON recharges (workspace_id) WHERE due_at IS NOT NULL;
CREATE INDEX recharges_due ON recharges (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX recharges_day ON recharges (workspace_id, created_at);
CREATE INDEX recharges_old ON recharges (created_at) WHERE due_at IS NULL;

-- What was paid, as the provider said.
CREATE TABLE payments (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    id TEXT NOT NULL,
    -- plan, credits or recharge
    kind TEXT NOT NULL,
    -- in the smallest unit of the currency
    amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    paid_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX payments_at ON payments (workspace_id, paid_at);

CREATE INDEX credit_entries_at ON credit_entries (workspace_id, created_at);
