-- What seals secrets, each sealed by the master key in turn. One seals once it is active; those before
-- it only open.
CREATE TABLE data_keys (
    number INTEGER NOT NULL PRIMARY KEY,
    wrapped BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    active_at INTEGER
);
