-- Who changed what. Each workspace has a chain of entries, and the platform one whose id is all zeros: the hash
-- of an entry is keyed and takes in the one before. The head seals where a chain begins and ends, so that
-- neither end can be cut off unseen.
CREATE TABLE audit (
    workspace_id UUID NOT NULL,
    seq BIGINT NOT NULL,
    done_at BIGINT NOT NULL,
    action TEXT NOT NULL,
    thing TEXT NOT NULL,
    thing_id TEXT,
    who TEXT NOT NULL,
    who_id UUID,
    session_id UUID,
    address TEXT,
    agent TEXT NOT NULL,
    request TEXT NOT NULL,
    was TEXT,
    became TEXT,
    hash BYTEA NOT NULL,
    PRIMARY KEY (workspace_id, seq)
);
-- `anchor` is the hash of the last entry that was removed because its time had come.
CREATE TABLE audit_heads (
    workspace_id UUID NOT NULL,
    first_seq BIGINT NOT NULL,
    anchor BYTEA NOT NULL,
    last_seq BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    seal BYTEA NOT NULL,
    PRIMARY KEY (workspace_id)
);
