-- What lasts longer than a second, by how long that is: a search for what reaches beyond a time reads of what began before it only what
-- can last until then. What is told to the second, which is nearly all, is in neither.
CREATE INDEX resource_term_hours ON resource_term (tenant, slot, value, moment, ordinal) INCLUDE (qualifier, until)
    WHERE moment + '1000000'::bigint < until AND until <= moment + '86400000000'::bigint;
CREATE INDEX resource_term_days ON resource_term (tenant, slot, value, moment, ordinal) INCLUDE (qualifier, until)
    WHERE moment + '86400000000'::bigint < until;
CREATE INDEX resource_live_hours ON resource (tenant, type, moment, ordinal) INCLUDE (until)
    WHERE body IS NOT NULL AND moment + '1000000'::bigint < until AND until <= moment + '86400000000'::bigint;
CREATE INDEX resource_live_days ON resource (tenant, type, moment, ordinal) INCLUDE (until)
    WHERE body IS NOT NULL AND moment + '86400000000'::bigint < until;
