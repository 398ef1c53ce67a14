-- Who is told of changes to resources, by FHIR's Subscription (docs/decisions/0043).

-- What one Subscription asks for, and how far it is. `wanted` and `owner` are JSON: what it says, and with whose rights. It is told of changes
-- behind the number `since`, as events from 1 on; `last` is the last one's number. `held` is the delivery that ended it in error: what is from
-- then on is posted again when it is taken up again.
CREATE TABLE subscription (
    tenant bigint NOT NULL,
    id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    status text NOT NULL CHECK (status IN ('requested', 'active', 'error', 'off')),
    channel text NOT NULL,
    wanted text NOT NULL,
    owner text NOT NULL,
    since bigint NOT NULL,
    last bigint NOT NULL DEFAULT 0,
    held bigint,
    until timestamptz,
    -- How long it may be silent, and when that time is over.
    heartbeat_s bigint,
    beat timestamptz,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX subscription_until ON subscription (until) WHERE until IS NOT NULL AND status <> 'off';
CREATE INDEX subscription_beat ON subscription (beat) WHERE beat IS NOT NULL;

-- The types of resources that subscriptions watch. Nobody is told of others, and their changes are not noted.
CREATE TABLE subscription_type (
    tenant bigint NOT NULL,
    type text COLLATE "C" NOT NULL,
    subscription text COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant, type, subscription),
    FOREIGN KEY (tenant, subscription) REFERENCES subscription (tenant, id) ON DELETE CASCADE
);
CREATE INDEX subscription_type_of ON subscription_type (tenant, subscription);

-- Changes that were not held against subscriptions yet: a row of the transaction that makes the change.
CREATE TABLE resource_change (
    tenant bigint NOT NULL,
    number bigint GENERATED ALWAYS AS IDENTITY,
    type text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    change text NOT NULL CHECK (change IN ('create', 'update', 'delete')),
    made_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, number)
);

-- What a subscription is told of, or was.
CREATE TABLE subscription_event (
    tenant bigint NOT NULL,
    subscription text COLLATE "C" NOT NULL,
    number bigint NOT NULL,
    type text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    change text NOT NULL CHECK (change IN ('create', 'update', 'delete')),
    made_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, subscription, number),
    FOREIGN KEY (tenant, subscription) REFERENCES subscription (tenant, id) ON DELETE CASCADE
);
CREATE INDEX subscription_event_made_at ON subscription_event USING brin (made_at);

DO $$
DECLARE
    name text;
    seen text;
BEGIN
    FOREACH name IN ARRAY ARRAY['subscription', 'subscription_type', 'resource_change', 'subscription_event'] LOOP
        -- The server, which belongs to no tenant, may know which have something to be done, and clears old events away.
        seen := CASE name WHEN 'subscription_type' THEN '' ELSE ' OR current_tenant() = 0' END;
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY reading ON %I FOR SELECT USING (tenant = current_tenant()%s)', name, seen);
        EXECUTE format('CREATE POLICY adding ON %I FOR INSERT WITH CHECK (tenant = current_tenant())', name);
        EXECUTE format('CREATE POLICY changing ON %I FOR UPDATE USING (tenant = current_tenant())', name);
        EXECUTE format('CREATE POLICY removing ON %I FOR DELETE USING (tenant = current_tenant()%s)', name,
            CASE name WHEN 'subscription_event' THEN seen ELSE '' END);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO hygeia_app', name);
    END LOOP;
END $$;

-- A Subscription that becomes active is told of what comes behind the numbers that were given out by then.
GRANT USAGE ON SEQUENCE resource_change_number_seq TO hygeia_app;
