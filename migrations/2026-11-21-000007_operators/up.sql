-- What operators do: attach surfaces, organisations and accounts to tenants, and look at who came from where.

-- Where a request came from, as far as trusted proxies tell.
ALTER TABLE audit_event ADD COLUMN address text;

-- The vendors' APIs that a tenant uses. Each account is of one of them.
CREATE TABLE tenant_surface (
    tenant bigint NOT NULL REFERENCES tenant (tenant),
    surface text NOT NULL,
    attached_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, surface)
);

-- The organisations that an operator opened for a vendor; each is an Organization of the tenant with the same id.
CREATE TABLE organization (
    tenant bigint NOT NULL REFERENCES tenant (tenant),
    id text COLLATE "C" NOT NULL UNIQUE,
    surface text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, id)
);

-- An account that is not active is as one with another password. Sessions from before `sessions_from` have ended. Each vendor has roles
-- of its own. `regions` are those of Hemato.
ALTER TABLE account ADD COLUMN active boolean NOT NULL DEFAULT true;
ALTER TABLE account ADD COLUMN sessions_from timestamptz;
ALTER TABLE account ADD COLUMN organization text COLLATE "C";
ALTER TABLE account ADD COLUMN regions text[] NOT NULL DEFAULT '{}';
ALTER TABLE account DROP CONSTRAINT account_role_check;
ALTER TABLE account ADD CHECK (role IN ('user', 'admin', 'doctor', 'device', 'service'));
CREATE UNIQUE INDEX account_id ON account (id);

-- The accounts that are there have their surfaces. The owner is bound by the policies too, and this concerns all tenants.
ALTER TABLE account NO FORCE ROW LEVEL SECURITY;
ALTER TABLE tenant NO FORCE ROW LEVEL SECURITY;
INSERT INTO tenant_surface (tenant, surface, attached_at) SELECT DISTINCT tenant, surface, now() FROM account WHERE surface <> 'operator';
INSERT INTO tenant_surface (tenant, surface, attached_at)
    SELECT 1, surface, now() FROM unnest(ARRAY['smartscan', 'imagemedix', 'smartz', 'hemato']) AS surface
    ON CONFLICT DO NOTHING;
ALTER TABLE tenant FORCE ROW LEVEL SECURITY;
ALTER TABLE account FORCE ROW LEVEL SECURITY;

DROP POLICY reading ON account;
CREATE POLICY reading ON account FOR SELECT
    USING (tenant = current_tenant() OR surface || ':' || email = presented() OR id::text = presented());

DO $$
DECLARE
    name text;
    visible text;
BEGIN
    FOREACH name IN ARRAY ARRAY['tenant_surface', 'organization'] LOOP
        visible := CASE name WHEN 'organization' THEN ' OR id = presented()' ELSE '' END;
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY reading ON %I FOR SELECT USING (tenant = current_tenant()%s)', name, visible);
        EXECUTE format('CREATE POLICY adding ON %I FOR INSERT WITH CHECK (tenant = current_tenant())', name);
        EXECUTE format('CREATE POLICY changing ON %I FOR UPDATE USING (tenant = current_tenant())', name);
        EXECUTE format('CREATE POLICY removing ON %I FOR DELETE USING (tenant = current_tenant())', name);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO hygeia_app', name);
    END LOOP;
END $$;
