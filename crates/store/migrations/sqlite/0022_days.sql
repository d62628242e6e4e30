-- What was left of a workspace's credits at the end of each day on which they changed.
CREATE TABLE credit_days (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    -- since 1970
    day INTEGER NOT NULL,
    -- as in `credit_accounts`
    plan INTEGER NOT NULL,
    extra INTEGER NOT NULL,
    month INTEGER NOT NULL,
    given INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, day)
);

-- What there is already counts from the first day of its month on.
INSERT INTO credit_days (workspace_id, day, plan, extra, month, given)
SELECT workspace_id, CAST(strftime('%s', printf('%04d-%02d-01', month / 12, month % 12 + 1)) AS INTEGER) / 86400,
    plan, extra, month, given
FROM credit_accounts WHERE month > 0;

-- What all workspaces paid.
CREATE INDEX payments_day ON payments (paid_at);

-- How these will look once they are full, as in the first step.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('credit_days', 'sqlite_autoindex_credit_days_1', '300000 300 1'),
    ('payments', 'payments_day', '100000 1');
