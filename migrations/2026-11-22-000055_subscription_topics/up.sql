-- What Subscriptions by topic may ask for, beside what the server has itself (docs/decisions/0043): a row for each Basic that stands for a
-- SubscriptionTopic. `watches` is JSON: which changes it is about.
CREATE TABLE subscription_topic (
    tenant bigint NOT NULL,
    id text COLLATE "C" NOT NULL,
    url text COLLATE "C" NOT NULL,
    watches text NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX subscription_topic_url ON subscription_topic (tenant, url);

ALTER TABLE subscription_topic ENABLE ROW LEVEL SECURITY;
ALTER TABLE subscription_topic FORCE ROW LEVEL SECURITY;
CREATE POLICY reading ON subscription_topic FOR SELECT USING (tenant = current_tenant());
CREATE POLICY adding ON subscription_topic FOR INSERT WITH CHECK (tenant = current_tenant());
CREATE POLICY changing ON subscription_topic FOR UPDATE USING (tenant = current_tenant());
CREATE POLICY removing ON subscription_topic FOR DELETE USING (tenant = current_tenant());
GRANT SELECT, INSERT, UPDATE, DELETE ON subscription_topic TO hygeia_app;
