-- Plans as who looks after the server wrote them: new ones, and others in the place of those that come with the
-- product.
CREATE TABLE plans (
    name TEXT NOT NULL,
    -- what it is called, what it gives and on which terms, as JSON
    offer TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (name)
);
