-- The bytes of Binaries that are too large to be text in their resources: in parts, of which no process holds more than one. They are
-- written with the first version of the Binary, in its transaction, and erased with it.
CREATE TABLE binary_part (
    tenant bigint NOT NULL,
    id text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    bytes bytea NOT NULL,
    PRIMARY KEY (tenant, id, at)
);
-- Pictures do not get smaller: Postgres need not try.
ALTER TABLE binary_part ALTER COLUMN bytes SET STORAGE EXTERNAL;

ALTER TABLE binary_part ENABLE ROW LEVEL SECURITY;
ALTER TABLE binary_part FORCE ROW LEVEL SECURITY;
CREATE POLICY reading ON binary_part FOR SELECT USING (tenant = current_tenant());
CREATE POLICY adding ON binary_part FOR INSERT WITH CHECK (tenant = current_tenant());
CREATE POLICY removing ON binary_part FOR DELETE USING (tenant = current_tenant());
GRANT SELECT, INSERT, DELETE ON binary_part TO hygeia_app;

CREATE OR REPLACE FUNCTION erase_versions(erased bigint[], shortened bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    -- Who owns the tables may be bound by no policy.
    DELETE FROM binary_part p USING resource r
        WHERE r.tenant = current_tenant() AND r.address = ANY (erased) AND r.type = 'Binary'
          AND p.tenant = r.tenant AND p.id = r.id;
    DELETE FROM resource_history h USING resource r
        WHERE r.tenant = current_tenant() AND r.address = ANY (erased || shortened)
          AND h.tenant = r.tenant AND h.type = r.type AND h.id = r.id;
    DELETE FROM resource_term WHERE tenant = current_tenant() AND ordinal IN
        (SELECT ordinal FROM resource WHERE tenant = current_tenant() AND address = ANY (erased));
    DELETE FROM resource_date WHERE tenant = current_tenant() AND ordinal IN
        (SELECT ordinal FROM resource WHERE tenant = current_tenant() AND address = ANY (erased));
    DELETE FROM resource_text WHERE tenant = current_tenant() AND ordinal IN
        (SELECT ordinal FROM resource WHERE tenant = current_tenant() AND address = ANY (erased));
    DELETE FROM resource_number WHERE tenant = current_tenant() AND ordinal IN
        (SELECT ordinal FROM resource WHERE tenant = current_tenant() AND address = ANY (erased));
    DELETE FROM resource WHERE tenant = current_tenant() AND address = ANY (erased);
END $$;
