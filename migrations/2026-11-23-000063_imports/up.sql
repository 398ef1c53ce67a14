-- Imports of bulk data: who asked for what, how far each file is, and which of its lines were refused (docs/decisions/0053).

-- An import. `owner` is who asked, who alone may see it; `asked_by` says with which rights, as JSON. Until it has `ended`, the job about it does
-- the rest.
CREATE TABLE import (
    tenant bigint NOT NULL,
    id text COLLATE "C" NOT NULL,
    owner text COLLATE "C" NOT NULL,
    asked timestamptz NOT NULL,
    request text NOT NULL,
    asked_by text NOT NULL,
    ended timestamptz,
    expires timestamptz,
    PRIMARY KEY (tenant, id)
);

-- A file of an import. `lines` of it were looked at; so many resources were `stored` and so many lines `refused`. `failure` says why the rest of it
-- could not be had.
CREATE TABLE import_file (
    tenant bigint NOT NULL,
    import text COLLATE "C" NOT NULL,
    number bigint NOT NULL,
    type text COLLATE "C",
    url text NOT NULL,
    lines bigint NOT NULL DEFAULT 0,
    stored bigint NOT NULL DEFAULT 0,
    refused bigint NOT NULL DEFAULT 0,
    has_ended boolean NOT NULL DEFAULT false,
    failure text,
    PRIMARY KEY (tenant, import, number)
);

-- A line that was refused, and why: an OperationOutcome.
CREATE TABLE import_fault (
    tenant bigint NOT NULL,
    import text COLLATE "C" NOT NULL,
    file bigint NOT NULL,
    line bigint NOT NULL,
    outcome text NOT NULL,
    PRIMARY KEY (tenant, import, file, line)
);

DO $$
DECLARE
    name text;
    visible text;
BEGIN
    FOREACH name IN ARRAY ARRAY['import', 'import_file', 'import_fault'] LOOP
        -- The server, which belongs to no tenant, may know which have imports to remove.
        visible := CASE name WHEN 'import' THEN ' OR current_tenant() = 0' ELSE '' END;
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY reading ON %I FOR SELECT USING (tenant = current_tenant()%s)', name, visible);
        EXECUTE format('CREATE POLICY adding ON %I FOR INSERT WITH CHECK (tenant = current_tenant())', name);
        EXECUTE format('CREATE POLICY changing ON %I FOR UPDATE USING (tenant = current_tenant())', name);
        EXECUTE format('CREATE POLICY removing ON %I FOR DELETE USING (tenant = current_tenant())', name);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO hygeia_app', name);
    END LOOP;
END $$;
