-- Rows that ended long ago are cleared away by the platform alone. A policy let any tenant see and remove those of others.
DO $$
DECLARE
    name text;
    visible text;
BEGIN
    FOREACH name IN ARRAY ARRAY['access_token', 'used_assertion', 'web_session', 'oauth_launch', 'oauth_grant', 'refresh_token'] LOOP
        visible := CASE WHEN name IN ('access_token', 'web_session') THEN ' OR hash = presented()' ELSE '' END;
        EXECUTE format('DROP POLICY reading ON %I', name);
        EXECUTE format('DROP POLICY removing ON %I', name);
        EXECUTE format('CREATE POLICY reading ON %I FOR SELECT USING (tenant = current_tenant()%s'
            ' OR (current_tenant() = 0 AND expires_at < now() - interval ''1 day''))', name, visible);
        EXECUTE format('CREATE POLICY removing ON %I FOR DELETE USING (tenant = current_tenant()'
            ' OR (current_tenant() = 0 AND expires_at < now() - interval ''1 day''))', name);
    END LOOP;
END $$;
