-- Whether members need a second factor.
ALTER TABLE workspaces ADD COLUMN wants_factor INTEGER NOT NULL DEFAULT 0;
-- Where a sign-in that waits for a code goes on; else where the person joined first.
ALTER TABLE challenges ADD COLUMN workspace_id BLOB;
