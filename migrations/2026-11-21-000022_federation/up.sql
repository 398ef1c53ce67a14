-- Signing in by other providers (OpenID Connect).

-- Somebody is at a provider to sign in. Of what the browser must bring back, SHA-256 is kept; what goes to the provider is derived
-- from that and not kept at all. The rows are the platform's: who signs in is not known yet.
CREATE TABLE federated_attempt (
    tenant bigint NOT NULL,
    hash text NOT NULL,
    browser text NOT NULL,
    provider text NOT NULL,
    surface text NOT NULL,
    return_to text NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, hash)
);

-- Whom a provider knows as whom. `hash` is SHA-256 of surface, issuer and subject.
CREATE TABLE federated_identity (
    tenant bigint NOT NULL,
    hash text NOT NULL UNIQUE,
    account uuid NOT NULL,
    issuer text NOT NULL,
    linked_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, hash),
    FOREIGN KEY (tenant, account) REFERENCES account (tenant, id) ON DELETE CASCADE
);
CREATE INDEX federated_identity_account ON federated_identity (tenant, account);

-- The browser sessions that began at a provider, and what it knows them by: `sid` is SHA-256 of issuer and sid. The id token is
-- good for nothing but to tell the provider whom to sign out.
CREATE TABLE federated_session (
    tenant bigint NOT NULL,
    session uuid NOT NULL,
    provider text NOT NULL,
    identity text NOT NULL,
    sid text,
    id_token text NOT NULL,
    PRIMARY KEY (tenant, session),
    FOREIGN KEY (tenant, session) REFERENCES web_session (tenant, id) ON DELETE CASCADE
);
CREATE INDEX federated_session_identity ON federated_session (identity);
CREATE INDEX federated_session_sid ON federated_session (sid) WHERE sid IS NOT NULL;

-- Logout tokens that have come, so that none is taken twice at any replica.
CREATE TABLE used_logout_token (
    tenant bigint NOT NULL,
    hash text NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, hash)
);

DO $$
DECLARE
    name text;
    visible text;
    ended text;
BEGIN
    FOREACH name IN ARRAY ARRAY['federated_attempt', 'federated_identity', 'federated_session', 'used_logout_token'] LOOP
        visible := CASE name
            WHEN 'federated_identity' THEN ' OR hash = presented()'
            WHEN 'federated_session' THEN ' OR identity = presented() OR sid = presented()'
            ELSE '' END;
        ended := CASE WHEN name IN ('federated_identity', 'federated_session') THEN ''
            ELSE ' OR (current_tenant() = 0 AND expires_at < now() - interval ''1 day'')' END;
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY reading ON %I FOR SELECT USING (tenant = current_tenant()%s%s)', name, visible, ended);
        EXECUTE format('CREATE POLICY adding ON %I FOR INSERT WITH CHECK (tenant = current_tenant())', name);
        EXECUTE format('CREATE POLICY changing ON %I FOR UPDATE USING (tenant = current_tenant())', name);
        EXECUTE format('CREATE POLICY removing ON %I FOR DELETE USING (tenant = current_tenant()%s)', name, ended);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO hygeia_app', name);
    END LOOP;
END $$;
