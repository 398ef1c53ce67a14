-- What streams tell of an organisation's patients, in the order in which it came to be: a number is given out while the organisation's row of
-- `feed` is held, to the end of the transaction, so that whoever has seen a number has seen all before it.
CREATE TABLE feed (
    tenant bigint NOT NULL,
    organization text COLLATE "C" NOT NULL,
    last bigint NOT NULL,
    PRIMARY KEY (tenant, organization)
) WITH (fillfactor = 50);

CREATE TABLE feed_event (
    tenant bigint NOT NULL,
    organization text COLLATE "C" NOT NULL,
    number bigint NOT NULL,
    patient text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    body text NOT NULL,
    made_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, organization, number)
);
CREATE INDEX feed_event_made_at ON feed_event USING brin (made_at);
CREATE INDEX feed_event_patient ON feed_event (tenant, patient);

DO $$
DECLARE
    name text;
    cleared text;
BEGIN
    FOREACH name IN ARRAY ARRAY['feed', 'feed_event'] LOOP
        -- The server clears old events away, and watches for new ones.
        cleared := ' OR current_tenant() = 0';
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY reading ON %I FOR SELECT USING (tenant = current_tenant()%s)', name, cleared);
        EXECUTE format('CREATE POLICY adding ON %I FOR INSERT WITH CHECK (tenant = current_tenant())', name);
        EXECUTE format('CREATE POLICY changing ON %I FOR UPDATE USING (tenant = current_tenant())', name);
        EXECUTE format('CREATE POLICY removing ON %I FOR DELETE USING (tenant = current_tenant()%s)', name, cleared);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO hygeia_app', name);
    END LOOP;
END $$;
