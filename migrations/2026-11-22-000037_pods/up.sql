-- What was last heard of pods and nodes, and how the judging of a pod's readings stands: what it needs to go on from the next one. The record
-- of what was measured, of what happened and of whom carers are told is FHIR's alone; all of this can be lost but for time.
CREATE TABLE pod (
    tenant bigint NOT NULL,
    device text COLLATE "C" NOT NULL,
    organization text COLLATE "C" NOT NULL,
    -- Who wears it, and since when; or since when nobody does.
    patient text COLLATE "C",
    paired_at timestamptz,
    seen_at timestamptz,
    node text COLLATE "C",
    battery double precision,
    -- JSON, in the form of `clinical::continence`.
    state text,
    -- From then on time alone may change something.
    due timestamptz,
    PRIMARY KEY (tenant, device)
) WITH (fillfactor = 70);
CREATE INDEX pod_due ON pod (tenant, due) WHERE due IS NOT NULL;
-- Nobody wears two.
CREATE UNIQUE INDEX pod_patient ON pod (tenant, patient) WHERE patient IS NOT NULL;

ALTER TABLE pod ENABLE ROW LEVEL SECURITY;
ALTER TABLE pod FORCE ROW LEVEL SECURITY;
-- The server, which belongs to no tenant, may know which have pods whose time has come.
CREATE POLICY reading ON pod FOR SELECT USING (tenant = current_tenant() OR current_tenant() = 0);
CREATE POLICY adding ON pod FOR INSERT WITH CHECK (tenant = current_tenant());
CREATE POLICY changing ON pod FOR UPDATE USING (tenant = current_tenant());
CREATE POLICY removing ON pod FOR DELETE USING (tenant = current_tenant());
GRANT SELECT, INSERT, UPDATE, DELETE ON pod TO hygeia_app;
