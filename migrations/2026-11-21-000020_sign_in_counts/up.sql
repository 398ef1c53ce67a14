-- How often a password or code was wrong, by account and by client address: what guessing is slowed down by, at all replicas and
-- across restarts.
--
-- An attempt is counted before it is known whose account it is about, so the rows are the platform's. A key is the SHA-256 of what is
-- counted: no e-mail address that a stranger tried is kept.
CREATE TABLE sign_in_count (
    tenant bigint NOT NULL,
    key text COLLATE "C" NOT NULL,
    -- Attempts that failed, since `since`; the last at `last`.
    failures integer NOT NULL DEFAULT 0,
    since timestamptz NOT NULL,
    last timestamptz NOT NULL,
    -- Attempts that are being looked at, the first of them since `pending_since`.
    pending integer NOT NULL DEFAULT 0,
    pending_since timestamptz NOT NULL,
    -- Of an account at an address: so long the address is known for the person's own.
    known_until timestamptz,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, key)
);
CREATE INDEX sign_in_count_ended ON sign_in_count (expires_at);

ALTER TABLE sign_in_count ENABLE ROW LEVEL SECURITY;
ALTER TABLE sign_in_count FORCE ROW LEVEL SECURITY;
CREATE POLICY reading ON sign_in_count FOR SELECT USING (tenant = current_tenant());
CREATE POLICY adding ON sign_in_count FOR INSERT WITH CHECK (tenant = current_tenant());
CREATE POLICY changing ON sign_in_count FOR UPDATE USING (tenant = current_tenant());
CREATE POLICY removing ON sign_in_count FOR DELETE USING (tenant = current_tenant());
GRANT SELECT, INSERT, UPDATE, DELETE ON sign_in_count TO hygeia_app;
