//! What is posted to others.

diesel::table! {
    receiver (tenant, kind, id) {
        tenant -> BigInt,
        kind -> Text,
        id -> Text,
        url -> Text,
        secret -> Nullable<Text>,
        events -> Array<Text>,
        active -> Bool,
        until -> Nullable<Timestamptz>,
        follows -> Bool,
        made_at -> Timestamptz,
    }
}

diesel::table! {
    delivery (tenant, kind, receiver, id) {
        tenant -> BigInt,
        kind -> Text,
        receiver -> Text,
        id -> Text,
        number -> BigInt,
        event -> Text,
        subject -> Text,
        body -> Text,
        made_at -> Timestamptz,
        due -> Nullable<Timestamptz>,
        tries -> BigInt,
        outcome -> Nullable<Text>,
        ended_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    delivery_attempt (tenant, kind, receiver, delivery, number) {
        tenant -> BigInt,
        kind -> Text,
        receiver -> Text,
        delivery -> Text,
        number -> BigInt,
        begun -> Timestamptz,
        duration_ms -> Nullable<BigInt>,
        status -> Nullable<BigInt>,
        fault -> Nullable<Text>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(delivery, receiver);
diesel::allow_tables_to_appear_in_same_query!(delivery, delivery_attempt);
