-- Which readings of pods were taken, so that none is taken twice: each by its number or, where it has none, by its time. No values. Readings
-- that are older than `at` reaches back are refused, so that old rows can be removed.
CREATE TABLE taken_reading (
    tenant bigint NOT NULL,
    device text COLLATE "C" NOT NULL,
    channel smallint NOT NULL,
    numbered boolean NOT NULL,
    -- The number, or the time in microseconds since 1970.
    key bigint NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (tenant, device, channel, numbered, key)
);
CREATE INDEX taken_reading_at ON taken_reading USING brin (at);

ALTER TABLE taken_reading ENABLE ROW LEVEL SECURITY;
ALTER TABLE taken_reading FORCE ROW LEVEL SECURITY;
-- The server clears old rows away.
CREATE POLICY reading ON taken_reading FOR SELECT USING (tenant = current_tenant() OR current_tenant() = 0);
CREATE POLICY adding ON taken_reading FOR INSERT WITH CHECK (tenant = current_tenant());
CREATE POLICY removing ON taken_reading FOR DELETE USING (tenant = current_tenant() OR current_tenant() = 0);
GRANT SELECT, INSERT, DELETE ON taken_reading TO hygeia_app;
