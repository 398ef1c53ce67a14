-- Pods whose Device, or whose wearer, was written by another way than that of putting pods on: their rows of `pod` have to follow. It is
-- noted in the write's own transaction, and nothing is taken in of the pod until somebody had it follow.
CREATE TABLE pod_astray (
    tenant bigint NOT NULL,
    device text COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant, device)
);

ALTER TABLE pod_astray ENABLE ROW LEVEL SECURITY;
ALTER TABLE pod_astray FORCE ROW LEVEL SECURITY;
-- The server, which belongs to no tenant, may know which have some.
CREATE POLICY reading ON pod_astray FOR SELECT USING (tenant = current_tenant() OR current_tenant() = 0);
CREATE POLICY adding ON pod_astray FOR INSERT WITH CHECK (tenant = current_tenant());
CREATE POLICY removing ON pod_astray FOR DELETE USING (tenant = current_tenant());
GRANT SELECT, INSERT, DELETE ON pod_astray TO hygeia_app;
