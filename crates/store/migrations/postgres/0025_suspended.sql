-- Since when a member may do nothing in the workspace, without being taken out of it.
ALTER TABLE members ADD COLUMN suspended_at BIGINT;

-- Since when a key opens nothing, without being removed.
ALTER TABLE api_keys ADD COLUMN disabled_at BIGINT;

-- How often a key asked for what on a day.
CREATE TABLE key_uses (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    key_id UUID NOT NULL,
    -- since 1970
    day BIGINT NOT NULL,
    -- the method, and the path as it is written in the router
    route TEXT NOT NULL,
    requests BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    took_us BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, key_id, day, route)
);
CREATE INDEX key_uses_day ON key_uses (day);
