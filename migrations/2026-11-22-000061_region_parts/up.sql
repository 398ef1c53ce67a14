-- Where a tenant's data of a region is kept: in a tenant of its own, which is the tenant itself for the first region that is used.
CREATE TABLE region_part (
    tenant bigint NOT NULL REFERENCES tenant (tenant),
    region text NOT NULL CHECK (region IN ('dev', 'qa', 'us', 'ca', 'eu')),
    part bigint NOT NULL UNIQUE REFERENCES tenant (tenant),
    PRIMARY KEY (tenant, region)
);

ALTER TABLE region_part ENABLE ROW LEVEL SECURITY;
ALTER TABLE region_part FORCE ROW LEVEL SECURITY;
CREATE POLICY reading ON region_part FOR SELECT USING (tenant = current_tenant());
CREATE POLICY adding ON region_part FOR INSERT WITH CHECK (tenant = current_tenant());
GRANT SELECT, INSERT ON region_part TO hygeia_app;
