-- The history of a type and of the whole server is read from its newest version on. What was written in one moment is put in order
-- after it is read, so that equal keys share an entry of an index. The current versions of a type have such an index already.

CREATE INDEX resource_updated_in_all ON resource (tenant, updated);
CREATE INDEX resource_history_updated ON resource_history (tenant, type, updated);
CREATE INDEX resource_history_updated_in_all ON resource_history (tenant, updated);
