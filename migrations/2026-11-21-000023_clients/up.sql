-- A client may publish its keys at an address, from which they are fetched, and change them there.
ALTER TABLE oauth_client ADD COLUMN jwks_uri text;
ALTER TABLE oauth_client DROP CONSTRAINT oauth_client_check;
ALTER TABLE oauth_client ADD CHECK ((kind = 'public') = (jwks IS NULL AND secret IS NULL AND jwks_uri IS NULL));

-- Whether the person opened the account: nobody but they themself says then that the e-mail address is theirs.
ALTER TABLE account ADD COLUMN signed_up boolean NOT NULL DEFAULT false;
