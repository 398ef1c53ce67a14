-- The audit trail is sealed: see docs/decisions/0018.

-- The order in which rows came to the database, by which a sealer finds those that it has not seen. A row that is numbered earlier may
-- be committed later: its transaction takes its own number before this one, so that it can be told whether it has ended.
CREATE SEQUENCE audit_event_ordinal;
ALTER TABLE audit_event ADD COLUMN ordinal bigint NOT NULL
    DEFAULT CASE WHEN pg_current_xact_id() IS NULL THEN 0 ELSE nextval('audit_event_ordinal') END;
ALTER SEQUENCE audit_event_ordinal OWNED BY audit_event.ordinal;
-- The one index without the tenant: what is new is found for all of them at once.
CREATE UNIQUE INDEX audit_event_new ON audit_event (ordinal);

-- A seal on some rows of a tenant. Each names the one before, so that none can be changed or left out alone.
CREATE TABLE audit_seal (
    tenant bigint NOT NULL,
    number bigint NOT NULL,
    sealed_at timestamptz NOT NULL,
    rows bigint NOT NULL,
    -- When the latest of the rows was recorded.
    latest timestamptz NOT NULL,
    -- Of each row its id and 16 bytes of the SHA-256 of all that it says; null once the rows were removed.
    digests bytea,
    -- The SHA-256 of the digests.
    content bytea NOT NULL,
    -- The hash of the seal before; zeros in the first.
    previous bytea NOT NULL,
    -- The SHA-256 of all of the above but the digests.
    hash bytea NOT NULL,
    -- Which key the codes were made with, and the HMAC-SHA256 of the hash with it.
    key bytea NOT NULL,
    code bytea NOT NULL,
    -- When the rows were removed because they were old, and the code that says so.
    removed_at timestamptz,
    removed_key bytea,
    removed_code bytea,
    CHECK ((digests IS NULL) = (removed_at IS NOT NULL)),
    PRIMARY KEY (tenant, number)
);
-- Digests cannot be compressed.
ALTER TABLE audit_seal ALTER COLUMN digests SET STORAGE EXTERNAL;

-- How far the sealer is: all rows up to this ordinal are sealed, but for those in the gaps, whose transactions may not have ended.
-- `seen` is the number that no transaction had yet when the gap was seen. The row belongs to the platform.
CREATE TABLE audit_progress (
    tenant bigint NOT NULL PRIMARY KEY,
    ordinal bigint NOT NULL,
    low bigint[] NOT NULL,
    high bigint[] NOT NULL,
    seen bigint[] NOT NULL
);
INSERT INTO audit_progress (tenant, ordinal, low, high, seen) VALUES (0, 0, '{}', '{}', '{}');

-- The sealer reads the new rows of all tenants.
CREATE FUNCTION sealing() RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT coalesce(current_setting('hygeia.sealing', true), '') = 'on' $$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['audit_seal', 'audit_progress'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY reading ON %I FOR SELECT USING (tenant = current_tenant())', name);
        EXECUTE format('CREATE POLICY adding ON %I FOR INSERT WITH CHECK (tenant = current_tenant())', name);
        EXECUTE format('CREATE POLICY changing ON %I FOR UPDATE USING (tenant = current_tenant())', name);
        EXECUTE format('CREATE POLICY removing ON %I FOR DELETE USING (tenant = current_tenant())', name);
    END LOOP;
END $$;
CREATE POLICY sealing ON audit_event FOR SELECT USING (sealing());
CREATE POLICY sealing_after ON audit_seal FOR SELECT USING (sealing());
CREATE POLICY sealing ON audit_seal FOR INSERT WITH CHECK (sealing());
CREATE POLICY sealing ON audit_progress FOR SELECT USING (sealing());
-- Like the trail itself, seals are only ever added. Old rows are removed by the schema's owner.
GRANT SELECT, INSERT ON audit_seal TO hygeia_app;
GRANT SELECT, UPDATE ON audit_progress TO hygeia_app;
GRANT USAGE ON SEQUENCE audit_event_ordinal TO hygeia_app;
