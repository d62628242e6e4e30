-- Passkeys: keys of a device that a person signs in with. Only the public half is here.
CREATE TABLE passkeys (
    user_id UUID NOT NULL REFERENCES users (user_id),
    id UUID NOT NULL,
    -- As the device numbers it.
    credential BYTEA NOT NULL UNIQUE,
    public_key BYTEA NOT NULL,
    -- How often the device says that it has signed; some do not count.
    n_signed BIGINT NOT NULL,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (user_id, id)
);
