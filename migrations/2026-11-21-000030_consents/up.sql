-- Consents limit what callers see and change. A process remembers them by the same version as the search parameters; a change of
-- either gives that a new one.

-- What holds for a patient of whom no Consent says anything.
ALTER TABLE search_parameter_set ADD COLUMN consent_default text NOT NULL DEFAULT 'permit'
    CHECK (consent_default IN ('permit', 'deny'));

-- The Consents that were ever in force, each with the version that its last change made. `address` is that of the resource.
CREATE TABLE consent_change (
    tenant bigint NOT NULL,
    address bigint NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (tenant, address)
);
CREATE INDEX consent_change_version ON consent_change (tenant, version);

-- What a token is for: a code of HL7's ActReason; none is treatment.
ALTER TABLE access_token ADD COLUMN purpose text;

-- Those that are stored already. The owner is bound by the policies too, and this concerns the rows of all tenants.
ALTER TABLE resource NO FORCE ROW LEVEL SECURITY;
ALTER TABLE search_parameter_set NO FORCE ROW LEVEL SECURITY;
-- Binaries are found by what they belong to, Bundles by the patients of whom they hold something.
UPDATE resource SET indexed = false WHERE type IN ('Binary', 'Bundle') AND body IS NOT NULL;
INSERT INTO search_parameter_set (tenant, version)
SELECT DISTINCT tenant, nextval('search_parameter_version') FROM (SELECT DISTINCT tenant FROM resource WHERE type = 'Consent') t
ON CONFLICT (tenant) DO UPDATE SET version = nextval('search_parameter_version');
INSERT INTO consent_change (tenant, address, version)
SELECT r.tenant, r.address, s.version FROM resource r JOIN search_parameter_set s USING (tenant) WHERE r.type = 'Consent';
ALTER TABLE resource FORCE ROW LEVEL SECURITY;
ALTER TABLE search_parameter_set FORCE ROW LEVEL SECURITY;

ALTER TABLE consent_change ENABLE ROW LEVEL SECURITY;
ALTER TABLE consent_change FORCE ROW LEVEL SECURITY;
CREATE POLICY reading ON consent_change FOR SELECT USING (tenant = current_tenant());
CREATE POLICY adding ON consent_change FOR INSERT WITH CHECK (tenant = current_tenant());
CREATE POLICY changing ON consent_change FOR UPDATE USING (tenant = current_tenant());
CREATE POLICY removing ON consent_change FOR DELETE USING (tenant = current_tenant());
GRANT SELECT, INSERT, UPDATE, DELETE ON consent_change TO hygeia_app;
