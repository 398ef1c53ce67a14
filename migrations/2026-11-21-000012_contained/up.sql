-- What contains other resources is found by their types from now on: the server makes the search rows of these anew.

-- The owner is bound by the policies too, and this concerns the rows of all tenants.
ALTER TABLE resource NO FORCE ROW LEVEL SECURITY;
UPDATE resource SET indexed = false WHERE indexed AND body LIKE '%"contained":[%';
ALTER TABLE resource FORCE ROW LEVEL SECURITY;
