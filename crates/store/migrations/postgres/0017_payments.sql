-- How the payment provider knows a workspace, and when it last spoke of its subscription.
CREATE TABLE payers (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    customer TEXT,
    subscription TEXT,
    reported_at BIGINT,
    PRIMARY KEY (workspace_id)
);

-- Events that came, so that each counts once.
CREATE TABLE payment_events (
    id TEXT NOT NULL PRIMARY KEY,
    came_at BIGINT NOT NULL
);
CREATE INDEX payment_events_old ON payment_events (came_at);
