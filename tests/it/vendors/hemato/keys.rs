//! The keys of an organisation, by its own administrators.

use reqwest::Method;
use rsa::pkcs1::{EncodeRsaPrivateKey, LineEnding};
use rsa::pkcs8::EncodePublicKey;
use rsa::traits::PublicKeyParts;
use serde_json::{Value, json};

use super::{KEYS, Lab, done, refused, told};
use crate::harness::{Answer, Server};

/// Somebody who calls with a token.
struct Bearer<'a> {
    lab: &'a Lab<'a>,
    token: String,
}

impl<'a> Bearer<'a> {
    /// By a token that the organisation signed.
    fn signed(lab: &'a Lab<'a>) -> Self {
        Self { lab, token: lab.token() }
    }

    /// By one of a session.
    async fn of_session(lab: &'a Lab<'a>) -> Self {
        Self { lab, token: lab.session().await }
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let path = format!("/hemato/{}{path}", self.lab.region);
        self.lab.server.request(method, &path).header("Authorization", &self.token)
    }

    async fn keys(&self) -> Answer {
        Answer::of(self.request(Method::GET, "/keys")).await
    }
}

async fn register(by: &Bearer<'_>, more: &Value) -> Answer {
    let pem = KEYS[1].to_public_key().to_public_key_pem(LineEnding::LF).unwrap();
    let mut new = json!({ "kid": "second", "alg": "RS384", "public_key": pem, "issuer": "lab.example.org" });
    for (name, value) in more.as_object().unwrap() {
        new[name] = value.clone();
    }
    Answer::of(by.request(Method::POST, "/keys").json(&new)).await
}

async fn revoke(by: &Bearer<'_>, kid: &str) -> Answer {
    Answer::of(by.request(Method::DELETE, &format!("/keys/{kid}"))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn only_administrators_see_and_change_keys_and_only_their_own() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let (service, device) = (lab.with_role("service").await, lab.with_role("device").await);
    // An administrator of one region, where others of the organisation may call two: by a key they could call as them.
    let (of_one, of_all) = (lab.with_role("admin").await, lab.with_role_in("admin", &["dev", "us"]).await);
    let callers = [
        Bearer::of_session(&lab).await,
        Bearer::of_session(&service).await,
        Bearer::of_session(&device).await,
        Bearer::of_session(&of_one).await,
        Bearer::signed(&of_one),
        Bearer::signed(&of_all),
    ];
    for somebody in &callers {
        let answers =
            [somebody.keys().await, register(somebody, &json!({})).await, revoke(somebody, &lab.kid).await];
        for answer in answers {
            assert_eq!(refused(&answer, 403), "forbidden");
        }
    }
    assert_eq!(server.number("SELECT count(*) FROM organization_key WHERE revoked_at IS NULL").await, 1);
    let admin = Bearer::of_session(&of_all).await;
    let other = Lab::other(&server).await;
    assert_eq!(refused(&revoke(&admin, &other.kid).await, 404), "not_found");
    assert_eq!(refused(&revoke(&admin, "nothing").await, 404), "not_found");
    assert_eq!(other.get("/pbs").await.status, 200, "the other's key still holds");
    let private = KEYS[1].to_pkcs1_pem(LineEnding::LF).unwrap().to_string();
    for (more, words) in [
        (json!({ "kid": "a/b" }), "kid must have 1 to 200 letters"),
        (json!({ "alg": "HS256" }), "alg must be RS256 or RS384."),
        (json!({ "issuer": " x" }), "issuer must have 1 to 200 characters on one line"),
        (json!({ "public_key": private }), "public_key holds a private key"),
        (json!({ "public_key": "{\"kty\":\"EC\"}" }), "public_key must be a JSON Web Key with kty RSA"),
        (json!({ "public_key": "x" }), "public_key must be one PEM block"),
    ] {
        let answer = register(&admin, &more).await;
        assert_eq!(refused(&answer, 400), "invalid_request");
        assert!(told(&answer).starts_with(words), "{}", told(&answer));
    }
    assert_eq!(refused(&register(&admin, &json!({ "kid": other.kid })).await, 409), "kid_taken");
    assert_eq!(done(&admin.keys().await, 200)["keys"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_registered_as_pem_or_jwk_and_revoked_at_once() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let of_all = lab.with_role_in("admin", &["dev", "us"]).await;
    let admin = Bearer::of_session(&of_all).await;
    let made = done(&register(&admin, &json!({})).await, 201);
    assert_eq!(
        (&made["kid"], &made["alg"], &made["revoked_at"]),
        (&json!("second"), &json!("RS384"), &Value::Null)
    );
    let number =
        |bytes: Vec<u8>| base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, bytes);
    let key = KEYS[1].to_public_key();
    let jwk = json!({ "kty": "RSA", "n": number(key.n().to_bytes_be()), "e": number(key.e().to_bytes_be()) });
    let other = done(&register(&admin, &json!({ "kid": "", "public_key": jwk.to_string() })).await, 201);
    assert_eq!(other["fingerprint"], made["fingerprint"]);
    assert!(other["kid"].as_str().is_some_and(|kid| kid.len() == 36), "one is made");
    let keys = done(&admin.keys().await, 200);
    assert_eq!((keys["keys"].as_array().unwrap().len(), &keys["next"]), (3, &Value::Null));
    let revoked = done(&revoke(&admin, &lab.kid).await, 200);
    assert!(revoked["revoked_at"].is_string(), "{revoked}");
    assert_eq!(refused(&lab.get("/pbs").await, 401), "invalid_token");
}
