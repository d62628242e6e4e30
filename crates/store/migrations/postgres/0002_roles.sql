-- What a key may do: the permissions of a role, those that are listed, or without either all.
ALTER TABLE api_keys ADD COLUMN role TEXT;
ALTER TABLE api_keys ADD COLUMN permissions TEXT;
-- Networks that it opens from; empty is everywhere.
ALTER TABLE api_keys ADD COLUMN networks TEXT NOT NULL DEFAULT '';
-- The key that takes its place.
ALTER TABLE api_keys ADD COLUMN successor UUID;

-- Roles that a workspace has made for itself, beside the built-in ones.
CREATE TABLE roles (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    permissions TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, name)
);
