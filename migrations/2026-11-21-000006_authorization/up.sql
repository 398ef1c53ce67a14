-- Our authorisation server: clients, what people granted them, and the credentials that are given out for it.
--
-- Secrets are kept as SHA-256. What opens nothing any more by its `expires_at` may be cleared away by any transaction.

-- A program that may ask for tokens. `scope` is what it may ask for at most; `jwks` and `secret` are how it shows who it is.
CREATE TABLE oauth_client (
    tenant bigint NOT NULL REFERENCES tenant (tenant),
    id uuid NOT NULL UNIQUE,
    name text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('public', 'confidential')),
    grants text[] NOT NULL,
    redirect_uris text[] NOT NULL,
    jwks text,
    secret text,
    scope text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, id),
    CHECK ((kind = 'public') = (jwks IS NULL AND secret IS NULL))
);

-- The assertions that a client has used, so that none is used twice at any replica.
CREATE TABLE used_assertion (
    tenant bigint NOT NULL,
    client uuid NOT NULL,
    assertion text NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, client, assertion),
    FOREIGN KEY (tenant, client) REFERENCES oauth_client (tenant, id) ON DELETE CASCADE
);

-- A browser in which somebody has signed in.
CREATE TABLE web_session (
    tenant bigint NOT NULL,
    id uuid NOT NULL,
    hash text NOT NULL UNIQUE,
    account uuid NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, id)
);

-- What an EHR tells of the place that it launches a client from.
CREATE TABLE oauth_launch (
    tenant bigint NOT NULL,
    hash text NOT NULL,
    client uuid,
    patient text,
    encounter text,
    fhir_context text,
    intent text,
    need_patient_banner boolean,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, hash)
);

-- What a person granted a client. It is taken back by removing the row: what was given for it goes with it, also what another
-- transaction is just giving, because that waits for the row.
CREATE TABLE oauth_grant (
    tenant bigint NOT NULL,
    id uuid NOT NULL,
    client uuid NOT NULL,
    account uuid NOT NULL,
    session uuid NOT NULL,
    signed_in_at timestamptz NOT NULL,
    scope text NOT NULL,
    patient text,
    encounter text,
    fhir_context text,
    intent text,
    need_patient_banner boolean,
    nonce text,
    redirect_uri text NOT NULL,
    challenge text NOT NULL,
    code text NOT NULL UNIQUE,
    code_expires_at timestamptz NOT NULL,
    code_used_at timestamptz,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, client) REFERENCES oauth_client (tenant, id) ON DELETE CASCADE
);
CREATE INDEX oauth_grant_client ON oauth_grant (tenant, client);

-- A refresh token is good for one use. That it was used is kept, because a second use gives a thief away.
CREATE TABLE refresh_token (
    tenant bigint NOT NULL,
    id uuid NOT NULL,
    hash text NOT NULL UNIQUE,
    of_grant uuid NOT NULL,
    used_at timestamptz,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, of_grant) REFERENCES oauth_grant (tenant, id) ON DELETE CASCADE
);
CREATE INDEX refresh_token_grant ON refresh_token (tenant, of_grant);

-- Keys that the server signs id tokens with; their public halves are published. One that was replaced is published as long as
-- something that it signed may be good.
CREATE TABLE id_token_key (
    tenant bigint NOT NULL,
    id uuid NOT NULL,
    secret bytea NOT NULL,
    created_at timestamptz NOT NULL,
    replaced_at timestamptz,
    PRIMARY KEY (tenant, id)
);
CREATE UNIQUE INDEX id_token_key_current ON id_token_key (tenant) WHERE replaced_at IS NULL;

-- A token is an operator's, a client's own, or a client's by a person's grant.
ALTER TABLE access_token ADD COLUMN client uuid, ADD COLUMN of_grant uuid, ADD COLUMN account uuid, ADD COLUMN patient text,
    ADD FOREIGN KEY (tenant, client) REFERENCES oauth_client (tenant, id) ON DELETE CASCADE,
    ADD FOREIGN KEY (tenant, of_grant) REFERENCES oauth_grant (tenant, id) ON DELETE CASCADE;
CREATE INDEX access_token_client ON access_token (tenant, client) WHERE client IS NOT NULL;
CREATE INDEX access_token_grant ON access_token (tenant, of_grant) WHERE of_grant IS NOT NULL;

-- The Patient that the person behind an account is, where it is one.
ALTER TABLE account ADD COLUMN patient text;

DO $$
DECLARE
    name text;
    visible text;
    ended text;
BEGIN
    FOREACH name IN ARRAY ARRAY['oauth_client', 'used_assertion', 'web_session', 'oauth_launch', 'oauth_grant',
                                'refresh_token', 'id_token_key'] LOOP
        visible := CASE name
            WHEN 'oauth_client' THEN ' OR id::text = presented()'
            WHEN 'web_session' THEN ' OR hash = presented()'
            ELSE '' END;
        ended := CASE WHEN name IN ('oauth_client', 'id_token_key') THEN ''
            ELSE ' OR expires_at < now() - interval ''1 day''' END;
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY reading ON %I FOR SELECT USING (tenant = current_tenant()%s%s)', name, visible, ended);
        EXECUTE format('CREATE POLICY adding ON %I FOR INSERT WITH CHECK (tenant = current_tenant())', name);
        EXECUTE format('CREATE POLICY changing ON %I FOR UPDATE USING (tenant = current_tenant())', name);
        EXECUTE format('CREATE POLICY removing ON %I FOR DELETE USING (tenant = current_tenant()%s)', name, ended);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO hygeia_app', name);
    END LOOP;
END $$;
