-- Work that waits for somebody who does it. What it is about is stored elsewhere: `subject` names it, and there is at most one job of a
-- kind about the same. Who takes it has it until `due`; ended before that, also by a crash, it is taken again. `claims` tells one who took
-- it from the next.
CREATE TABLE job (
    tenant bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    asked timestamptz NOT NULL,
    due timestamptz NOT NULL,
    claims bigint NOT NULL DEFAULT 0,
    tries bigint NOT NULL DEFAULT 0,
    active boolean NOT NULL DEFAULT false,
    progress bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant, kind, subject)
);
CREATE INDEX job_asked ON job (tenant, kind, asked);

ALTER TABLE job ENABLE ROW LEVEL SECURITY;
ALTER TABLE job FORCE ROW LEVEL SECURITY;
-- The server, which belongs to no tenant, may know which have work.
CREATE POLICY reading ON job FOR SELECT USING (tenant = current_tenant() OR current_tenant() = 0);
CREATE POLICY adding ON job FOR INSERT WITH CHECK (tenant = current_tenant());
CREATE POLICY changing ON job FOR UPDATE USING (tenant = current_tenant());
CREATE POLICY removing ON job FOR DELETE USING (tenant = current_tenant());
GRANT SELECT, INSERT, UPDATE, DELETE ON job TO hygeia_app;
