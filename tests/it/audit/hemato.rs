//! Each route of Hemato, done once.

use hygeia::core::Secret;
use hygeia::identity::{Caller, Surface, TenantId};
use hygeia::records::accounts::Person;
use hygeia::records::users::{Home, NewUser};
use rsa::pkcs8::{EncodePublicKey, LineEnding};
use rsa::{BigUint, RsaPublicKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::routes::{EMAIL, PASSWORD, Walk};
use crate::harness::smears::Same;

pub(super) async fn all(walk: &mut Walk) {
    let login = json!({ "user": EMAIL, "pass_hash": hex::encode(Sha256::digest(PASSWORD)) });
    let path = "/hemato/auth/login";
    let signed_in = walk.json("", "POST /hemato/auth/login", path, &login).await;
    let token = signed_in["results"]["token"]["HY_APP_AUTH_v1"].as_str().unwrap().to_owned();
    let none = Value::Null;
    walk.json(&token, "POST /hemato/auth/hello", "/hemato/auth/hello", &none).await;
    let tags = json!({ "tags": { "patient_proxy_id": "1852" } });
    let made = walk.json(&token, "POST /hemato/pbs", "/hemato/pbs", &tags).await;
    walk.json(&token, "GET /hemato/pbs", "/hemato/pbs?tag=patient_proxy_id:1852", &none).await;
    let study = format!("/hemato/pbs/{}", made["results"]["pbs_study_id"].as_str().unwrap());
    walk.json(&token, "GET /hemato/pbs/{id}", &study, &none).await;
    let display = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/fixtures/displays/scale.png");
    let image = std::fs::read(display).unwrap();
    let path = format!("{study}/files?file_name=Liddell.png");
    walk.step("POST /hemato/pbs/{id}/files", &path, |to| to.bearer_auth(&token).body(image)).await;
    let wanted = json!({ "tasks": ["pbs_v1"] });
    walk.json(&token, "POST /hemato/pbs/{id}/tasks", &format!("{study}/tasks"), &wanted).await;
    walk.json(&token, "GET /hemato/pbs/{id}/status", &format!("{study}/status"), &none).await;
    walk.server.review_smears(Same::reader()).await;
    walk.json(&token, "GET /hemato/pbs/{id}/report", &format!("{study}/report"), &none).await;
    review(walk, &token, &study).await;
    keys(walk).await;
}

async fn review(walk: &mut Walk, token: &str, study: &str) {
    let none = Value::Null;
    let files = walk.json(token, "GET /hemato/pbs/{id}/files", &format!("{study}/files"), &none).await;
    let file = files["results"]["files"][0]["file_id"].as_str().unwrap();
    walk.json(token, "GET /hemato/pbs/{id}/files/{file}", &format!("{study}/files/{file}"), &none).await;
    walk.json(token, "GET /hemato/pbs/{id}/review", &format!("{study}/review"), &none).await;
    let cells = walk
        .json(token, "GET /hemato/pbs/{id}/cells", &format!("{study}/cells?kind=segmented+neutrophil"), &none)
        .await;
    let mut wanted = cells["results"]["cells"][0].clone();
    for (name, value) in [
        ("report_version", json!(1)),
        ("from", json!("segmented neutrophil")),
        ("to", json!("band neutrophil")),
    ] {
        wanted[name] = value;
    }
    let path = format!("{study}/corrections");
    walk.json(token, "POST /hemato/pbs/{id}/corrections", &path, &wanted).await;
    let path = format!("{study}/signature");
    walk.json(token, "POST /hemato/pbs/{id}/signature", &path, &json!({ "report_version": 2 })).await;
}

/// What an administrator of an organisation does with its keys.
async fn keys(walk: &mut Walk) {
    let operator = Caller::system(TenantId::PLATFORM, Surface::Operator);
    let records = &walk.server.app.records;
    let of = records.open_organization(&operator, Surface::Hemato, "keys").await.unwrap();
    let new = NewUser {
        surface: Surface::Hemato,
        person: Person {
            email: "keys@example.org".to_owned(),
            password: Secret::new(PASSWORD.to_owned()),
            name: Secret::new("Alice Liddell".to_owned()),
        },
        role: "admin",
        specialty: None,
        regions: ["dev", "qa", "us", "ca", "eu"].map(str::to_owned).to_vec(),
        home: Home::Organization(TenantId::from_row(of.tenant), of.id),
        passwordless: false,
    };
    records.open_user(&operator, &new).await.unwrap();
    let login = json!({ "user": "keys@example.org", "pass_hash": hex::encode(Sha256::digest(PASSWORD)) });
    let signed_in = walk.json("", "POST /hemato/auth/login", "/hemato/auth/login", &login).await;
    let token = signed_in["results"]["token"]["HY_APP_AUTH_v1"].as_str().unwrap();
    let modulus = BigUint::from(3_u8) << 2046_usize | BigUint::from(1_u8);
    let public = RsaPublicKey::new_unchecked(modulus, BigUint::from(3_u8));
    let pem = public.to_public_key_pem(LineEnding::LF).unwrap();
    let key = json!({ "kid": "two", "alg": "RS256", "public_key": pem, "issuer": "keys" });
    walk.json(token, "POST /hemato/keys", "/hemato/keys", &key).await;
    walk.json(token, "GET /hemato/keys", "/hemato/keys", &Value::Null).await;
    walk.json(token, "DELETE /hemato/keys/{kid}", "/hemato/keys/two", &Value::Null).await;
}
