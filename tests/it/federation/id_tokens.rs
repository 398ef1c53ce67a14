//! What a provider must not say.

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::provider::{Hostile, settings};
use super::{Away, audited, told};
use crate::harness::Server;
use crate::oauth::keys::{self, Key};
use crate::oauth::person::{Person, open_account};
use crate::oauth::start_s;

const WRONG: &str = "What the service that you sign in by says of you does not hold.";

/// Makes a token of good claims.
type Make = Box<dyn Fn(&Hostile, &Value) -> String>;

/// What is done to a good token's claims, or to the token.
enum Change {
    Claim(&'static str, Value),
    Token(Make),
}
use Change::{Claim, Token};

fn token(make: impl Fn(&Hostile, &Value) -> String + 'static) -> Change {
    Token(Box::new(make))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_does_not_hold_signs_nobody_in() {
    let hostile = Hostile::start().await;
    let server = Server::start_by(&settings(&[(&hostile, hostile.settings("idp"))]), None).await;
    open_account(&server).await;
    let person = Person::at(&server);
    let changes = [
        Claim("nonce", json!("of another sign-in")),
        Claim("nonce", Value::Null),
        Claim("aud", json!("somebody else")),
        Claim("aud", json!([])),
        Claim("aud", json!(["hygeia", "somebody else"])),
        Claim("azp", json!("somebody else")),
        Claim("iss", json!("https://idp.example")),
        Claim("iss", json!(format!("{}/", hostile.issuer))),
        Claim("exp", json!(start_s())),
        Claim("exp", Value::Null),
        Claim("iat", json!(start_s() + 61)),
        Claim("iat", Value::Null),
        Claim("sub", Value::Null),
        Claim("at_hash", json!("AAAAAAAAAAAAAAAAAAAAAA")),
        token(|_, claims| keys::unsigned(&keys::none(), claims)),
        token(|hostile, claims| keys::confused(&hostile.key.public, claims)),
        token(|_, claims| {
            let ours = EncodingKey::from_secret(b"s3cret of ours");
            encode(&Header::new(Algorithm::HS256), claims, &ours).unwrap()
        }),
        token(|hostile, claims| {
            let strange = Key { algorithm: Algorithm::RS256, ..Key::strange() };
            strange.sign_with(&hostile.key.header(), claims)
        }),
        token(|hostile, claims| {
            let signed = hostile.key.sign(claims);
            signed.rsplit_once('.').unwrap().0.to_owned() + "."
        }),
        token(|_, _| "not a token".to_owned()),
        token(|_, _| String::new()),
    ];
    for (n, change) in changes.iter().enumerate() {
        let away = Away::to(&person, "idp").await;
        let mut claims = hostile.claims(&away.query["nonce"]);
        match change {
            Claim(name, value) if value.is_null() => drop(claims.as_object_mut().unwrap().remove(*name)),
            Claim(name, value) => claims[*name] = value.clone(),
            Token(_) => {}
        }
        hostile.gives(&match change {
            Claim(..) => hostile.key.sign(&claims),
            Token(make) => make(&hostile, &claims),
        });
        assert_eq!(told(&away.back(&person, "idp").await, 400), WRONG, "change {n}");
        assert_eq!(
            told(&away.back(&person, "idp").await, 400).split(',').next(),
            Some("This sign-in was not begun in this browser")
        );
    }
    for reply in [
        json!({ "access_token": "a", "token_type": "Bearer" }),
        json!({ "error": "invalid_grant" }),
        json!([]),
        json!(null),
    ] {
        hostile.plan.lock().unwrap().token = reply;
        assert_eq!(told(&Away::to(&person, "idp").await.back(&person, "idp").await, 400), WRONG);
    }
    assert_eq!(server.number("SELECT count(*) FROM web_session").await, 0);
    assert_eq!(server.number("SELECT count(*) FROM federated_identity").await, 0);
    assert_eq!(audited(&server).await, [format!("login refused {}", 2 * changes.len() + 4)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_holds_signs_its_person_in() {
    let hostile = Hostile::start().await;
    let server = Server::start_by(&settings(&[(&hostile, hostile.settings("idp"))]), None).await;
    open_account(&server).await;
    let person = Person::at(&server);
    for change in [
        ("aud", json!(["hygeia"])),
        ("azp", json!("hygeia")),
        ("iat", json!(start_s() + 60)),
        ("exp", json!(start_s() + 1)),
        // Of "of the provider", by SHA-256.
        ("at_hash", json!(at_hash("of the provider"))),
    ] {
        let away = Away::to(&person, "idp").await;
        let mut claims = hostile.claims(&away.query["nonce"]);
        claims[change.0] = change.1;
        hostile.gives(&hostile.key.sign(&claims));
        let answer = away.back(&person, "idp").await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (303, "/account"),
            "{}: {}",
            change.0,
            answer.text
        );
        assert!(answer.header("set-cookie").starts_with("hygeia-session="));
    }
    // One session a sign-in, and one link.
    assert_eq!(server.number("SELECT count(*) FROM web_session").await, 5);
    assert_eq!(audited(&server).await, ["link-identity success 1", "login success 5"]);
    let kept = server.texts("SELECT hash || browser || return_to FROM federated_attempt").await;
    assert_eq!(kept, Vec::<String>::new(), "what was used is gone");
}

/// New keys are fetched when a token is signed with one that is not known, and not more often than once a minute.
#[tokio::test(flavor = "multi_thread")]
async fn a_provider_may_change_its_keys() {
    let hostile = Hostile::start().await;
    let server = Server::start_by(&settings(&[(&hostile, hostile.settings("idp"))]), None).await;
    open_account(&server).await;
    let person = Person::at(&server);
    let new = || Key { algorithm: Algorithm::RS256, ..Key::strange() };
    let mut public = new().public;
    (public["kid"], public["alg"]) = ("two".into(), "RS256".into());
    let sign = |claims: &Value| {
        new().sign_with(&Header { kid: Some("two".to_owned()), ..Header::new(Algorithm::RS256) }, claims)
    };
    for (is_published, passed_s, status) in [(false, 0, 400), (true, 0, 400), (true, 61, 303)] {
        if is_published {
            hostile.plan.lock().unwrap().keys = vec![public.clone()];
        }
        server.app.clock.advance_s(passed_s);
        let away = Away::to(&person, "idp").await;
        hostile.gives(&sign(&hostile.claims(&away.query["nonce"])));
        let answer = away.back(&person, "idp").await;
        assert_eq!(answer.status, status, "{is_published} {passed_s}: {}", answer.text);
    }
    assert_eq!(hostile.plan.lock().unwrap().discovered, 2);
}

fn at_hash(token: &str) -> String {
    use base64::Engine;
    use sha2::Digest;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&sha2::Sha256::digest(token)[..16])
}
