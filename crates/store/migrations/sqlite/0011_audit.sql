-- Who changed what. Each workspace has a chain of entries, and the platform one whose id is all zeros: the hash
-- of an entry is keyed and takes in the one before. The head seals where a chain begins and ends, so that
-- neither end can be cut off unseen.
CREATE TABLE audit (
    workspace_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    done_at INTEGER NOT NULL,
    action TEXT NOT NULL,
    thing TEXT NOT NULL,
    thing_id TEXT,
    who TEXT NOT NULL,
    who_id BLOB,
    session_id BLOB,
    address TEXT,
    agent TEXT NOT NULL,
    request TEXT NOT NULL,
    was TEXT,
    became TEXT,
    hash BLOB NOT NULL,
    PRIMARY KEY (workspace_id, seq)
);
-- `anchor` is the hash of the last entry that was removed because its time had come.
CREATE TABLE audit_heads (
    workspace_id BLOB NOT NULL,
    first_seq INTEGER NOT NULL,
    anchor BLOB NOT NULL,
    last_seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    seal BLOB NOT NULL,
    PRIMARY KEY (workspace_id)
);

-- How these will look once they are full, as in the first step.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('audit', 'sqlite_autoindex_audit_1', '1000000 1000 1'),
    ('audit_heads', 'sqlite_autoindex_audit_heads_1', '1000 1');
