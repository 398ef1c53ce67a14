//! Sign-in with other providers.

diesel::table! {
    federated_attempt (tenant, hash) {
        tenant -> BigInt,
        hash -> Text,
        browser -> Text,
        provider -> Text,
        surface -> Text,
        return_to -> Text,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    federated_identity (tenant, hash) {
        tenant -> BigInt,
        hash -> Text,
        account -> Uuid,
        issuer -> Text,
        linked_at -> Timestamptz,
    }
}

diesel::table! {
    federated_session (tenant, session) {
        tenant -> BigInt,
        session -> Uuid,
        provider -> Text,
        identity -> Text,
        sid -> Nullable<Text>,
        id_token -> Text,
    }
}

diesel::table! {
    federated_step (tenant, token) {
        tenant -> BigInt,
        token -> Text,
        provider -> Text,
        issuer -> Text,
        identity -> Text,
        sid -> Nullable<Text>,
        id_token -> Text,
        links -> Bool,
    }
}

diesel::table! {
    used_logout_token (tenant, hash) {
        tenant -> BigInt,
        hash -> Text,
        expires_at -> Timestamptz,
    }
}
