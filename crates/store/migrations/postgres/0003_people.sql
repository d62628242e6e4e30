-- People. A person belongs to no workspace; members says where a person is.
CREATE TABLE users (
    user_id UUID NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    -- The address in the form in which it is found.
    email_key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    -- Argon2id.
    password TEXT NOT NULL,
    -- When a mail to the address is known to have been read.
    verified_at BIGINT,
    platform_admin BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE members (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    user_id UUID NOT NULL REFERENCES users (user_id),
    role TEXT NOT NULL,
    joined_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, user_id)
);
CREATE INDEX members_user ON members (user_id, workspace_id);

-- Sign-ins that last: one family of refresh tokens each, of which only the latest is good.
CREATE TABLE sessions (
    user_id UUID NOT NULL REFERENCES users (user_id),
    id UUID NOT NULL,
    workspace_id UUID,
    turn BIGINT NOT NULL,
    turned_at BIGINT NOT NULL,
    address TEXT,
    agent TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, id)
);
CREATE INDEX sessions_end ON sessions (expires_at);

-- Words that were sent by mail, as hashes: who brings one has read the mail. One of each kind.
CREATE TABLE proofs (
    user_id UUID NOT NULL REFERENCES users (user_id),
    kind TEXT NOT NULL,
    hash BYTEA NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, kind)
);

-- Sign-ins that failed, by account and address.
CREATE TABLE attempts (
    hash BYTEA NOT NULL PRIMARY KEY,
    failures BIGINT NOT NULL,
    -- When the next one is let through.
    next_at BIGINT NOT NULL
);
CREATE INDEX attempts_next ON attempts (next_at);

-- Mails that are to be sent, written in the transaction that they are about, and sealed, because
-- they hold words that open accounts. One without a due time was given up.
CREATE TABLE mails (
    id UUID NOT NULL PRIMARY KEY,
    sealed BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    due_at BIGINT,
    tries BIGINT NOT NULL,
    error TEXT
);
CREATE INDEX mails_due ON mails (due_at) WHERE due_at IS NOT NULL;
