-- Ids are UUIDs, times are microseconds since the epoch. Hot rows (queue, waits) and history
-- (executions, journal) are apart. A later migration only adds.

CREATE TABLE workspaces (
    id UUID NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- Its share of the workers when several workspaces have executions that are ready.
    weight BIGINT NOT NULL
);

-- One row: a number that grows with every change of what may run or listen.
CREATE TABLE state (
    one BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
    generation BIGINT NOT NULL
);
INSERT INTO state (one, generation) VALUES (1, 1);

CREATE TABLE workflows (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    id UUID NOT NULL,
    name TEXT NOT NULL,
    external_id TEXT,
    draft TEXT NOT NULL,
    revision BIGINT NOT NULL,
    published UUID,
    folder TEXT,
    tags TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX workflows_name ON workflows (workspace_id, name);
CREATE INDEX workflows_external ON workflows (workspace_id, external_id) WHERE external_id IS NOT NULL;

CREATE TABLE versions (
    workspace_id UUID NOT NULL,
    id UUID NOT NULL,
    workflow_id UUID NOT NULL,
    number BIGINT,
    hash BYTEA NOT NULL,
    document TEXT NOT NULL,
    note TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX versions_workflow ON versions (workspace_id, workflow_id, number);
CREATE INDEX versions_hash ON versions (workspace_id, workflow_id, hash);

CREATE TABLE webhooks (
    workspace_id UUID NOT NULL,
    path TEXT NOT NULL,
    method TEXT NOT NULL,
    workflow_id UUID NOT NULL,
    version_id UUID NOT NULL,
    node TEXT NOT NULL,
    PRIMARY KEY (workspace_id, path, method)
);
CREATE INDEX webhooks_workflow ON webhooks (workspace_id, workflow_id);

CREATE TABLE schedules (
    workspace_id UUID NOT NULL,
    id UUID NOT NULL,
    workflow_id UUID NOT NULL,
    version_id UUID NOT NULL,
    node TEXT NOT NULL,
    rule TEXT NOT NULL,
    zone TEXT NOT NULL,
    catch_up TEXT NOT NULL,
    next_at BIGINT,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX schedules_due ON schedules (next_at) WHERE next_at IS NOT NULL;

CREATE TABLE firings (
    workspace_id UUID NOT NULL,
    schedule_id UUID NOT NULL,
    due_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, schedule_id, due_at)
);

-- Unfinished executions.
CREATE TABLE queue (
    workspace_id UUID NOT NULL,
    id UUID NOT NULL,
    workflow_id UUID NOT NULL,
    version_id UUID NOT NULL,
    status TEXT NOT NULL,
    mode TEXT NOT NULL,
    priority BIGINT NOT NULL,
    run_at BIGINT NOT NULL,
    fence BIGINT NOT NULL,
    worker TEXT,
    started_at BIGINT NOT NULL,
    parent UUID,
    replay_of UUID,
    business_key TEXT,
    wait_kind TEXT,
    wake_at BIGINT,
    resumed BIGINT NOT NULL,
    cancel BIGINT NOT NULL,
    -- The worker whose lease ended before its work did, until it is told.
    lost_by TEXT,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX queue_ready ON queue (workspace_id, priority DESC, run_at, id) WHERE status = 'queued';
CREATE INDEX queue_due ON queue (wake_at) WHERE status = 'waiting' AND wake_at IS NOT NULL;
CREATE INDEX queue_worker ON queue (worker) WHERE worker IS NOT NULL;
CREATE INDEX queue_lost ON queue (lost_by) WHERE lost_by IS NOT NULL;

-- Processes that run executions. One that gives no sign until its lease ends loses what it holds.
CREATE TABLE workers (
    name TEXT NOT NULL PRIMARY KEY,
    lease_until BIGINT NOT NULL
);

CREATE TABLE waits (
    workspace_id UUID NOT NULL,
    id UUID NOT NULL,
    execution_id UUID NOT NULL,
    kind TEXT NOT NULL,
    node BIGINT NOT NULL,
    run BIGINT NOT NULL,
    correlation TEXT NOT NULL,
    deadline BIGINT,
    token TEXT NOT NULL,
    details TEXT NOT NULL,
    answered_at BIGINT,
    answer BYTEA,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX waits_execution ON waits (execution_id, workspace_id);
CREATE INDEX waits_correlation ON waits (workspace_id, correlation) WHERE answered_at IS NULL AND correlation <> '';
CREATE INDEX waits_deadline ON waits (deadline) WHERE answered_at IS NULL AND deadline IS NOT NULL;

-- Ended executions.
CREATE TABLE executions (
    workspace_id UUID NOT NULL,
    id UUID NOT NULL,
    workflow_id UUID NOT NULL,
    version_id UUID NOT NULL,
    status TEXT NOT NULL,
    mode TEXT NOT NULL,
    business_key TEXT,
    started_at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL,
    error_node TEXT,
    error_message TEXT,
    parent UUID,
    replay_of UUID,
    resumed BIGINT NOT NULL,
    fence BIGINT NOT NULL,
    priority BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX executions_workflow ON executions (workspace_id, workflow_id, id);
CREATE INDEX executions_failed ON executions (workspace_id, status, id) WHERE status <> 'success';
CREATE INDEX executions_key ON executions (workspace_id, business_key, id) WHERE business_key IS NOT NULL;

-- The truth about executions: numbered chunks of records.
CREATE TABLE journal (
    workspace_id UUID NOT NULL,
    execution_id UUID NOT NULL,
    seq BIGINT NOT NULL,
    records BYTEA NOT NULL,
    PRIMARY KEY (workspace_id, execution_id, seq)
);

-- Files that journals name, by who names them.
CREATE TABLE blobs (
    workspace_id UUID NOT NULL,
    execution_id UUID NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (workspace_id, execution_id, name)
);
CREATE INDEX blobs_name ON blobs (workspace_id, name);

-- Files that an execution which is gone had named. They are removed unless another names them.
CREATE TABLE litter (
    workspace_id UUID NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (workspace_id, name)
);

-- How many rows `executions` has, so that a list's total need not be counted.
CREATE TABLE totals (
    workspace_id UUID NOT NULL,
    workflow_id UUID NOT NULL,
    status TEXT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, workflow_id, status)
);

-- Counts of ended executions by day and by class of duration: bucket n holds those of at least
-- 2^(n/4) microseconds and less than 2^((n+1)/4).
CREATE TABLE daily (
    workspace_id UUID NOT NULL,
    workflow_id UUID NOT NULL,
    day BIGINT NOT NULL,
    status TEXT NOT NULL,
    bucket BIGINT NOT NULL,
    n BIGINT NOT NULL,
    total_us BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, workflow_id, day, status, bucket)
);

CREATE TABLE static_data (
    workspace_id UUID NOT NULL,
    workflow_id UUID NOT NULL,
    node TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (workspace_id, workflow_id, node)
);

CREATE TABLE credentials (
    workspace_id UUID NOT NULL,
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    external_id TEXT,
    sealed BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX credentials_name ON credentials (workspace_id, kind, name);

CREATE TABLE variables (
    workspace_id UUID NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX variables_name ON variables (workspace_id, name);

CREATE TABLE api_keys (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    id UUID NOT NULL,
    name TEXT NOT NULL,
    hash BYTEA NOT NULL UNIQUE,
    hint TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    used_at BIGINT,
    PRIMARY KEY (workspace_id, id)
);

-- Requests that came to webhooks, the latest ones of each address.
CREATE TABLE webhook_requests (
    workspace_id UUID NOT NULL,
    id UUID NOT NULL,
    workflow_id UUID NOT NULL,
    node TEXT NOT NULL,
    at BIGINT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    status BIGINT NOT NULL,
    execution_id UUID,
    duration_us BIGINT NOT NULL,
    request TEXT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX webhook_requests_workflow ON webhook_requests (workspace_id, workflow_id, id);

-- What other rooms are told, in the transaction that it is about.
CREATE TABLE outbox (
    workspace_id UUID NOT NULL,
    id UUID NOT NULL,
    topic TEXT NOT NULL,
    payload TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);

CREATE TABLE settings (
    workspace_id UUID NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (workspace_id, name)
);

-- Hot tables turn over many times a minute: what is dead is swept before it slows the index down.
ALTER TABLE queue SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);
ALTER TABLE waits SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);
