-- The parts of composite parameters that tenants add: the URL of the parameter that says how each is compared, a blank, and its
-- expression.
ALTER TABLE search_parameter ADD COLUMN component text[] NOT NULL DEFAULT '{}';
