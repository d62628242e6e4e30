-- Origins whose pages may call the API for a workspace.
CREATE TABLE origins (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    origin TEXT NOT NULL,
    PRIMARY KEY (workspace_id, origin)
);
CREATE INDEX origins_named ON origins (origin);

-- How these will look once they are full, as in the first step.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('origins', 'sqlite_autoindex_origins_1', '10000 5 1'),
    ('origins', 'origins_named', '10000 2');
