-- Plans as who looks after the server wrote them: new ones, and others in the place of those that come with the
-- product.
CREATE TABLE plans (
    name TEXT NOT NULL,
    -- what it is called, what it gives and on which terms, as JSON
    offer TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (name)
);

-- How these will look once they are full, as in the first step.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('plans', 'sqlite_autoindex_plans_1', '20 1');
