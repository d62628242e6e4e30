-- Domains of addresses that a workspace's provider says it knows. One that who looks after the server has
-- confirmed is one workspace's only, and its people are known by their addresses.
CREATE TABLE sso_domains (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    domain TEXT NOT NULL,
    confirmed_at BIGINT,
    PRIMARY KEY (workspace_id, domain)
);
CREATE UNIQUE INDEX sso_domains_confirmed ON sso_domains (domain) WHERE confirmed_at IS NOT NULL;
