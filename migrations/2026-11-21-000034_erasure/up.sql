-- Erasing for good: what a person takes back is in no version and no search row any more.
--
-- The server's role may add versions to the history and read them, but neither change nor remove them. This is the one way by
-- which versions go, and it takes all of a resource's former ones at once.
CREATE FUNCTION erase_versions(erased bigint[], shortened bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    -- Who owns the tables may be bound by no policy.
    DELETE FROM resource_history h USING resource r
        WHERE r.tenant = current_tenant() AND r.address = ANY (erased || shortened)
          AND h.tenant = r.tenant AND h.type = r.type AND h.id = r.id;
    DELETE FROM resource_term WHERE tenant = current_tenant() AND ordinal IN
        (SELECT ordinal FROM resource WHERE tenant = current_tenant() AND address = ANY (erased));
    DELETE FROM resource_date WHERE tenant = current_tenant() AND ordinal IN
        (SELECT ordinal FROM resource WHERE tenant = current_tenant() AND address = ANY (erased));
    DELETE FROM resource_text WHERE tenant = current_tenant() AND ordinal IN
        (SELECT ordinal FROM resource WHERE tenant = current_tenant() AND address = ANY (erased));
    DELETE FROM resource_number WHERE tenant = current_tenant() AND ordinal IN
        (SELECT ordinal FROM resource WHERE tenant = current_tenant() AND address = ANY (erased));
    DELETE FROM resource WHERE tenant = current_tenant() AND address = ANY (erased);
END $$;
REVOKE ALL ON FUNCTION erase_versions(bigint[], bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION erase_versions(bigint[], bigint[]) TO hygeia_app;
