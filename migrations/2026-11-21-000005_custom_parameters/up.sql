-- Search parameters that tenants add to those of the specification, and the making of their index.

-- The set of a tenant's own parameters has a version that is never used twice, also not after a rollback: whoever knows the
-- set of a version need not read it again. A tenant without a row has no parameters of its own.
CREATE SEQUENCE search_parameter_version;
CREATE TABLE search_parameter_set (
    tenant bigint PRIMARY KEY,
    version bigint NOT NULL
);

-- What the active SearchParameters say, by the resource's id. `job` is the job that is to complete the index; null once it has.
CREATE TABLE search_parameter (
    tenant bigint NOT NULL,
    id text COLLATE "C" NOT NULL,
    url text NOT NULL,
    code text NOT NULL,
    type text NOT NULL,
    base text[] NOT NULL,
    target text[] NOT NULL,
    expression text NOT NULL,
    job text COLLATE "C",
    PRIMARY KEY (tenant, id)
);

-- Jobs that write search rows anew. A run works on all jobs of the same types that were asked for before it began: `run` is the
-- id of the first of them. It goes through the resources up to the ordinal `last`; those up to `reached` are done.
CREATE TABLE reindex_job (
    tenant bigint NOT NULL,
    id text COLLATE "C" NOT NULL,
    asked timestamptz NOT NULL,
    parameter text COLLATE "C",
    types text[] NOT NULL,
    run text COLLATE "C",
    reached bigint NOT NULL DEFAULT 0,
    last bigint NOT NULL DEFAULT 0,
    done bigint NOT NULL DEFAULT 0,
    total bigint NOT NULL DEFAULT 0,
    finished timestamptz,
    superseded boolean NOT NULL DEFAULT false,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX reindex_job_open ON reindex_job (tenant, asked) WHERE finished IS NULL;

-- The version by which a writer must index. The writer shares a lock with other writers until its transaction ends; a run
-- begins under the same lock alone, so that it meets no writer who does not know the parameters yet. In a volatile function
-- the second statement sees what was committed while the first one waited.
CREATE FUNCTION writing_parameters(of_tenant bigint) RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared('search_parameter_set'::regclass::oid::integer, hashint8(of_tenant));
    RETURN coalesce((SELECT version FROM search_parameter_set WHERE tenant = of_tenant), 0);
END $$;

DO $$
DECLARE
    name text;
    visible text;
BEGIN
    FOREACH name IN ARRAY ARRAY['search_parameter_set', 'search_parameter', 'reindex_job'] LOOP
        -- The server, which belongs to no tenant, may know which have jobs to do.
        visible := CASE name WHEN 'reindex_job' THEN ' OR (current_tenant() = 0 AND finished IS NULL)' ELSE '' END;
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY reading ON %I FOR SELECT USING (tenant = current_tenant()%s)', name, visible);
        EXECUTE format('CREATE POLICY adding ON %I FOR INSERT WITH CHECK (tenant = current_tenant())', name);
        EXECUTE format('CREATE POLICY changing ON %I FOR UPDATE USING (tenant = current_tenant())', name);
        EXECUTE format('CREATE POLICY removing ON %I FOR DELETE USING (tenant = current_tenant())', name);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO hygeia_app', name);
    END LOOP;
    EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA %I TO hygeia_app', current_schema());
END $$;
