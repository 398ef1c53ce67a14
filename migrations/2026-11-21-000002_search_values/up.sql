-- Texts, addresses and numbers that resources are found by, and what they are sorted by.
--
-- Every column that a search compares has an operator that Postgres calls leakproof: under row-level security no other can
-- use an index. That is why numbers are kept as texts whose order is theirs, and not as `numeric`.
--
-- No index is unique or ends in the id: equal keys then share one entry, which halves the space of a row.

-- Strings (folded), URIs (as written) and what readers see of tokens, one row a value. `head` is the first 64 characters, so
-- that any text fits its index; `whole` is null where that is all of it, `written` where folding changes nothing.
CREATE TABLE resource_text (
    tenant bigint NOT NULL,
    type text NOT NULL,
    id text COLLATE "C" NOT NULL,
    parameter text NOT NULL,
    head text COLLATE "C" NOT NULL,
    whole text COLLATE "C",
    written text COLLATE "C"
);
CREATE INDEX resource_text_head ON resource_text (tenant, type, parameter, head);
CREATE INDEX resource_text_resource ON resource_text (tenant, type, id);

-- Numbers and quantities, one row a value: the least and the greatest value that it can have, '' and '~' where there is none.
CREATE TABLE resource_number (
    tenant bigint NOT NULL,
    type text NOT NULL,
    id text COLLATE "C" NOT NULL,
    parameter text NOT NULL,
    low text COLLATE "C" NOT NULL,
    high text COLLATE "C" NOT NULL,
    system text COLLATE "C",
    code text COLLATE "C",
    unit text COLLATE "C"
);
CREATE INDEX resource_number_low ON resource_number (tenant, type, parameter, low);
CREATE INDEX resource_number_high ON resource_number (tenant, type, parameter, high);
CREATE INDEX resource_number_resource ON resource_number (tenant, type, id);

-- Per token and reference parameter the least and the greatest value, for sorting.
ALTER TABLE resource_term ADD COLUMN keys jsonb NOT NULL DEFAULT '{}';

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['resource_text', 'resource_number'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY reading ON %I FOR SELECT USING (tenant = current_tenant())', name);
        EXECUTE format('CREATE POLICY adding ON %I FOR INSERT WITH CHECK (tenant = current_tenant())', name);
        EXECUTE format('CREATE POLICY changing ON %I FOR UPDATE USING (tenant = current_tenant())', name);
        EXECUTE format('CREATE POLICY removing ON %I FOR DELETE USING (tenant = current_tenant())', name);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO hygeia_app', name);
    END LOOP;
END $$;
