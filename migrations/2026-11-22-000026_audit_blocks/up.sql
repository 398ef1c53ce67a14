-- Every request adds a row, and few ask for them: what a row is about is found by notes on blocks of the table, as its agent is. An index
-- with an entry a row made a read a tenth dearer (docs/decisions/0018).
DROP INDEX audit_event_patient;
DROP INDEX audit_event_resource;
CREATE INDEX audit_event_about ON audit_event
    USING brin (patient text_bloom_ops (n_distinct_per_range = 1000), resource text_bloom_ops (n_distinct_per_range = 1000))
    WITH (pages_per_range = 32, autosummarize = on);
