-- What seals secrets, each sealed by the master key in turn. One seals once it is active; those before
-- it only open.
CREATE TABLE data_keys (
    number BIGINT NOT NULL PRIMARY KEY,
    wrapped BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    active_at BIGINT
);
