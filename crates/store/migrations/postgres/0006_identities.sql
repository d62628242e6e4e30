-- Accounts elsewhere that people sign in with. A subject is unique with its issuer only.
CREATE TABLE identities (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    user_id UUID NOT NULL REFERENCES users (user_id),
    id UUID NOT NULL,
    -- As the issuer names the person, to be told apart by people; nothing is decided by it.
    label TEXT NOT NULL,
    linked_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE UNIQUE INDEX identities_user ON identities (user_id, id);

-- Sign-ins that are on their way through another server, by the hash of the word that each goes on
-- with, and sealed. A word counts once.
CREATE TABLE journeys (
    hash BYTEA NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX journeys_end ON journeys (expires_at);
