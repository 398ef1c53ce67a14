-- A sign-in that waits for the second factor ends with the provider's session and with the link, so that it is found by both.
DROP POLICY reading ON federated_step;
CREATE POLICY reading ON federated_step FOR SELECT
    USING (tenant = current_tenant() OR identity = presented() OR sid = presented());
CREATE INDEX federated_step_identity ON federated_step (identity);
CREATE INDEX federated_step_sid ON federated_step (sid) WHERE sid IS NOT NULL;
