//! The platform tables as diesel sees them. Stored resources are read and written by plain SQL in `resources` and `search`.

mod deliveries;
mod federation;

pub use deliveries::{delivery, delivery_attempt, receiver};
pub use federation::{
    federated_attempt, federated_identity, federated_session, federated_step, used_logout_token,
};

diesel::table! {
    tenant (number) {
        #[sql_name = "tenant"]
        number -> BigInt,
        name -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    account (tenant, id) {
        tenant -> BigInt,
        id -> Uuid,
        surface -> Text,
        email -> Text,
        password -> Text,
        role -> Text,
        plan -> Text,
        practitioner -> Text,
        created_at -> Timestamptz,
        active -> Bool,
        sessions_from -> Nullable<Timestamptz>,
        organization -> Nullable<Text>,
        regions -> Array<Text>,
        patient -> Nullable<Text>,
        email_verified_at -> Nullable<Timestamptz>,
        signed_up -> Bool,
        passwordless -> Bool,
    }
}

diesel::table! {
    api_key (tenant, id) {
        tenant -> BigInt,
        id -> Uuid,
        surface -> Text,
        hash -> Text,
        prefix -> Text,
        project -> Text,
        name -> Text,
        created_at -> Timestamptz,
        last_used_at -> Nullable<Timestamptz>,
        revoked_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    access_token (tenant, id) {
        tenant -> BigInt,
        id -> Uuid,
        hash -> Text,
        scope -> Text,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        client -> Nullable<Uuid>,
        of_grant -> Nullable<Uuid>,
        account -> Nullable<Uuid>,
        patient -> Nullable<Text>,
        purpose -> Nullable<Text>,
    }
}

diesel::table! {
    signing_key (tenant, name) {
        tenant -> BigInt,
        name -> Text,
        secret -> Binary,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    audit_event (tenant, id) {
        tenant -> BigInt,
        id -> Uuid,
        recorded -> Timestamptz,
        surface -> Text,
        interaction -> Text,
        outcome -> Text,
        agent_kind -> Text,
        agent -> Nullable<Text>,
        on_behalf_of -> Nullable<Text>,
        address -> Nullable<Text>,
        #[sql_name = "type"]
        type_ -> Nullable<Text>,
        resource -> Nullable<Text>,
        version -> Nullable<BigInt>,
        entities -> Nullable<Array<Text>>,
        patient -> Nullable<Text>,
        request -> Nullable<Text>,
        query -> Nullable<Text>,
        purpose -> Nullable<Text>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    audit_seal (tenant, number) {
        tenant -> BigInt,
        number -> BigInt,
        sealed_at -> Timestamptz,
        rows -> BigInt,
        latest -> Timestamptz,
        digests -> Nullable<Binary>,
        content -> Binary,
        previous -> Binary,
        hash -> Binary,
        key -> Binary,
        code -> Binary,
        removed_at -> Nullable<Timestamptz>,
        removed_key -> Nullable<Binary>,
        removed_code -> Nullable<Binary>,
    }
}

diesel::table! {
    tenant_surface (tenant, surface) {
        tenant -> BigInt,
        surface -> Text,
        attached_at -> Timestamptz,
    }
}

diesel::table! {
    organization (tenant, id) {
        tenant -> BigInt,
        id -> Text,
        surface -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    organization_key (tenant, kid) {
        tenant -> BigInt,
        kid -> Text,
        organization -> Text,
        issuer -> Text,
        algorithm -> Text,
        public_key -> Text,
        fingerprint -> Text,
        created_at -> Timestamptz,
        revoked_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    oauth_client (tenant, id) {
        tenant -> BigInt,
        id -> Uuid,
        name -> Text,
        kind -> Text,
        grants -> Array<Text>,
        redirect_uris -> Array<Text>,
        jwks -> Nullable<Text>,
        jwks_uri -> Nullable<Text>,
        secret -> Nullable<Text>,
        scope -> Text,
        created_at -> Timestamptz,
        purposes -> Array<Text>,
    }
}

diesel::table! {
    used_assertion (tenant, client, assertion) {
        tenant -> BigInt,
        client -> Uuid,
        assertion -> Text,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    web_session (tenant, id) {
        tenant -> BigInt,
        id -> Uuid,
        hash -> Text,
        account -> Uuid,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        browser -> Nullable<Text>,
        address -> Nullable<Text>,
    }
}

diesel::table! {
    oauth_launch (tenant, hash) {
        tenant -> BigInt,
        hash -> Text,
        client -> Nullable<Uuid>,
        patient -> Nullable<Text>,
        encounter -> Nullable<Text>,
        fhir_context -> Nullable<Text>,
        intent -> Nullable<Text>,
        need_patient_banner -> Nullable<Bool>,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    oauth_grant (tenant, id) {
        tenant -> BigInt,
        id -> Uuid,
        client -> Uuid,
        account -> Uuid,
        session -> Uuid,
        signed_in_at -> Timestamptz,
        scope -> Text,
        patient -> Nullable<Text>,
        encounter -> Nullable<Text>,
        fhir_context -> Nullable<Text>,
        intent -> Nullable<Text>,
        need_patient_banner -> Nullable<Bool>,
        nonce -> Nullable<Text>,
        redirect_uri -> Text,
        challenge -> Text,
        code -> Text,
        code_expires_at -> Timestamptz,
        code_used_at -> Nullable<Timestamptz>,
        expires_at -> Timestamptz,
        purposes -> Array<Text>,
    }
}

diesel::table! {
    refresh_token (tenant, id) {
        tenant -> BigInt,
        id -> Uuid,
        hash -> Text,
        of_grant -> Uuid,
        used_at -> Nullable<Timestamptz>,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    id_token_key (tenant, id) {
        tenant -> BigInt,
        id -> Uuid,
        secret -> Binary,
        created_at -> Timestamptz,
        replaced_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    sign_in_count (tenant, key) {
        tenant -> BigInt,
        key -> Text,
        failures -> Integer,
        since -> Timestamptz,
        last -> Timestamptz,
        pending -> Integer,
        pending_since -> Timestamptz,
        known_until -> Nullable<Timestamptz>,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    account_token (tenant, hash) {
        tenant -> BigInt,
        hash -> Text,
        account -> Uuid,
        purpose -> Text,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    second_factor (tenant, account) {
        tenant -> BigInt,
        account -> Uuid,
        secret -> Binary,
        made_at -> Timestamptz,
        confirmed_at -> Nullable<Timestamptz>,
        used -> BigInt,
    }
}

diesel::table! {
    recovery_code (tenant, account, hash) {
        tenant -> BigInt,
        account -> Uuid,
        hash -> Text,
    }
}

diesel::table! {
    mail_job (tenant, id) {
        tenant -> BigInt,
        id -> Uuid,
        kind -> Text,
        account -> Nullable<Uuid>,
        email -> Nullable<Text>,
        created_at -> Timestamptz,
        due_at -> Timestamptz,
        attempts -> Integer,
        fault -> Nullable<Text>,
        dead_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    account_limit (tenant, account) {
        tenant -> BigInt,
        account -> Uuid,
        hour -> BigInt,
        day -> BigInt,
        month -> BigInt,
    }
}

diesel::table! {
    binary_part (tenant, id, at) {
        tenant -> BigInt,
        id -> Text,
        at -> BigInt,
        bytes -> Binary,
    }
}

diesel::table! {
    region_part (tenant, region) {
        tenant -> BigInt,
        region -> Text,
        part -> BigInt,
    }
}

diesel::table! {
    errand_address (tenant, subject, purpose, at) {
        tenant -> BigInt,
        subject -> Text,
        purpose -> Text,
        at -> BigInt,
        address -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(oauth_client, oauth_grant);
diesel::allow_tables_to_appear_in_same_query!(federated_session, web_session);
