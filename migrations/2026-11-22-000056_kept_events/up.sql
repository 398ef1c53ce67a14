-- What a subscription keeps while it is not active (docs/decisions/0043). `held` is from now on the number of the first event that is posted
-- once it is taken up again; events before `first` belong to what it asked for before, and are not posted any more. `fault` is why changes
-- cannot be held against it; `retry` is when they are again: until then they wait in `subscription_change`.
ALTER TABLE subscription ADD COLUMN first bigint NOT NULL DEFAULT 1;
ALTER TABLE subscription ADD COLUMN fault text;
ALTER TABLE subscription ADD COLUMN retry timestamptz;
CREATE INDEX subscription_retry ON subscription (retry) WHERE retry IS NOT NULL;

-- Who owns the tables must see the rows of all tenants.
ALTER TABLE subscription NO FORCE ROW LEVEL SECURITY;
ALTER TABLE delivery NO FORCE ROW LEVEL SECURITY;
UPDATE subscription s SET held = coalesce((
    SELECT min(CASE WHEN d.event IN ('create', 'update', 'delete') THEN d.id::bigint END) FROM delivery d
    WHERE d.tenant = s.tenant AND d.kind = 'fhir-subscription' AND d.receiver = s.id AND d.number >= s.held), s.last + 1)
WHERE s.held IS NOT NULL OR s.status = 'error';
ALTER TABLE subscription FORCE ROW LEVEL SECURITY;
ALTER TABLE delivery FORCE ROW LEVEL SECURITY;

-- Changes that could not be held against a subscription yet: what is to be told of them is not lost.
CREATE TABLE subscription_change (
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
CREATE INDEX subscription_change_made_at ON subscription_change USING brin (made_at);
ALTER TABLE subscription_change ENABLE ROW LEVEL SECURITY;
ALTER TABLE subscription_change FORCE ROW LEVEL SECURITY;
-- The server, which belongs to no tenant, clears old ones away.
CREATE POLICY reading ON subscription_change FOR SELECT USING (tenant = current_tenant() OR current_tenant() = 0);
CREATE POLICY adding ON subscription_change FOR INSERT WITH CHECK (tenant = current_tenant());
CREATE POLICY changing ON subscription_change FOR UPDATE USING (tenant = current_tenant());
CREATE POLICY removing ON subscription_change FOR DELETE USING (tenant = current_tenant() OR current_tenant() = 0);
GRANT SELECT, INSERT, UPDATE, DELETE ON subscription_change TO hygeia_app;

-- The version of a topic, by which a Subscription may ask for it.
ALTER TABLE subscription_topic ADD COLUMN version text;
