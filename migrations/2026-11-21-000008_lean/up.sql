-- Less to write and to keep.

-- Bodies that are long enough for Postgres to compress are kept compressed in their rows, and read without a second look-up. Only
-- what does not fit a page lies apart. Rows that are there stay as they are until they are written.
ALTER TABLE resource ALTER COLUMN body SET STORAGE MAIN, SET (toast_tuple_target = 256);
ALTER TABLE resource_history ALTER COLUMN body SET STORAGE MAIN, SET (toast_tuple_target = 256);
DO $$
BEGIN
    ALTER TABLE resource ALTER COLUMN body SET COMPRESSION lz4;
    ALTER TABLE resource_history ALTER COLUMN body SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
    -- A server that was built without lz4 goes on with its own method.
    NULL;
END $$;

-- One row a request: what a transaction read and wrote stands here, as `create Patient/a1/1`.
ALTER TABLE audit_event ADD COLUMN entities text[];
-- Nobody reads the trail but in the order of its ids, which open with the time.
DROP INDEX audit_event_recorded;

-- A text is kept once: its head, and what comes after that.
ALTER TABLE resource_text RENAME COLUMN whole TO rest;

-- What is kept of a code together with the patient is made otherwise, so that a statement can make it, too; and the moment that a
-- resource is about is kept in its own row alone. The server writes the search rows anew. The owner is bound by the policies too, and this concerns the rows of all tenants.
ALTER TABLE resource NO FORCE ROW LEVEL SECURITY;
UPDATE resource SET indexed = false WHERE body IS NOT NULL;
ALTER TABLE resource FORCE ROW LEVEL SECURITY;
