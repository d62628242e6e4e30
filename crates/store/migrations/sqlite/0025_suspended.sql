-- Since when a member may do nothing in the workspace, without being taken out of it.
ALTER TABLE members ADD COLUMN suspended_at INTEGER;

-- Since when a key opens nothing, without being removed.
ALTER TABLE api_keys ADD COLUMN disabled_at INTEGER;

-- How often a key asked for what on a day.
CREATE TABLE key_uses (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    key_id BLOB NOT NULL,
    -- since 1970
    day INTEGER NOT NULL,
    -- the method, and the path as it is written in the router
    route TEXT NOT NULL,
    requests INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    took_us INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, key_id, day, route)
);
CREATE INDEX key_uses_day ON key_uses (day);

-- How these will look once they are full, as in the first step.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('key_uses', 'sqlite_autoindex_key_uses_1', '1000000 10000 1000 10 1'),
    ('key_uses', 'key_uses_day', '1000000 3000');
