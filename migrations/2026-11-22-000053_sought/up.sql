-- Which tenants have work of a kind is asked every other second, however much work there is.
CREATE INDEX job_due ON job (kind, tenant, due);

-- Accounts are sought by the person's Practitioner, or by how its id begins: as a range, for a pattern uses no index where rows are hidden.
CREATE INDEX account_practitioner ON account (tenant, practitioner COLLATE "C");
