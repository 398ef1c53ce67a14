-- What was deleted, in the order in which an export tells of it.
CREATE INDEX resource_gone ON resource (tenant, type, ordinal) INCLUDE (updated) WHERE body IS NULL;
-- Whose exports there are, counted before one more is taken.
CREATE INDEX export_job_owner ON export_job (tenant, owner);
