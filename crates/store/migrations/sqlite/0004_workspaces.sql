-- When a workspace that was given up is removed with all that is in it; until then it is closed.
ALTER TABLE workspaces ADD COLUMN ends_at INTEGER;
CREATE INDEX workspaces_end ON workspaces (ends_at) WHERE ends_at IS NOT NULL;

-- What a person has set about oneself, as JSON.
ALTER TABLE users ADD COLUMN profile TEXT NOT NULL DEFAULT '{}';
ALTER TABLE users ADD COLUMN preferences TEXT NOT NULL DEFAULT '{}';

-- Who may join, by a word that was sent to an address.
CREATE TABLE invitations (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    id BLOB NOT NULL,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    role TEXT NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    invited_by BLOB,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX invitations_email ON invitations (workspace_id, email_key);
