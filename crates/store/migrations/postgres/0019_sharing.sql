-- Whose a workflow or credential is, and whether only those it is shared with may.
CREATE TABLE access (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    thing_id UUID NOT NULL,
    -- `workflow` or `credential`.
    thing TEXT NOT NULL,
    -- A person or a service account.
    owner_id UUID,
    is_restricted BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, thing_id)
);
CREATE INDEX access_restricted ON access (workspace_id, thing_id) WHERE is_restricted = 1;
-- Beside what roles allow. Rows of a thing that was removed stay while its executions may.
CREATE TABLE shares (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    thing_id UUID NOT NULL,
    -- A person or a service account; all zeros where it is a role.
    whom_id UUID NOT NULL,
    -- Empty where it is a person or a service account.
    role TEXT NOT NULL,
    thing TEXT NOT NULL,
    level TEXT NOT NULL,
    PRIMARY KEY (workspace_id, thing_id, whom_id, role)
);
CREATE INDEX shares_whom ON shares (whom_id, workspace_id);
CREATE INDEX shares_role ON shares (workspace_id, role);
