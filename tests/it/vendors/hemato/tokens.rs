//! Tokens that organisations sign themselves, and what is told of those that do not hold.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hygeia::identity::organization_keys::KeyAlgorithm;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use reqwest::Method;
use rsa::pkcs8::{EncodePublicKey, LineEnding};
use serde_json::{Value, json};

use super::{KEYS, Lab, done, refused, sign};
use crate::harness::{Answer, Server};

async fn create(server: &Server, token: &str) -> Answer {
    let request = server.request(Method::POST, "/hemato/dev/pbs").header("Authorization", token);
    Answer::of(request.json(&json!({}))).await
}

async fn hello(server: &Server, token: &str) -> Answer {
    Answer::of(server.request(Method::POST, "/hemato/dev/auth/hello").header("Authorization", token)).await
}

fn reasons(answer: &Answer) -> Value {
    assert_eq!(refused(answer, 401), "invalid_token");
    let body = answer.json();
    assert_eq!(body["results"]["valid"], false);
    body["results"]["reasons"].clone()
}

fn unsigned(claims: &Value, header: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.", part(header), part(claims))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_hold_is_refused_without_a_word_and_explained_by_hello() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let other = Lab::other(&server).await;
    let now = lab.now();
    let public = lab.key.to_public_key().to_public_key_pem(LineEnding::LF).unwrap();
    let confused =
        encode(&Header::new(Algorithm::HS256), &lab.claims(), &EncodingKey::from_secret(public.as_bytes()));
    let token = lab.token();
    let (head, signature) = (token.rsplit_once('.').unwrap().0, token.rsplit_once('.').unwrap().1);
    let (header, _) = head.split_once('.').unwrap();
    let mut admin = lab.claims();
    admin["role"] = json!("admin");
    let tampered = format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode(admin.to_string()));
    for (token, reason) in [
        ("abc.def.ghi".to_owned(), "malformed_token"),
        (unsigned(&lab.claims(), &json!({ "alg": "none" })), "algorithm_not_allowed"),
        (confused.unwrap(), "signature_not_verified"),
        (format!("{head}."), "signature_not_verified"),
        (tampered, "signature_not_verified"),
        (sign(other.key, Algorithm::RS256, &lab.claims()), "signature_not_verified"),
        (sign(lab.key, Algorithm::RS384, &lab.claims()), "signature_not_verified"),
        (sign(lab.key, Algorithm::RS512, &lab.claims()), "algorithm_not_allowed"),
        (lab.token_with("kid", json!("nobody's")), "signature_not_verified"),
        (lab.token_with("iss", json!("other.example.org")), "iss_mismatch"),
        (lab.token_with("aud", json!(["us.api.hemato.ai"])), "aud_mismatch"),
        (lab.token_with("iat", json!(now + 60)), "iat_in_the_future"),
        (lab.token_with("iat", json!(now - 3700)), "expired_older_than_an_hour"),
        (lab.token_with("exp", json!(now - 1)), "expired"),
        (lab.token_with("role", json!("root")), "unknown_role"),
        (lab.token_with("sub", json!(null)), "missing_or_wrong_claim:sub"),
    ] {
        let refusal = create(&server, &token).await;
        assert_eq!(refused(&refusal, 401), "invalid_token", "{reason}");
        assert_eq!(refusal.json()["debug_info"], json!({}), "{reason}");
        assert_eq!(reasons(&hello(&server, &token).await), json!([reason]));
    }
    let missing = Answer::of(server.request(Method::POST, "/hemato/dev/pbs")).await;
    assert_eq!(refused(&missing, 401), "missing_token");
    let missing = Answer::of(server.request(Method::GET, "/hemato/dev/auth/helo")).await;
    assert_eq!(reasons(&missing), json!(["missing_token"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_good_signature_without_permission_is_403() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let other = Lab::other(&server).await;
    for (token, word, reason) in [
        (lab.token_with("sub", json!(other.user.id)), "forbidden", "sub_unknown"),
        (lab.token_with("sub", json!("x")), "forbidden", "sub_unknown"),
        (lab.token_with("role", json!("admin")), "forbidden", "role_not_permitted"),
    ] {
        assert_eq!(refused(&create(&server, &token).await, 403), word);
        assert_eq!(reasons(&hello(&server, &token).await), json!([reason]));
    }
    let eu = Lab { region: "eu", ..lab };
    assert_eq!(refused(&eu.get("/pbs").await, 403), "region_not_permitted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_revoked_signs_nothing_any_more() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let token = lab.token();
    assert_eq!(create(&server, &token).await.status, 201);
    let key = server.app.identity.organization_key(&lab.kid).await.unwrap().unwrap();
    server.app.identity.revoke_organization_key(&key, server.note()).await.unwrap();
    assert_eq!(reasons(&hello(&server, &token).await), json!(["signature_not_verified"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_documented_form_of_a_token_holds() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let mut of_header = lab.claims();
    of_header.as_object_mut().unwrap().remove("kid");
    let pem = rsa::pkcs1::EncodeRsaPrivateKey::to_pkcs1_pem(lab.key, LineEnding::LF).unwrap();
    let header = Header { kid: Some(lab.kid.clone()), ..Header::new(Algorithm::RS256) };
    let in_header = encode(&header, &of_header, &EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap()).unwrap();
    for token in [
        lab.token(),
        format!("Bearer {}", lab.token()),
        URL_SAFE_NO_PAD.encode(lab.token()),
        in_header,
        lab.token_with("aud", json!("dev.api.hemato.ai")),
        // The default region has the bare name too.
        lab.token_with("aud", json!(["api.hemato.ai", "elsewhere"])),
        lab.token_with("exp", json!(lab.now() + 86_400)),
        lab.token_with("iat", json!(lab.now() + 20)),
        lab.token_with("role", json!("service")),
        lab.token_with("role", json!("device")),
    ] {
        assert_eq!(create(&server, &token).await.status, 201, "{token}");
    }
    let long = Lab::named(&server, "long.example.org", 1, KeyAlgorithm::Rs384).await;
    assert_eq!(create(&server, &sign(&KEYS[1], Algorithm::RS384, &long.claims())).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_trail_names_the_token_where_its_name_can_be_no_health_data() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let jti = "4bb7fe9e-b608-4d68-adbe-8655c991f494";
    for (name, token) in
        [(jti, lab.token_with("jti", json!(jti))), ("Smith", lab.token_with("jti", json!("Smith")))]
    {
        assert_eq!(create(&server, &token).await.status, 201);
        let named = format!("SELECT count(*) FROM audit_event WHERE request = '{name}'");
        assert_eq!(server.number(&named).await, i64::from(name == jti), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hello_tells_whose_token_it_is() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    for path in ["hello", "helo"] {
        for method in [Method::GET, Method::POST] {
            let results = done(&Answer::of(lab.request(method, &format!("/auth/{path}"))).await, 200);
            assert_eq!(
                results,
                json!({
                    "valid": true,
                    "claims": lab.claims(),
                    "user": { "email": lab.user.email, "id": lab.user.id, "screen_name": "Ali", "user_name": lab.user.email },
                    "region": "dev",
                    "expires_in": 600,
                })
            );
        }
    }
}
