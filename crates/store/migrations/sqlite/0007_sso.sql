-- Domains of addresses that a workspace's provider says it knows. One that who looks after the server has
-- confirmed is one workspace's only, and its people are known by their addresses.
CREATE TABLE sso_domains (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    domain TEXT NOT NULL,
    confirmed_at INTEGER,
    PRIMARY KEY (workspace_id, domain)
);
CREATE UNIQUE INDEX sso_domains_confirmed ON sso_domains (domain) WHERE confirmed_at IS NOT NULL;

-- How these will look once they are full, as in the first step.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('sso_domains', 'sqlite_autoindex_sso_domains_1', '10000 2 1'),
    ('sso_domains', 'sso_domains_confirmed', '10000 1');
