-- Accounts that are to be made once somebody says by mail that the address is his.
CREATE TABLE registrations (
    -- Of the word that the mail brings.
    hash BLOB NOT NULL,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    name TEXT NOT NULL,
    -- The hash of the password.
    password TEXT NOT NULL,
    workspace_name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (hash)
);
CREATE INDEX registrations_of ON registrations (email_key, created_at);
CREATE INDEX registrations_ended ON registrations (expires_at);

-- How these will look once they are full, as in the first step.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('registrations', 'sqlite_autoindex_registrations_1', '100000 1'),
    ('registrations', 'registrations_of', '100000 2 1'),
    ('registrations', 'registrations_ended', '100000 1');
