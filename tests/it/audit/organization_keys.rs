//! The routes of organisations' keys, one row each.

use rsa::pkcs8::{EncodePublicKey, LineEnding};
use rsa::{BigUint, RsaPublicKey};
use serde_json::{Value, json};

use super::routes::Walk;

pub(super) async fn all(walk: &mut Walk, token: &str) {
    let organization = json!({ "vendor": "hemato", "name": "lab" });
    let path = "/_admin/v1/organizations";
    let made = walk.json(token, "POST /_admin/v1/organizations", path, &organization).await;
    let public = RsaPublicKey::new_unchecked(
        BigUint::from(3_u8) << 2046_usize | BigUint::from(1_u8),
        BigUint::from(3_u8),
    );
    let pem = public.to_public_key_pem(LineEnding::LF).unwrap();
    let key = json!({ "organization_id": made["id"], "kid": "one", "alg": "RS256", "public_key_pem": pem, "issuer": "lab" });
    let all = "/_admin/v1/hemato/keys";
    walk.json(token, "POST /_admin/v1/hemato/keys", all, &key).await;
    let list = format!("{all}?organization_id={}", made["id"].as_str().unwrap());
    walk.json(token, "GET /_admin/v1/hemato/keys", &list, &Value::Null).await;
    walk.json(token, "DELETE /_admin/v1/hemato/keys/{kid}", &format!("{all}/one"), &Value::Null).await;
}
