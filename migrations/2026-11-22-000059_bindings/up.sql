-- Subscriptions by websocket (docs/decisions/0051). Who listens has taken in all events up to `shown`; who comes back is told of those behind.
ALTER TABLE subscription ADD COLUMN shown bigint NOT NULL DEFAULT 0;

-- Tokens by which a socket is bound to subscriptions, as SHA-256. `owner` is JSON: with whose rights.
CREATE TABLE subscription_binding (
    tenant bigint NOT NULL,
    hash text COLLATE "C" NOT NULL,
    owner text NOT NULL,
    subscriptions text[] NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, hash)
);
CREATE INDEX subscription_binding_hash ON subscription_binding (hash);
CREATE INDEX subscription_binding_expires_at ON subscription_binding (expires_at);
ALTER TABLE subscription_binding ENABLE ROW LEVEL SECURITY;
ALTER TABLE subscription_binding FORCE ROW LEVEL SECURITY;
-- Whose it is is told by what a socket presents. What ended long ago is cleared away by the platform.
CREATE POLICY reading ON subscription_binding FOR SELECT USING (tenant = current_tenant() OR hash = presented()
    OR (current_tenant() = 0 AND expires_at < now() - interval '1 day'));
CREATE POLICY adding ON subscription_binding FOR INSERT WITH CHECK (tenant = current_tenant());
CREATE POLICY removing ON subscription_binding FOR DELETE USING (tenant = current_tenant()
    OR (current_tenant() = 0 AND expires_at < now() - interval '1 day'));
GRANT SELECT, INSERT, DELETE ON subscription_binding TO hygeia_app;
