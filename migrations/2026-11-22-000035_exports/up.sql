-- Bulk data: which versions of which resources an export holds. Bodies are not copied: every version stays where it is, and is read
-- when its file is (docs/decisions/0025).

-- An export. `owner` is who asked, who alone may see it; `wanted` says what is exported and `asked_by` with which rights, as JSON. `listed` is
-- the moment that it shows, once it is complete; until then, or `failure`, somebody must work on it.
CREATE TABLE export_job (
    tenant bigint NOT NULL,
    id text COLLATE "C" NOT NULL,
    owner text COLLATE "C" NOT NULL,
    asked timestamptz NOT NULL,
    wanted text NOT NULL,
    asked_by text NOT NULL,
    attempts bigint NOT NULL DEFAULT 0,
    listed timestamptz,
    failure text,
    expires timestamptz,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX export_job_open ON export_job (tenant, asked) WHERE listed IS NULL AND failure IS NULL;

-- How many of its types are listed. Apart from the job, because the transaction that lists them sees none of this.
CREATE TABLE export_progress (
    tenant bigint NOT NULL,
    job text COLLATE "C" NOT NULL,
    done bigint NOT NULL,
    total bigint NOT NULL,
    PRIMARY KEY (tenant, job)
);

-- The files of an export. `type` is null where a file tells of resources of several types, which are deleted.
CREATE TABLE export_file (
    tenant bigint NOT NULL,
    job text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    type text COLLATE "C",
    parts bigint NOT NULL,
    resources bigint NOT NULL,
    PRIMARY KEY (tenant, job, name)
);

-- What is in a file: ordinals and versions, some hundred a row.
CREATE TABLE export_part (
    tenant bigint NOT NULL,
    job text COLLATE "C" NOT NULL,
    file text COLLATE "C" NOT NULL,
    number bigint NOT NULL,
    ordinals bigint[] NOT NULL,
    versions bigint[] NOT NULL,
    PRIMARY KEY (tenant, job, file, number)
);

DO $$
DECLARE
    name text;
    visible text;
BEGIN
    FOREACH name IN ARRAY ARRAY['export_job', 'export_progress', 'export_file', 'export_part'] LOOP
        -- The server, which belongs to no tenant, may know which have exports to work on, or to remove.
        visible := CASE name WHEN 'export_job' THEN ' OR current_tenant() = 0' ELSE '' END;
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY reading ON %I FOR SELECT USING (tenant = current_tenant()%s)', name, visible);
        EXECUTE format('CREATE POLICY adding ON %I FOR INSERT WITH CHECK (tenant = current_tenant())', name);
        EXECUTE format('CREATE POLICY changing ON %I FOR UPDATE USING (tenant = current_tenant())', name);
        EXECUTE format('CREATE POLICY removing ON %I FOR DELETE USING (tenant = current_tenant())', name);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO hygeia_app', name);
    END LOOP;
END $$;
