-- How often something was asked for within windows of time, such as the hour, day and month of a plan: what limits are held by, at all
-- replicas and across restarts.
--
-- What is counted before it is known whose it is, such as calls by client address, is the platform's. A bucket is the SHA-256 of what is
-- counted. All windows of a bucket are one row, so that one lock of it decides about all of them.
CREATE TABLE request_count (
    tenant bigint NOT NULL,
    bucket text COLLATE "C" NOT NULL,
    -- Of each window when it began, in seconds since 1970, and how much was taken since.
    since bigint[] NOT NULL,
    taken bigint[] NOT NULL,
    -- Whether the last request had room in all windows: by this the statement that counts tells it.
    admitted boolean NOT NULL,
    -- When the longest window ends.
    ends_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, bucket)
) WITH (fillfactor = 50);
CREATE INDEX request_count_ended ON request_count (ends_at);

-- What an operator gave an account of the plan `enterprise`, where that is not what the settings say.
CREATE TABLE account_limit (
    tenant bigint NOT NULL,
    account uuid NOT NULL,
    hour bigint NOT NULL CHECK (hour > 0),
    day bigint NOT NULL CHECK (day > 0),
    month bigint NOT NULL CHECK (month > 0),
    PRIMARY KEY (tenant, account),
    FOREIGN KEY (tenant, account) REFERENCES account (tenant, id) ON DELETE CASCADE
);

DO $$
DECLARE
    name text;
    ended text;
BEGIN
    FOREACH name IN ARRAY ARRAY['request_count', 'account_limit'] LOOP
        -- The platform clears counts away.
        ended := CASE name WHEN 'request_count' THEN ' OR current_tenant() = 0' ELSE '' END;
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY reading ON %I FOR SELECT USING (tenant = current_tenant()%s)', name, ended);
        EXECUTE format('CREATE POLICY adding ON %I FOR INSERT WITH CHECK (tenant = current_tenant())', name);
        EXECUTE format('CREATE POLICY changing ON %I FOR UPDATE USING (tenant = current_tenant())', name);
        EXECUTE format('CREATE POLICY removing ON %I FOR DELETE USING (tenant = current_tenant()%s)', name, ended);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO hygeia_app', name);
    END LOOP;
END $$;
