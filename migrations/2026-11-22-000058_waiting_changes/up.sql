-- How often in a row changes could not be held against a subscription, and how many wait for it (docs/decisions/0043).
ALTER TABLE subscription ADD COLUMN faults bigint NOT NULL DEFAULT 0;
ALTER TABLE subscription ADD COLUMN waits bigint NOT NULL DEFAULT 0;

-- Who owns the tables must see the rows of all tenants.
ALTER TABLE subscription NO FORCE ROW LEVEL SECURITY;
ALTER TABLE subscription_change NO FORCE ROW LEVEL SECURITY;
UPDATE subscription s SET waits = (
    SELECT count(*) FROM subscription_change c WHERE c.tenant = s.tenant AND c.subscription = s.id)
WHERE retry IS NOT NULL;
ALTER TABLE subscription FORCE ROW LEVEL SECURITY;
ALTER TABLE subscription_change FORCE ROW LEVEL SECURITY;
