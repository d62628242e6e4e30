-- Passkeys: keys of a device that a person signs in with. Only the public half is here.
CREATE TABLE passkeys (
    user_id BLOB NOT NULL REFERENCES users (user_id),
    id BLOB NOT NULL,
    -- As the device numbers it.
    credential BLOB NOT NULL UNIQUE,
    public_key BLOB NOT NULL,
    -- How often the device says that it has signed; some do not count.
    n_signed INTEGER NOT NULL,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    used_at INTEGER,
    PRIMARY KEY (user_id, id)
);

-- How these will look once they are full, as in the first step.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('passkeys', 'sqlite_autoindex_passkeys_1', '1000000 1'),
    ('passkeys', 'sqlite_autoindex_passkeys_2', '1000000 2 1');
