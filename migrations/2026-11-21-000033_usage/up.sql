-- Calls with API keys, for the customer's own overview of them: no health data, no key. The trail of what was done is `audit_event`.

-- An id opens with the time of the call.
CREATE TABLE usage_call (
    tenant bigint NOT NULL,
    surface text NOT NULL,
    id uuid NOT NULL,
    called_at timestamptz NOT NULL,
    project text COLLATE "C" NOT NULL,
    key_prefix text NOT NULL,
    method text NOT NULL,
    path text NOT NULL,
    status integer NOT NULL,
    duration_ms bigint NOT NULL,
    device_type text,
    -- In thousandths.
    confidence integer,
    error_code text,
    PRIMARY KEY (tenant, surface, id)
);

-- The same calls summed up by hour, kind and outcome, so that an overview of a million calls reads some hundred rows. `confidence` is the
-- sum of those that there are, `confident` how many these are.
CREATE TABLE usage_hour (
    tenant bigint NOT NULL,
    surface text NOT NULL,
    hour timestamptz NOT NULL,
    status integer NOT NULL,
    device_type text NOT NULL,
    calls bigint NOT NULL,
    confident bigint NOT NULL,
    confidence bigint NOT NULL,
    PRIMARY KEY (tenant, surface, hour, status, device_type)
) WITH (fillfactor = 70);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['usage_call', 'usage_hour'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY reading ON %I FOR SELECT USING (tenant = current_tenant())', name);
        EXECUTE format('CREATE POLICY adding ON %I FOR INSERT WITH CHECK (tenant = current_tenant())', name);
        EXECUTE format('CREATE POLICY changing ON %I FOR UPDATE USING (tenant = current_tenant())', name);
        EXECUTE format('CREATE POLICY removing ON %I FOR DELETE USING (tenant = current_tenant())', name);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO hygeia_app', name);
    END LOOP;
END $$;
