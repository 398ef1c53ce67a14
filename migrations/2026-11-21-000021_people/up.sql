-- What people do with their accounts themselves: they show that an e-mail address is theirs, set a new password, look at what is
-- signed in and granted, and ask for a second factor. And the mails about it, which wait here until they are sent.

ALTER TABLE account ADD COLUMN email_verified_at timestamptz;

-- What tells a session from another: the browser's name and where it is.
ALTER TABLE web_session ADD COLUMN browser text;
ALTER TABLE web_session ADD COLUMN address text;
CREATE INDEX web_session_account ON web_session (tenant, account);
CREATE INDEX oauth_grant_account ON oauth_grant (tenant, account);

-- A secret that stands for an account for a while, and is good once: `verify` and `reset` are mailed, `code` is carried by the page that
-- asks for the second factor. Only its SHA-256 is kept.
CREATE TABLE account_token (
    tenant bigint NOT NULL,
    hash text NOT NULL,
    account uuid NOT NULL,
    purpose text NOT NULL CHECK (purpose IN ('verify', 'reset', 'code')),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, hash),
    FOREIGN KEY (tenant, account) REFERENCES account (tenant, id) ON DELETE CASCADE
);
CREATE INDEX account_token_account ON account_token (tenant, account);

-- Time-based codes (RFC 6238). The secret is needed to check a code, so it cannot be hashed. `used` is the last step of time whose code
-- was taken.
CREATE TABLE second_factor (
    tenant bigint NOT NULL,
    account uuid NOT NULL,
    secret bytea NOT NULL,
    made_at timestamptz NOT NULL,
    confirmed_at timestamptz,
    used bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant, account),
    FOREIGN KEY (tenant, account) REFERENCES account (tenant, id) ON DELETE CASCADE
);

-- Codes for when the device is lost, each good once; SHA-256.
CREATE TABLE recovery_code (
    tenant bigint NOT NULL,
    account uuid NOT NULL,
    hash text NOT NULL,
    PRIMARY KEY (tenant, account, hash),
    FOREIGN KEY (tenant, account) REFERENCES second_factor (tenant, account) ON DELETE CASCADE
);

-- Mails that are to be sent. What a mail says is made when it is sent, so that no secret waits here. A reset is asked for by an address:
-- whether it has an account is looked up then. What was sent is removed; what could not be is dead, and kept for a while.
CREATE TABLE mail_job (
    tenant bigint NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('verify', 'reset', 'changed', 'taken')),
    account uuid,
    email text,
    created_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    fault text,
    dead_at timestamptz,
    PRIMARY KEY (tenant, id),
    CHECK ((account IS NULL) <> (email IS NULL))
);
CREATE INDEX mail_job_due ON mail_job (due_at) WHERE dead_at IS NULL;

DO $$
DECLARE
    name text;
    visible text;
    ended text;
BEGIN
    FOREACH name IN ARRAY ARRAY['account_token', 'second_factor', 'recovery_code', 'mail_job'] LOOP
        visible := CASE name WHEN 'account_token' THEN ' OR hash = presented()' ELSE '' END;
        -- The platform sends all mails, and clears away what ended.
        ended := CASE name
            WHEN 'mail_job' THEN ' OR current_tenant() = 0'
            WHEN 'account_token' THEN ' OR (current_tenant() = 0 AND expires_at < now() - interval ''1 day'')'
            ELSE '' END;
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY reading ON %I FOR SELECT USING (tenant = current_tenant()%s%s)', name, visible, ended);
        EXECUTE format('CREATE POLICY adding ON %I FOR INSERT WITH CHECK (tenant = current_tenant())', name);
        EXECUTE format('CREATE POLICY changing ON %I FOR UPDATE USING (tenant = current_tenant()%s)', name,
                       CASE name WHEN 'mail_job' THEN ended ELSE '' END);
        EXECUTE format('CREATE POLICY removing ON %I FOR DELETE USING (tenant = current_tenant()%s)', name, ended);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO hygeia_app', name);
    END LOOP;
END $$;
