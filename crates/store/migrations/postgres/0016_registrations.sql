-- Accounts that are to be made once somebody says by mail that the address is his.
CREATE TABLE registrations (
    -- Of the word that the mail brings.
    hash BYTEA NOT NULL,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    name TEXT NOT NULL,
    -- The hash of the password.
    password TEXT NOT NULL,
    workspace_name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (hash)
);
CREATE INDEX registrations_of ON registrations (email_key, created_at);
CREATE INDEX registrations_ended ON registrations (expires_at);
