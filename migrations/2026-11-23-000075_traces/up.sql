-- Where in a trace work was asked for (docs/decisions/0060), as `traceparent` says it: what is done later belongs to that. None where traces are not
-- exported.
ALTER TABLE job ADD COLUMN trace text;
ALTER TABLE delivery ADD COLUMN trace text;
