//! Which account somebody has.

use hygeia::core::config::providers::{Newcomers, Role};
use serde_json::json;

use super::provider::{Hostile, settings};
use super::{Away, audited, told, visit};
use crate::harness::Server;
use crate::oauth::person::{Person, open_account};

const UNVERIFIED: &str =
    "The service that you sign in by has not verified that your e-mail address is yours.";
const NONE: &str = "There is no account here with your e-mail address that you could sign in to. Ask the people who run this server for one.";

const ANOTHER: &str = "The account with your e-mail address belongs to somebody else whom this service knows. Ask the people who run this server for one of your own.";

async fn start() -> (Hostile, Server) {
    let idp = Hostile::start().await;
    let server = Server::start_by(&settings(&[(&idp, idp.settings("idp"))]), None).await;
    open_account(&server).await;
    (idp, server)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_only_claims_an_address_gets_no_account() {
    let (idp, server) = start().await;
    let person = Person::at(&server);
    idp.plan.lock().unwrap().userinfo = json!({ "sub": "subject of alice" });
    for verified in [json!(false), json!(null)] {
        let answer = visit(&person, &idp, "idp", |claims| claims["email_verified"] = verified).await;
        assert_eq!(told(&answer, 403), UNVERIFIED);
    }
    // A mailbox of its own, which lower case would make another's.
    server.execute("UPDATE account SET email = 'kate@example.org' WHERE surface = 'fhir'").await;
    let kelvin = |claims: &mut serde_json::Value| claims["email"] = "\u{212A}ate@example.org".into();
    assert_eq!(told(&visit(&person, &idp, "idp", kelvin).await, 403), UNVERIFIED);
    server.execute("UPDATE account SET email = 'alice@example.org' WHERE surface = 'fhir'").await;
    let stranger = |claims: &mut serde_json::Value| claims["email"] = "bob@example.org".into();
    assert_eq!(told(&visit(&person, &idp, "idp", stranger).await, 403), NONE);
    // Whoever opened the account may have taken somebody else's address.
    server.execute("UPDATE account SET signed_up = true").await;
    let unproven = told(&visit(&person, &idp, "idp", |_| {}).await, 403);
    assert!(unproven.contains("nobody has shown yet that the address is theirs"), "{unproven}");
    server.execute("UPDATE account SET active = false").await;
    assert_eq!(told(&visit(&person, &idp, "idp", |_| {}).await, 403), NONE);
    assert_eq!(server.number("SELECT count(*) FROM federated_identity").await, 0);
    assert_eq!(audited(&server).await, ["login refused 6"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_linked_is_known_by_the_subject() {
    let (idp, server) = start().await;
    let person = Person::at(&server);
    assert_eq!(visit(&person, &idp, "idp", |_| {}).await.status, 303);
    // Whatever the address is by now, and whoever has it.
    let moved = |claims: &mut serde_json::Value| {
        (claims["email"], claims["email_verified"]) = ("new@example.org".into(), false.into());
    };
    assert_eq!(visit(&person, &idp, "idp", moved).await.status, 303);
    let thief = |claims: &mut serde_json::Value| {
        (claims["sub"], claims["email_verified"]) = ("subject of a thief".into(), false.into());
    };
    assert_eq!(told(&visit(&person, &idp, "idp", thief).await, 403), UNVERIFIED);
    // An address that was given to the next person does not give them what the last one had.
    let next = |claims: &mut serde_json::Value| claims["sub"] = "the next person".into();
    assert_eq!(told(&visit(&Person::at(&server), &idp, "idp", next).await, 403), ANOTHER);
    assert_eq!(server.number("SELECT count(*) FROM federated_identity").await, 1);
    server.execute("UPDATE account SET active = false").await;
    assert_eq!(told(&visit(&person, &idp, "idp", |_| {}).await, 403), NONE);
    server.execute("DELETE FROM account").await;
    assert_eq!(server.number("SELECT count(*) FROM federated_identity").await, 0, "it goes with the account");
}

#[tokio::test(flavor = "multi_thread")]
async fn userinfo_tells_what_the_id_token_does_not() {
    let (idp, server) = start().await;
    let person = Person::at(&server);
    let no_email = |claims: &mut serde_json::Value| drop(claims.as_object_mut().unwrap().remove("email"));
    let of_alice = json!({ "sub": "subject of alice", "email": "alice@example.org", "email_verified": true });
    let mut of_somebody_else = of_alice.clone();
    of_somebody_else["sub"] = "somebody else".into();
    let mut unverified = of_alice.clone();
    unverified["email_verified"] = false.into();
    for (told_by_it, status) in
        [(of_somebody_else, 400), (json!([]), 400), (unverified, 403), (of_alice, 303)]
    {
        idp.plan.lock().unwrap().userinfo = told_by_it;
        assert_eq!(visit(&person, &idp, "idp", no_email).await.status, status);
    }
    // Who is linked is known without it.
    idp.plan.lock().unwrap().userinfo = json!([]);
    assert_eq!(visit(&person, &idp, "idp", no_email).await.status, 303);
    // An address without a word of whether it was verified is asked about, and the word may be a string.
    server.execute("DELETE FROM federated_identity").await;
    let no_word =
        |claims: &mut serde_json::Value| drop(claims.as_object_mut().unwrap().remove("email_verified"));
    for (word, status) in [(json!("false"), 403), (json!(null), 403), (json!("true"), 303)] {
        let told = json!({ "sub": "subject of alice", "email": "alice@example.org", "email_verified": word });
        idp.plan.lock().unwrap().userinfo = told;
        assert_eq!(visit(&person, &idp, "idp", no_word).await.status, status);
    }
    server.execute("DELETE FROM federated_identity").await;
    // An access token that cannot be put in a header fells nobody.
    let away = Away::to(&person, "idp").await;
    let mut claims = idp.claims(&away.query["nonce"]);
    no_email(&mut claims);
    idp.gives(&idp.key.sign(&claims));
    idp.plan.lock().unwrap().token["access_token"] = "a\r\nb".into();
    assert_eq!(away.back(&person, "idp").await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn newcomers_of_the_right_domain_are_welcome() {
    let idp = Hostile::start().await;
    let mut provider = idp.settings("idp");
    let domains = vec!["clinic.example".to_owned()];
    provider.newcomers = Newcomers::Welcome { domains, role: Role::User, tenant: "default".to_owned() };
    let server = Server::start_by(&settings(&[(&idp, provider)]), None).await;
    open_account(&server).await;
    let person = Person::at(&server);
    for email in [
        "bob@example.org",
        "bob@x.clinic.example",
        "bob@clinic.example.org",
        "clinic.example",
        "@clinic.example",
    ] {
        let answer = visit(&person, &idp, "idp", |claims| claims["email"] = email.into()).await;
        assert_eq!(told(&answer, 403), NONE, "{email}");
    }
    let bob = |claims: &mut serde_json::Value| {
        (claims["sub"], claims["email"]) = ("bob".into(), "Bob@Clinic.example".into());
        claims["name"] = "Bob".into();
    };
    for verified in [false, true] {
        let answer = visit(&person, &idp, "idp", |claims| {
            bob(claims);
            claims["email_verified"] = verified.into();
        });
        assert_eq!(answer.await.status, if verified { 303 } else { 403 });
    }
    assert_eq!(visit(&person, &idp, "idp", bob).await.status, 303, "a second time");
    let account =
        "SELECT tenant || ' ' || surface || ' ' || role FROM account WHERE email = 'bob@clinic.example'";
    assert_eq!(server.texts(account).await, ["1 fhir user"]);
    let found = server.fhir().await.get("/Practitioner?name=Bob").await.json();
    assert_eq!(found["entry"][0]["resource"]["telecom"][0]["value"], "bob@clinic.example");
}
