-- What was left of a workspace's credits at the end of each day on which they changed.
CREATE TABLE credit_days (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    -- since 1970
    day BIGINT NOT NULL,
    -- as in `credit_accounts`
    plan BIGINT NOT NULL,
    extra BIGINT NOT NULL,
    month BIGINT NOT NULL,
    given BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, day)
);

-- What there is already counts from the first day of its month on.
INSERT INTO credit_days (workspace_id, day, plan, extra, month, given)
SELECT workspace_id, make_date((month / 12)::INTEGER, (month % 12 + 1)::INTEGER, 1) - DATE '1970-01-01',
    plan, extra, month, given
FROM credit_accounts WHERE month > 0;

-- What all workspaces paid.
CREATE INDEX payments_day ON payments (paid_at);
