-- The trail tells whose data a request was about, and is searched by that.

-- The Patient that a resource is about, where there is one: a read tells it to the trail without reading the body.
ALTER TABLE resource ADD COLUMN patient text COLLATE "C";
-- The server writes it for what is there. The owner is bound by the policies too, and this concerns the rows of all tenants.
ALTER TABLE resource NO FORCE ROW LEVEL SECURITY;
UPDATE resource SET indexed = false WHERE body IS NOT NULL;
ALTER TABLE resource FORCE ROW LEVEL SECURITY;

-- The id of the Patient, what the client calls the request, by which parameters it searched, what the data were for, and why the caller set
-- a Consent aside.
ALTER TABLE audit_event ADD COLUMN patient text COLLATE "C", ADD COLUMN request text, ADD COLUMN query text,
    ADD COLUMN purpose text, ADD COLUMN reason text;
ALTER TABLE audit_event ALTER COLUMN resource TYPE text COLLATE "C";

CREATE INDEX audit_event_patient ON audit_event (tenant, patient) WHERE patient IS NOT NULL;
CREATE INDEX audit_event_resource ON audit_event (tenant, resource) WHERE resource IS NOT NULL;
-- What read and wrote several resources is found by looking at what they are.
CREATE INDEX audit_event_several ON audit_event (tenant, id) WHERE entities IS NOT NULL;
-- An agent's rows lie together in time, so that a note of who is in some pages finds them, and costs next to nothing to keep.
CREATE INDEX audit_event_agent ON audit_event USING brin (agent text_bloom_ops) WITH (pages_per_range = 32, autosummarize = on);

-- What the entries of a batch did, each written with it, until the one row of the batch tells it.
CREATE TABLE audit_part (
    tenant bigint NOT NULL,
    event uuid NOT NULL,
    id uuid NOT NULL,
    recorded timestamptz NOT NULL,
    told text NOT NULL,
    PRIMARY KEY (tenant, event, id)
);
ALTER TABLE audit_part ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_part FORCE ROW LEVEL SECURITY;
CREATE POLICY reading ON audit_part FOR SELECT USING (tenant = current_tenant());
CREATE POLICY adding ON audit_part FOR INSERT WITH CHECK (tenant = current_tenant());
CREATE POLICY changing ON audit_part FOR UPDATE USING (tenant = current_tenant());
CREATE POLICY removing ON audit_part FOR DELETE USING (tenant = current_tenant());
-- Who looks for batches that were broken off belongs to no tenant.
CREATE POLICY sealing ON audit_part FOR SELECT USING (sealing());
GRANT SELECT, INSERT, DELETE ON audit_part TO hygeia_app;
