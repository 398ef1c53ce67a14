-- What a client may say that it wants data for: codes of HL7's PurposeOfUse, the first of which is meant where it says nothing. With
-- none it is treatment.
ALTER TABLE oauth_client ADD COLUMN purposes text[] NOT NULL DEFAULT '{}';
