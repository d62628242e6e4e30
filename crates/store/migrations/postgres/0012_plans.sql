-- When somebody deactivated a workspace: nothing begins there until it is activated again.
ALTER TABLE workspaces ADD COLUMN paused_at BIGINT;

-- On which terms a workspace has its plan; one without a row has the plan without limits. Whoever makes what is
-- limited, or begins an execution, holds this row until the end of the transaction.
CREATE TABLE subscriptions (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    plan TEXT NOT NULL,
    status TEXT NOT NULL,
    trial_ends_at BIGINT,
    period_ends_at BIGINT,
    -- Limits of its own in the place of the plan's, as JSON.
    limits TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id)
);

-- What is used, counted with what uses it: by month, or for all time in the period 0.
CREATE TABLE usage (
    workspace_id UUID NOT NULL,
    name TEXT NOT NULL,
    period BIGINT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, name, period)
);

-- How large a file is that a journal names.
ALTER TABLE blobs ADD COLUMN bytes BIGINT NOT NULL DEFAULT 0;

-- What waits for room in the plan, in the order in which it came.
CREATE INDEX queue_parked ON queue (workspace_id, run_at, id) WHERE wait_kind = 'plan';
