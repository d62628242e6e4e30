-- When a workspace that was given up is removed with all that is in it; until then it is closed.
ALTER TABLE workspaces ADD COLUMN ends_at BIGINT;
CREATE INDEX workspaces_end ON workspaces (ends_at) WHERE ends_at IS NOT NULL;

-- What a person has set about oneself, as JSON.
ALTER TABLE users ADD COLUMN profile TEXT NOT NULL DEFAULT '{}';
ALTER TABLE users ADD COLUMN preferences TEXT NOT NULL DEFAULT '{}';

-- Who may join, by a word that was sent to an address.
CREATE TABLE invitations (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    id UUID NOT NULL,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    role TEXT NOT NULL,
    hash BYTEA NOT NULL UNIQUE,
    invited_by UUID,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX invitations_email ON invitations (workspace_id, email_key);
