-- Origins whose pages may call the API for a workspace.
CREATE TABLE origins (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    origin TEXT NOT NULL,
    PRIMARY KEY (workspace_id, origin)
);
CREATE INDEX origins_named ON origins (origin);
