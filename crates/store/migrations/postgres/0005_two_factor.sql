-- A second factor of a person: the sealed secret that codes are computed from.
CREATE TABLE two_factor (
    user_id UUID NOT NULL REFERENCES users (user_id),
    sealed BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    -- When a first code showed that the person has it; until then it asks for nothing.
    confirmed_at BIGINT,
    -- The time step of the last code that counted: no code counts twice.
    step BIGINT NOT NULL,
    PRIMARY KEY (user_id)
);

-- Codes for who has lost the device, as keyed hashes. One that was used is gone.
CREATE TABLE recovery_codes (
    user_id UUID NOT NULL REFERENCES users (user_id),
    hash BYTEA NOT NULL,
    PRIMARY KEY (user_id, hash)
);

-- Sign-ins that wait for a code.
CREATE TABLE challenges (
    user_id UUID NOT NULL REFERENCES users (user_id),
    hash BYTEA NOT NULL UNIQUE,
    tries BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, hash)
);
CREATE INDEX challenges_end ON challenges (expires_at);
