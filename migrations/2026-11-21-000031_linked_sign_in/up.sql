-- Whether nobody knows the account's password, because it was opened for somebody whom a provider recognised.
ALTER TABLE account ADD COLUMN passwordless boolean NOT NULL DEFAULT false;

-- Somebody whom a provider recognised is asked for the second factor: what their session is to remember of the provider, beside the
-- secret that the page carries, with which it ends. `links` says that the account is to be linked, which the code alone does.
CREATE TABLE federated_step (
    tenant bigint NOT NULL,
    token text NOT NULL,
    provider text NOT NULL,
    issuer text NOT NULL,
    identity text NOT NULL,
    sid text,
    id_token text NOT NULL,
    links boolean NOT NULL,
    PRIMARY KEY (tenant, token),
    FOREIGN KEY (tenant, token) REFERENCES account_token (tenant, hash) ON DELETE CASCADE
);

ALTER TABLE federated_step ENABLE ROW LEVEL SECURITY;
ALTER TABLE federated_step FORCE ROW LEVEL SECURITY;
CREATE POLICY reading ON federated_step FOR SELECT USING (tenant = current_tenant());
CREATE POLICY adding ON federated_step FOR INSERT WITH CHECK (tenant = current_tenant());
CREATE POLICY changing ON federated_step FOR UPDATE USING (tenant = current_tenant());
CREATE POLICY removing ON federated_step FOR DELETE USING (tenant = current_tenant());
GRANT SELECT, INSERT, UPDATE, DELETE ON federated_step TO hygeia_app;
