-- What is posted to others: who is to get it, what, and what came of each try (docs/decisions/0032).

-- Who is posted to. `kind` says by which rules. `secret` is what its deliveries are signed with; it is kept as it is, for a signature is
-- made of it, and told to nobody again. One that `follows` stands for the Subscription of the same id, whose writes change it.
CREATE TABLE receiver (
    tenant bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    url text NOT NULL,
    secret text,
    -- What it listens to.
    events text[] NOT NULL,
    active boolean NOT NULL,
    -- From then on it gets nothing.
    until timestamptz,
    follows boolean NOT NULL,
    made_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, kind, id)
);

-- Something that one receiver is to get: until `due` is null. Those about the same subject are sent in the order of their numbers.
CREATE TABLE delivery (
    tenant bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    receiver text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    number bigint GENERATED ALWAYS AS IDENTITY,
    event text NOT NULL,
    subject text COLLATE "C" NOT NULL,
    body text NOT NULL,
    made_at timestamptz NOT NULL,
    due timestamptz,
    -- How often it was tried since it was asked for, or asked for again.
    tries bigint NOT NULL DEFAULT 0,
    outcome text CHECK (outcome IN ('delivered', 'failed', 'stopped')),
    ended_at timestamptz,
    PRIMARY KEY (tenant, kind, receiver, id),
    FOREIGN KEY (tenant, kind, receiver) REFERENCES receiver (tenant, kind, id) ON DELETE CASCADE,
    CHECK ((due IS NULL) = (outcome IS NOT NULL) AND (due IS NULL) = (ended_at IS NOT NULL))
);
CREATE INDEX delivery_open ON delivery (tenant, kind, receiver, subject, number) WHERE due IS NOT NULL;
CREATE INDEX delivery_due ON delivery (tenant, kind, receiver, due) WHERE due IS NOT NULL;
CREATE INDEX delivery_log ON delivery (tenant, kind, receiver, number);
CREATE INDEX delivery_ended ON delivery (tenant, ended_at) WHERE ended_at IS NOT NULL;

-- A try. One without a status and a fault is going on, or ended with the process that made it.
CREATE TABLE delivery_attempt (
    tenant bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    receiver text COLLATE "C" NOT NULL,
    delivery text COLLATE "C" NOT NULL,
    number bigint NOT NULL,
    begun timestamptz NOT NULL,
    duration_ms bigint,
    status bigint,
    fault text,
    PRIMARY KEY (tenant, kind, receiver, delivery, number),
    FOREIGN KEY (tenant, kind, receiver, delivery) REFERENCES delivery (tenant, kind, receiver, id) ON DELETE CASCADE
);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['receiver', 'delivery', 'delivery_attempt'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY reading ON %I FOR SELECT USING (tenant = current_tenant())', name);
        EXECUTE format('CREATE POLICY adding ON %I FOR INSERT WITH CHECK (tenant = current_tenant())', name);
        EXECUTE format('CREATE POLICY changing ON %I FOR UPDATE USING (tenant = current_tenant())', name);
        EXECUTE format('CREATE POLICY removing ON %I FOR DELETE USING (tenant = current_tenant())', name);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO hygeia_app', name);
    END LOOP;
END $$;
