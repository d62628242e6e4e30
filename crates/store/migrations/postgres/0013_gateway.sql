-- What a key may do at most, and a workspace; and the routes of its gateway.
ALTER TABLE api_keys ADD COLUMN rate TEXT;
CREATE TABLE rate_limits (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    -- `granted` by who looks after the server, or the workspace's `own` within that.
    source TEXT NOT NULL,
    -- `api`, `upload`, `webhook` or `gateway`.
    class TEXT NOT NULL,
    rate TEXT NOT NULL,
    PRIMARY KEY (workspace_id, source, class)
);
CREATE TABLE gateway_routes (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    id UUID NOT NULL,
    name TEXT NOT NULL,
    -- JSON.
    document TEXT NOT NULL,
    -- That it signs with.
    credential_id UUID,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, name)
);
