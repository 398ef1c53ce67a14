-- What opens an API gateway: subscriptions of developers, applications that act for them, organisations that let applications in, and
-- machines that send (docs/decisions/0037). All secrets are kept as SHA-256, hexadecimal.

-- A subscription has two keys of equal right, so that one can be replaced while the other is in use. It has no end but its cancelling.
CREATE TABLE gateway_subscription (
    tenant bigint NOT NULL,
    id uuid NOT NULL,
    account uuid NOT NULL,
    product text NOT NULL,
    name text NOT NULL,
    primary_hash text COLLATE "C" NOT NULL UNIQUE,
    secondary_hash text COLLATE "C" NOT NULL UNIQUE,
    -- The keys' first characters, by which their owner knows them.
    primary_shown text NOT NULL,
    secondary_shown text NOT NULL,
    created_at timestamptz NOT NULL,
    cancelled_at timestamptz,
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, account) REFERENCES account (tenant, id) ON DELETE CASCADE
);
CREATE INDEX gateway_subscription_account ON gateway_subscription (tenant, account, created_at);

-- An application, which signs in with its id and its key.
CREATE TABLE gateway_application (
    tenant bigint NOT NULL,
    id uuid NOT NULL UNIQUE,
    account uuid NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    key_hash text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, account) REFERENCES account (tenant, id) ON DELETE CASCADE
);
CREATE INDEX gateway_application_account ON gateway_application (tenant, account, created_at);

-- That an organisation lets an application in. The row is the organisation's tenant's; the application may be another's.
CREATE TABLE gateway_link (
    tenant bigint NOT NULL,
    organization text COLLATE "C" NOT NULL,
    application uuid NOT NULL,
    linked_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, organization, application)
);
CREATE INDEX gateway_link_application ON gateway_link (application);

-- By which code an organisation lets applications in: one at a time.
CREATE TABLE gateway_link_code (
    tenant bigint NOT NULL,
    organization text COLLATE "C" NOT NULL,
    hash text COLLATE "C" NOT NULL UNIQUE,
    made_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, organization)
);

-- The key of a machine that sends what others measure.
CREATE TABLE gateway_node (
    tenant bigint NOT NULL,
    device text COLLATE "C" NOT NULL,
    organization text COLLATE "C" NOT NULL,
    key uuid NOT NULL,
    hash text COLLATE "C" NOT NULL UNIQUE,
    made_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, device)
);

DO $$
DECLARE
    name text;
    presents text;
BEGIN
    FOREACH name IN ARRAY ARRAY['gateway_subscription', 'gateway_application', 'gateway_link', 'gateway_link_code', 'gateway_node'] LOOP
        -- Who is told by what a request presents.
        presents := CASE name
            WHEN 'gateway_subscription' THEN 'primary_hash = presented() OR secondary_hash = presented()'
            WHEN 'gateway_application' THEN 'id::text = presented()'
            WHEN 'gateway_link' THEN 'application::text = presented()'
            ELSE 'hash = presented()' END;
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY reading ON %I FOR SELECT USING (tenant = current_tenant() OR %s)', name, presents);
        EXECUTE format('CREATE POLICY adding ON %I FOR INSERT WITH CHECK (tenant = current_tenant())', name);
        EXECUTE format('CREATE POLICY changing ON %I FOR UPDATE USING (tenant = current_tenant())', name);
        EXECUTE format('CREATE POLICY removing ON %I FOR DELETE USING (tenant = current_tenant())', name);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO hygeia_app', name);
    END LOOP;
END $$;
