-- What a key may do at most, and a workspace; and the routes of its gateway.
ALTER TABLE api_keys ADD COLUMN rate TEXT;
CREATE TABLE rate_limits (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    -- `granted` by who looks after the server, or the workspace's `own` within that.
    source TEXT NOT NULL,
    -- `api`, `upload`, `webhook` or `gateway`.
    class TEXT NOT NULL,
    rate TEXT NOT NULL,
    PRIMARY KEY (workspace_id, source, class)
);
CREATE TABLE gateway_routes (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    -- JSON.
    document TEXT NOT NULL,
    -- That it signs with.
    credential_id BLOB,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, name)
);

-- How these will look once they are full, as in the first step.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('rate_limits', 'sqlite_autoindex_rate_limits_1', '10000 4 2 1'),
    ('gateway_routes', 'sqlite_autoindex_gateway_routes_1', '100000 20 1'),
    ('gateway_routes', 'sqlite_autoindex_gateway_routes_2', '100000 20 1');
