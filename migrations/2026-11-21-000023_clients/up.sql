-- A client may publish its keys at an address, from which they are fetched, and change them there.
ALTER TABLE oauth_client ADD COLUMN jwks_uri text;
ALTER TABLE oauth_client DROP CONSTRAINT oauth_client_check;
ALTER TABLE oauth_client ADD CHECK ((kind = 'public') = (jwks IS NULL AND secret IS NULL AND jwks_uri IS NULL));

-- Whether the person opened the account: nobody but they themself says then that the e-mail address is theirs.
ALTER TABLE account ADD COLUMN signed_up boolean NOT NULL DEFAULT false;

-- A public app may send a refresh token without its client_id: the token says whose it is.
DROP POLICY reading ON refresh_token;
CREATE POLICY reading ON refresh_token FOR SELECT USING (tenant = current_tenant() OR hash = presented()
    OR (current_tenant() = 0 AND expires_at < now() - interval '1 day'));
