-- People. A person belongs to no workspace; members says where a person is.
CREATE TABLE users (
    user_id BLOB NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    -- The address in the form in which it is found.
    email_key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    -- Argon2id.
    password TEXT NOT NULL,
    -- When a mail to the address is known to have been read.
    verified_at INTEGER,
    platform_admin INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);

CREATE TABLE members (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    user_id BLOB NOT NULL REFERENCES users (user_id),
    role TEXT NOT NULL,
    joined_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, user_id)
);
CREATE INDEX members_user ON members (user_id, workspace_id);

-- Sign-ins that last: one family of refresh tokens each, of which only the latest is good.
CREATE TABLE sessions (
    user_id BLOB NOT NULL REFERENCES users (user_id),
    id BLOB NOT NULL,
    workspace_id BLOB,
    turn INTEGER NOT NULL,
    turned_at INTEGER NOT NULL,
    address TEXT,
    agent TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, id)
);
CREATE INDEX sessions_end ON sessions (expires_at);

-- Words that were sent by mail, as hashes: who brings one has read the mail. One of each kind.
CREATE TABLE proofs (
    user_id BLOB NOT NULL REFERENCES users (user_id),
    kind TEXT NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, kind)
);

-- Sign-ins that failed, by account and address.
CREATE TABLE attempts (
    hash BLOB NOT NULL PRIMARY KEY,
    failures INTEGER NOT NULL,
    -- When the next one is let through.
    next_at INTEGER NOT NULL
);
CREATE INDEX attempts_next ON attempts (next_at);

-- Mails that are to be sent, written in the transaction that they are about, and sealed, because
-- they hold words that open accounts. One without a due time was given up.
CREATE TABLE mails (
    id BLOB NOT NULL PRIMARY KEY,
    sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    due_at INTEGER,
    tries INTEGER NOT NULL,
    error TEXT
);
CREATE INDEX mails_due ON mails (due_at) WHERE due_at IS NOT NULL;

-- How these will look once they are full, as in the first step.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('users', 'sqlite_autoindex_users_1', '1000000 1'),
    ('users', 'sqlite_autoindex_users_2', '1000000 1'),
    ('members', 'sqlite_autoindex_members_1', '1000000 50 1'),
    ('members', 'members_user', '1000000 2 1'),
    ('sessions', 'sqlite_autoindex_sessions_1', '2000000 3 1'),
    ('sessions', 'sessions_end', '2000000 2'),
    ('proofs', 'sqlite_autoindex_proofs_1', '10000 2 1'),
    ('proofs', 'sqlite_autoindex_proofs_2', '10000 1'),
    ('attempts', 'sqlite_autoindex_attempts_1', '100000 1'),
    ('attempts', 'attempts_next', '100000 2'),
    ('mails', 'sqlite_autoindex_mails_1', '10000 1'),
    ('mails', 'mails_due', '100 2');
