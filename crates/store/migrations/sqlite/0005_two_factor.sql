-- A second factor of a person: the sealed secret that codes are computed from.
CREATE TABLE two_factor (
    user_id BLOB NOT NULL REFERENCES users (user_id),
    sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    -- When a first code showed that the person has it; until then it asks for nothing.
    confirmed_at INTEGER,
    -- The time step of the last code that counted: no code counts twice.
    step INTEGER NOT NULL,
    PRIMARY KEY (user_id)
);

-- Codes for who has lost the device, as keyed hashes. One that was used is gone.
CREATE TABLE recovery_codes (
    user_id BLOB NOT NULL REFERENCES users (user_id),
    hash BLOB NOT NULL,
    PRIMARY KEY (user_id, hash)
);

-- Sign-ins that wait for a code.
CREATE TABLE challenges (
    user_id BLOB NOT NULL REFERENCES users (user_id),
    hash BLOB NOT NULL UNIQUE,
    tries INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, hash)
);
CREATE INDEX challenges_end ON challenges (expires_at);

-- How these will look once they are full, as in the first step.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('two_factor', 'sqlite_autoindex_two_factor_1', '100000 1'),
    ('recovery_codes', 'sqlite_autoindex_recovery_codes_1', '1000000 10 1'),
    ('challenges', 'sqlite_autoindex_challenges_1', '10000 1'),
    ('challenges', 'sqlite_autoindex_challenges_2', '10000 2 1'),
    ('challenges', 'challenges_end', '10000 2');
