-- Addresses that a job needs and that are secrets: who has one may fetch a file, or call somebody. No resource holds them. They are removed
-- with the work that they are for.
CREATE TABLE errand_address (
    tenant bigint NOT NULL,
    subject text COLLATE "C" NOT NULL,
    purpose text NOT NULL CHECK (purpose IN ('list', 'file', 'callback', 'base')),
    at bigint NOT NULL,
    address text NOT NULL,
    PRIMARY KEY (tenant, subject, purpose, at)
);

ALTER TABLE errand_address ENABLE ROW LEVEL SECURITY;
ALTER TABLE errand_address FORCE ROW LEVEL SECURITY;
CREATE POLICY reading ON errand_address FOR SELECT USING (tenant = current_tenant());
CREATE POLICY adding ON errand_address FOR INSERT WITH CHECK (tenant = current_tenant());
CREATE POLICY removing ON errand_address FOR DELETE USING (tenant = current_tenant());
GRANT SELECT, INSERT, DELETE ON errand_address TO hygeia_app;
