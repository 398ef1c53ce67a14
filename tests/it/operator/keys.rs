//! Public keys of Hemato's organisations (contract X-08).

use reqwest::Method;
use rsa::pkcs1::EncodeRsaPublicKey;
use rsa::pkcs8::{EncodePublicKey, LineEnding};
use rsa::{BigUint, RsaPublicKey};
use serde_json::{Value, json};

use super::{Operator, refused};
use crate::harness::Server;

const KEYS: &str = "/hemato/keys";
const ROWS: &str = "SELECT count(*) FROM organization_key";

/// A key of so many bits. That nobody knows its factors does not matter to who keeps it.
fn public(bits: usize, differing: u32) -> RsaPublicKey {
    let modulus = (BigUint::from(1_u8) << (bits - 1)) + BigUint::from(2 * differing + 1);
    RsaPublicKey::new_unchecked(modulus, BigUint::from(65537_u32))
}

fn pem(key: &RsaPublicKey) -> String {
    key.to_public_key_pem(LineEnding::LF).unwrap()
}

async fn organization(operator: &Operator<'_>, vendor: &str) -> Value {
    operator.make("/organizations", &json!({ "vendor": vendor, "name": "lab.example.org" })).await
}

fn new_key(organization: &Value, kid: &str) -> Value {
    json!({
        "organization_id": organization["id"], "kid": kid, "alg": "RS256",
        "public_key_pem": pem(&public(2048, 1)), "issuer": "lab.example.org",
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_a_key_is_told_by_field_and_nothing_is_kept() {
    let server = Server::start().await;
    let operator = Operator::sign_in(&server).await;
    let lab = organization(&operator, "hemato").await;
    let clinic = organization(&operator, "imagemedix").await;
    let with = |name: &str, value: Value| {
        let mut body = new_key(&lab, "one");
        body[name] = value;
        body
    };
    let pair = rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 512).unwrap();
    let private = rsa::pkcs8::EncodePrivateKey::to_pkcs8_pem(&pair, LineEnding::LF).unwrap();
    let certified = rcgen::generate_simple_self_signed(["lab.example.org".to_owned()]).unwrap();
    let elliptic = certified.signing_key.public_key_pem();
    let key = "public_key_pem";
    let kid = "kid must have 1 to 200 letters, digits and -._~+=:@, and a letter or digit at least.";
    let issuer = "issuer must have 1 to 200 characters on one line, without blanks around them.";
    for (body, status, problem) in [
        (with("organization_id", json!("nothing")), 404, "There is no such organization."),
        (with("organization_id", json!("x\u{0}'; DROP")), 404, "There is no such organization."),
        (
            with("organization_id", clinic["id"].clone()),
            400,
            "organization_id must be an organisation of hemato.",
        ),
        (with("alg", json!("HS256")), 400, "alg must be RS256 or RS384."),
        (with("alg", json!("none")), 400, "alg must be RS256 or RS384."),
        (with("kid", json!("")), 400, kid),
        (with("kid", json!("../one")), 400, kid),
        (with("kid", json!("k".repeat(201))), 400, kid),
        (with("issuer", json!("")), 400, issuer),
        (with("issuer", json!(" lab")), 400, issuer),
        (with("issuer", json!("lab\nINFO forged")), 400, issuer),
        (
            with(key, json!("")),
            400,
            "public_key_pem must be one PEM block, BEGIN PUBLIC KEY or BEGIN RSA PUBLIC KEY.",
        ),
        (
            with(key, json!("A".repeat(9_000))),
            400,
            "public_key_pem must be one PEM block, BEGIN PUBLIC KEY or BEGIN RSA PUBLIC KEY.",
        ),
        (
            with(key, json!(*private)),
            400,
            "public_key_pem holds a private key: make a new pair, this one was shown to us, and send the public key alone.",
        ),
        (
            with(key, json!(certified.cert.pem())),
            400,
            "public_key_pem must be an RSA public key (BEGIN PUBLIC KEY or BEGIN RSA PUBLIC KEY).",
        ),
        (
            with(key, json!(elliptic)),
            400,
            "public_key_pem must be an RSA public key (BEGIN PUBLIC KEY or BEGIN RSA PUBLIC KEY).",
        ),
        (
            with(key, json!(pem(&public(1024, 1)))),
            400,
            "public_key_pem must have 2048 to 4096 bits, and has 1024.",
        ),
        (json!({}), 400, "The body is not what is expected at line 1, column 2."),
        (with(key, json!({ "$ne": 1 })), 400, "The body is not what is expected at line 1, column 97."),
        (with(key, json!("A".repeat(1_000_000))), 413, "The body is larger than 16 KiB."),
    ] {
        let answer = operator.send(Method::POST, KEYS, &body).await;
        let told = refused(&answer, status);
        // The place of a fault in a body depends on the organisation's id.
        assert_eq!(told.split(" at line").next(), problem.split(" at line").next(), "{body}");
        assert!(!answer.text.contains("MII"), "nothing of a key is repeated: {}", answer.text);
    }
    assert_eq!(server.number(ROWS).await, 0);
    let told = "SELECT count(*) FROM audit_event WHERE interaction = 'register-key' AND outcome = 'success'";
    assert_eq!(server.number(told).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_registered_listed_and_revoked() {
    let server = Server::start().await;
    let operator = Operator::sign_in(&server).await;
    let lab = organization(&operator, "hemato").await;
    let key = public(3072, 7);
    let mut body = new_key(&lab, "lab:2026-11");
    body["public_key_pem"] = key.to_pkcs1_pem(LineEnding::CRLF).unwrap().into();
    body["alg"] = "RS384".into();
    let mut made = operator.make(KEYS, &body).await;
    let fingerprint = made["fingerprint"].take();
    let fingerprint = fingerprint.as_str().unwrap();
    assert_eq!(
        made,
        json!({
            "kid": "lab:2026-11", "organization_id": lab["id"], "tenant_id": lab["tenant_id"], "alg": "RS384",
            "issuer": "lab.example.org", "fingerprint": null, "public_key_pem": pem(&key),
            "created_at": "2026-11-21T12:00:00Z", "revoked_at": null,
        })
    );
    made["fingerprint"] = fingerprint.into();
    let list = format!("{KEYS}?organization_id={}", lab["id"].as_str().unwrap());
    assert_eq!(operator.get(&list).await.json(), json!({ "items": [made], "next": null }));

    let path = format!("{KEYS}/lab:2026-11");
    let revoked = operator.send(Method::DELETE, &path, &Value::Null).await;
    assert_eq!((revoked.status, &*revoked.text), (204, ""));
    server.app.clock.advance_s(60);
    // Again: that changes nothing, not even the time.
    assert_eq!(operator.send(Method::DELETE, &path, &Value::Null).await.status, 204);
    made["revoked_at"] = "2026-11-21T12:00:00Z".into();
    assert_eq!(operator.get(&list).await.json(), json!({ "items": [made], "next": null }));
    // Its kid is not free again, whoever asks for it.
    let elsewhere = organization(&operator, "hemato").await;
    for organization in [&lab, &elsewhere] {
        let again = operator.send(Method::POST, KEYS, &new_key(organization, "lab:2026-11")).await;
        assert_eq!(refused(&again, 409), "A key has or had this kid: no second one may be named by it.");
    }
    let told = "SELECT interaction || ' ' || type || ' ' || resource || ' ' || tenant FROM audit_event \
        WHERE type = 'organization-key' ORDER BY id";
    let told_of = |doing: &str| {
        format!("{doing} organization-key {fingerprint} {}", lab["tenant_id"].as_str().unwrap())
    };
    assert_eq!(server.texts(told).await, ["register-key", "revoke-key", "revoke-key"].map(told_of));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_key_is_not_revoked_and_a_list_wants_its_organisation() {
    let server = Server::start().await;
    let operator = Operator::sign_in(&server).await;
    for kid in ["nothing", "%00", "a%2Fb", "%27%20OR%201=1", &"k".repeat(2_000)] {
        let answer = operator.send(Method::DELETE, &format!("{KEYS}/{kid}"), &Value::Null).await;
        assert_eq!(refused(&answer, 404), "There is no such key.", "{kid}");
    }
    let clinic = organization(&operator, "smartscan").await;
    let of = |id: &Value| format!("{KEYS}?organization_id={}", id.as_str().unwrap());
    assert_eq!(refused(&operator.get(KEYS).await, 400), "organization_id is needed.");
    assert_eq!(refused(&operator.get(&of(&json!("nothing"))).await, 404), "There is no such organization.");
    let told = "organization_id must be an organisation of hemato.";
    assert_eq!(refused(&operator.get(&of(&clinic["id"])).await, 400), told);
    let lab = organization(&operator, "hemato").await;
    let wrong = format!("{}&after=%2F", of(&lab["id"]));
    assert_eq!(refused(&operator.get(&wrong).await, 400), "after must be the next of a page.");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_listed_page_by_page_each_organisation_its_own() {
    let server = Server::start().await;
    let operator = Operator::sign_in(&server).await;
    let lab = organization(&operator, "hemato").await;
    let beside = organization(&operator, "hemato").await;
    for kid in ["a", "b", "c"] {
        operator.make(KEYS, &new_key(&lab, kid)).await;
    }
    operator.make(KEYS, &new_key(&beside, "d")).await;
    let page = async |rest: &str| {
        let list = format!("{KEYS}?organization_id={}{rest}", lab["id"].as_str().unwrap());
        let page = operator.get(&list).await.json();
        let kids =
            page["items"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned());
        (kids.collect::<Vec<_>>().join(" "), page["next"].clone())
    };
    assert_eq!(page("").await, ("a b c".to_owned(), Value::Null));
    assert_eq!(page("&limit=0").await, ("a".to_owned(), json!("a")));
    assert_eq!(page("&limit=2").await, ("a b".to_owned(), json!("b")));
    assert_eq!(page("&limit=2&after=b").await, ("c".to_owned(), Value::Null));
    // A kid is made where none is given.
    let mut body = new_key(&lab, "");
    body.as_object_mut().unwrap().remove("kid");
    let made = operator.make(KEYS, &body).await;
    assert_eq!(made["kid"].as_str().unwrap().len(), 36);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_told_is_not_done() {
    let server = Server::start().await;
    let operator = Operator::sign_in(&server).await;
    let lab = organization(&operator, "hemato").await;
    operator.make(KEYS, &new_key(&lab, "a")).await;
    server.execute("ALTER TABLE audit_event RENAME TO away").await;
    let registered = operator.send(Method::POST, KEYS, &new_key(&lab, "b")).await;
    let revoked = operator.send(Method::DELETE, &format!("{KEYS}/a"), &Value::Null).await;
    assert_eq!((registered.status, revoked.status), (500, 500));
    server.execute("ALTER TABLE away RENAME TO audit_event").await;
    assert_eq!(server.texts("SELECT kid FROM organization_key WHERE revoked_at IS NULL").await, ["a"]);
}
