-- How the payment provider knows a workspace, and when it last spoke of its subscription.
CREATE TABLE payers (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    customer TEXT,
    subscription TEXT,
    reported_at INTEGER,
    PRIMARY KEY (workspace_id)
);

-- Events that came, so that each counts once.
CREATE TABLE payment_events (
    id TEXT NOT NULL PRIMARY KEY,
    came_at INTEGER NOT NULL
);
CREATE INDEX payment_events_old ON payment_events (came_at);

-- How these will look once they are full, as in the first step.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('payers', 'sqlite_autoindex_payers_1', '1000 1'),
    ('payment_events', 'sqlite_autoindex_payment_events_1', '100000 1'),
    ('payment_events', 'payment_events_old', '100000 1');
