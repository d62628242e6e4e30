-- Ids are 16-byte BLOBs, times are microseconds since the epoch. Hot rows (queue, waits) and history
-- (executions, journal) are apart. A later migration only adds.

CREATE TABLE workspaces (
    id BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    -- Its share of the workers when several workspaces have executions that are ready.
    weight INTEGER NOT NULL
);

-- One row: a number that grows with every change of what may run or listen.
CREATE TABLE state (
    one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    generation INTEGER NOT NULL
);
INSERT INTO state (one, generation) VALUES (1, 1);

CREATE TABLE workflows (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    external_id TEXT,
    draft TEXT NOT NULL,
    revision INTEGER NOT NULL,
    published BLOB,
    folder TEXT,
    tags TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX workflows_name ON workflows (workspace_id, name);
CREATE INDEX workflows_external ON workflows (workspace_id, external_id) WHERE external_id IS NOT NULL;

CREATE TABLE versions (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    workflow_id BLOB NOT NULL,
    number INTEGER,
    hash BLOB NOT NULL,
    document TEXT NOT NULL,
    note TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX versions_workflow ON versions (workspace_id, workflow_id, number);
CREATE INDEX versions_hash ON versions (workspace_id, workflow_id, hash);

CREATE TABLE webhooks (
    workspace_id BLOB NOT NULL,
    path TEXT NOT NULL,
    method TEXT NOT NULL,
    workflow_id BLOB NOT NULL,
    version_id BLOB NOT NULL,
    node TEXT NOT NULL,
    PRIMARY KEY (workspace_id, path, method)
);
CREATE INDEX webhooks_workflow ON webhooks (workspace_id, workflow_id);

CREATE TABLE schedules (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    workflow_id BLOB NOT NULL,
    version_id BLOB NOT NULL,
    node TEXT NOT NULL,
    rule TEXT NOT NULL,
    zone TEXT NOT NULL,
    catch_up TEXT NOT NULL,
    next_at INTEGER,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX schedules_due ON schedules (next_at) WHERE next_at IS NOT NULL;

CREATE TABLE firings (
    workspace_id BLOB NOT NULL,
    schedule_id BLOB NOT NULL,
    due_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, schedule_id, due_at)
);

-- Unfinished executions.
CREATE TABLE queue (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    workflow_id BLOB NOT NULL,
    version_id BLOB NOT NULL,
    status TEXT NOT NULL,
    mode TEXT NOT NULL,
    priority INTEGER NOT NULL,
    run_at INTEGER NOT NULL,
    fence INTEGER NOT NULL,
    worker TEXT,
    started_at INTEGER NOT NULL,
    parent BLOB,
    replay_of BLOB,
    business_key TEXT,
    wait_kind TEXT,
    wake_at INTEGER,
    resumed INTEGER NOT NULL,
    cancel INTEGER NOT NULL,
    -- The worker whose lease ended before its work did, until it is told.
    lost_by TEXT,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE INDEX queue_ready ON queue (workspace_id, priority DESC, run_at, id) WHERE status = 'queued';
CREATE INDEX queue_due ON queue (wake_at) WHERE status = 'waiting' AND wake_at IS NOT NULL;
CREATE INDEX queue_worker ON queue (worker) WHERE worker IS NOT NULL;
CREATE INDEX queue_lost ON queue (lost_by) WHERE lost_by IS NOT NULL;

-- Processes that run executions. One that gives no sign until its lease ends loses what it holds.
CREATE TABLE workers (
    name TEXT NOT NULL PRIMARY KEY,
    lease_until INTEGER NOT NULL
);

CREATE TABLE waits (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    execution_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    node INTEGER NOT NULL,
    run INTEGER NOT NULL,
    correlation TEXT NOT NULL,
    deadline INTEGER,
    token TEXT NOT NULL,
    details TEXT NOT NULL,
    answered_at INTEGER,
    answer BLOB,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE INDEX waits_execution ON waits (execution_id, workspace_id);
CREATE INDEX waits_correlation ON waits (workspace_id, correlation) WHERE answered_at IS NULL AND correlation <> '';
CREATE INDEX waits_deadline ON waits (deadline) WHERE answered_at IS NULL AND deadline IS NOT NULL;

-- Ended executions.
CREATE TABLE executions (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    workflow_id BLOB NOT NULL,
    version_id BLOB NOT NULL,
    status TEXT NOT NULL,
    mode TEXT NOT NULL,
    business_key TEXT,
    started_at INTEGER NOT NULL,
    ended_at INTEGER NOT NULL,
    error_node TEXT,
    error_message TEXT,
    parent BLOB,
    replay_of BLOB,
    resumed INTEGER NOT NULL,
    fence INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE INDEX executions_workflow ON executions (workspace_id, workflow_id, id);
CREATE INDEX executions_failed ON executions (workspace_id, status, id) WHERE status <> 'success';
CREATE INDEX executions_key ON executions (workspace_id, business_key, id) WHERE business_key IS NOT NULL;

-- The truth about executions: numbered chunks of records.
CREATE TABLE journal (
    workspace_id BLOB NOT NULL,
    execution_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    records BLOB NOT NULL,
    PRIMARY KEY (workspace_id, execution_id, seq)
);

-- Files that journals name, by who names them.
CREATE TABLE blobs (
    workspace_id BLOB NOT NULL,
    execution_id BLOB NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (workspace_id, execution_id, name)
) WITHOUT ROWID;
CREATE INDEX blobs_name ON blobs (workspace_id, name);

-- Files that an execution which is gone had named. They are removed unless another names them.
CREATE TABLE litter (
    workspace_id BLOB NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (workspace_id, name)
) WITHOUT ROWID;

-- How many rows `executions` has, so that a list's total need not be counted.
CREATE TABLE totals (
    workspace_id BLOB NOT NULL,
    workflow_id BLOB NOT NULL,
    status TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, workflow_id, status)
) WITHOUT ROWID;

-- Counts of ended executions by day and by class of duration: bucket n holds those of at least
-- 2^(n/4) microseconds and less than 2^((n+1)/4).
CREATE TABLE daily (
    workspace_id BLOB NOT NULL,
    workflow_id BLOB NOT NULL,
    day INTEGER NOT NULL,
    status TEXT NOT NULL,
    bucket INTEGER NOT NULL,
    n INTEGER NOT NULL,
    total_us INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, workflow_id, day, status, bucket)
) WITHOUT ROWID;

CREATE TABLE static_data (
    workspace_id BLOB NOT NULL,
    workflow_id BLOB NOT NULL,
    node TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (workspace_id, workflow_id, node)
) WITHOUT ROWID;

CREATE TABLE credentials (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    external_id TEXT,
    sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX credentials_name ON credentials (workspace_id, kind, name);

CREATE TABLE variables (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX variables_name ON variables (workspace_id, name);

CREATE TABLE api_keys (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    hint TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    used_at INTEGER,
    PRIMARY KEY (workspace_id, id)
);

-- Requests that came to webhooks, the latest ones of each address.
CREATE TABLE webhook_requests (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    workflow_id BLOB NOT NULL,
    node TEXT NOT NULL,
    at INTEGER NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    status INTEGER NOT NULL,
    execution_id BLOB,
    duration_us INTEGER NOT NULL,
    request TEXT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE INDEX webhook_requests_workflow ON webhook_requests (workspace_id, workflow_id, id);

-- What other rooms are told, in the transaction that it is about.
CREATE TABLE outbox (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    topic TEXT NOT NULL,
    payload TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;

CREATE TABLE settings (
    workspace_id BLOB NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (workspace_id, name)
) WITHOUT ROWID;

-- How the tables will look once they are full, so that the planner never takes a workspace for a
-- handful of rows, nor a list of ours for the larger side of a join: rows of the index, then rows
-- for each value of its first columns.
ANALYZE;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('queue', 'queue', '50000000 5000000 1'),
    ('queue', 'queue_ready', '20000000 5000000 2000000 2 1'),
    ('queue', 'queue_due', '50000000 5'),
    ('queue', 'queue_worker', '20000000 500000'),
    ('queue', 'queue_lost', '100 50'),
    ('waits', 'waits', '50000000 5000000 1'),
    ('waits', 'waits_execution', '50000000 1 1'),
    ('waits', 'waits_correlation', '50000000 5000000 1'),
    ('waits', 'waits_deadline', '50000000 5'),
    ('executions', 'executions', '50000000 5000000 1'),
    ('executions', 'executions_workflow', '50000000 5000000 50000 1'),
    ('executions', 'executions_failed', '500000 50000 20000 1'),
    ('executions', 'executions_key', '5000000 500000 2 1'),
    ('journal', 'sqlite_autoindex_journal_1', '150000000 15000000 3 1'),
    ('blobs', 'blobs', '50000000 5000000 10 1'),
    ('blobs', 'blobs_name', '50000000 5000000 1'),
    ('litter', 'litter', '100000 50000 1'),
    ('firings', 'sqlite_autoindex_firings_1', '10000 5000 100 1'),
    ('versions', 'sqlite_autoindex_versions_1', '10000 5000 1'),
    ('versions', 'versions_workflow', '10000 5000 50 1'),
    ('versions', 'versions_hash', '10000 5000 50 1'),
    ('workflows', 'sqlite_autoindex_workflows_1', '2000 500 1'),
    ('workflows', 'workflows_name', '2000 500 2'),
    ('workflows', 'workflows_external', '1000 500 1'),
    ('webhooks', 'sqlite_autoindex_webhooks_1', '5000 1000 2 1'),
    ('webhooks', 'webhooks_workflow', '5000 1000 3'),
    ('schedules', 'sqlite_autoindex_schedules_1', '1000 200 1'),
    ('schedules', 'schedules_due', '1000 2'),
    ('webhook_requests', 'webhook_requests', '50000000 5000000 1'),
    ('webhook_requests', 'webhook_requests_workflow', '5000000 500000 100 1');
