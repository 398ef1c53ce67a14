-- Public keys by which organisations sign their own tokens. A token names its key by the kid alone, so that no two tenants have the
-- same; a key that was revoked keeps its kid, lest an old token fit a new key.
CREATE TABLE organization_key (
    tenant bigint NOT NULL,
    kid text COLLATE "C" NOT NULL UNIQUE,
    organization text COLLATE "C" NOT NULL,
    issuer text COLLATE "C" NOT NULL,
    algorithm text NOT NULL CHECK (algorithm IN ('RS256', 'RS384')),
    -- SubjectPublicKeyInfo as PEM, and the SHA-256 of its DER in hexadecimal.
    public_key text NOT NULL,
    fingerprint text NOT NULL,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz,
    PRIMARY KEY (tenant, kid),
    FOREIGN KEY (tenant, organization) REFERENCES organization (tenant, id)
);
CREATE INDEX organization_key_organization ON organization_key (tenant, organization, kid);

ALTER TABLE organization_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE organization_key FORCE ROW LEVEL SECURITY;
CREATE POLICY reading ON organization_key FOR SELECT USING (tenant = current_tenant() OR kid = presented());
CREATE POLICY adding ON organization_key FOR INSERT WITH CHECK (tenant = current_tenant());
CREATE POLICY changing ON organization_key FOR UPDATE USING (tenant = current_tenant());
CREATE POLICY removing ON organization_key FOR DELETE USING (tenant = current_tenant());
GRANT SELECT, INSERT, UPDATE, DELETE ON organization_key TO hygeia_app;
