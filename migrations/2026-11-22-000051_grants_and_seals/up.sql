-- What a person allowed a client to want data for: its purposes when the person was asked. Of grants from before it is treatment.
ALTER TABLE oauth_grant ADD COLUMN purposes text[] NOT NULL DEFAULT '{}';

-- Retention looks each hour for seals whose rows are old and still there.
CREATE INDEX audit_seal_kept ON audit_seal (tenant, number) INCLUDE (latest) WHERE removed_at IS NULL;
