-- Accounts elsewhere that people sign in with. A subject is unique with its issuer only.
CREATE TABLE identities (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    user_id BLOB NOT NULL REFERENCES users (user_id),
    id BLOB NOT NULL,
    -- As the issuer names the person, to be told apart by people; nothing is decided by it.
    label TEXT NOT NULL,
    linked_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE UNIQUE INDEX identities_user ON identities (user_id, id);

-- Sign-ins that are on their way through another server, by the hash of the word that each goes on
-- with, and sealed. A word counts once.
CREATE TABLE journeys (
    hash BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    sealed BLOB NOT NULL,
    expires_at INTEGER NOT NULL
);
CREATE INDEX journeys_end ON journeys (expires_at);

-- How these will look once they are full, as in the first step.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('identities', 'sqlite_autoindex_identities_1', '1000000 100000 1'),
    ('identities', 'identities_user', '1000000 2 1'),
    ('journeys', 'sqlite_autoindex_journeys_1', '10000 1'),
    ('journeys', 'journeys_end', '10000 2');
