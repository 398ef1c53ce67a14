//! The way there and back belongs to one browser, one provider, and one time.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::provider::{Hostile, settings};
use super::{Away, told};
use crate::harness::Server;
use crate::oauth::person::{Person, open_account};

const NOT_BEGUN: &str = "This sign-in was not begun in this browser, took too long, or is over.";
const WRONG: &str = "What the service that you sign in by says of you does not hold.";

/// A server with two providers, and an account.
async fn start() -> (Hostile, Hostile, Server) {
    let (one, two) = (Hostile::start().await, Hostile::start().await);
    let settings = settings(&[(&one, one.settings("one")), (&two, two.settings("two"))]);
    let server = Server::start_by(&settings, None).await;
    open_account(&server).await;
    (one, two, server)
}

fn good(provider: &Hostile, away: &Away) {
    provider.gives(&provider.key.sign(&provider.claims(&away.query["nonce"])));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_begun_so_is_not_finished() {
    let (one, _two, server) = start().await;
    let (person, other) = (Person::at(&server), Person::at(&server));
    for query in ["", "?code=c", "?state=", "?state=made-up&code=c", "?state=%00&code=c"] {
        let answer = person.get(&format!("/login/oidc/one/callback{query}")).await;
        assert_eq!(told(&answer, 400), NOT_BEGUN, "{query}");
    }
    // Somebody else's way back, and a browser without any cookie.
    for thief in [&other, &Person::at(&server)] {
        let away = Away::to(&person, "one").await;
        drop(other.get("/login/oidc/one").await);
        good(&one, &away);
        assert_eq!(told(&away.back(thief, "one").await, 400), NOT_BEGUN);
        // The thief has used it up.
        assert_eq!(told(&away.back(&person, "one").await, 400), NOT_BEGUN);
    }
    let away = Away::to(&person, "one").await;
    good(&one, &away);
    assert_eq!(away.back(&person, "one").await.status, 303);
    assert_eq!(told(&away.back(&person, "one").await, 400), NOT_BEGUN, "a second time");
    let away = Away::to(&person, "one").await;
    server.app.clock.advance_s(600);
    assert_eq!(told(&away.back(&person, "one").await, 400), NOT_BEGUN, "late");
}

#[tokio::test(flavor = "multi_thread")]
async fn providers_are_not_mixed_up() {
    let (one, two, server) = start().await;
    let person = Person::at(&server);
    // Begun at one, answered at the other's callback.
    let away = Away::to(&person, "one").await;
    good(&two, &away);
    assert_eq!(told(&away.back(&person, "two").await, 400), NOT_BEGUN);
    // The other's name in the answer (RFC 9207), or none where the provider tells it always.
    let iss = |issuer: &str| {
        format!("&code=c&iss={}", form_urlencoded::byte_serialize(issuer.as_bytes()).collect::<String>())
    };
    let away = Away::to(&person, "one").await;
    good(&one, &away);
    assert_eq!(told(&away.back_with(&person, "one", &iss(&two.issuer)).await, 400), WRONG);
    let told_always = json!({ "authorization_response_iss_parameter_supported": true });
    two.plan.lock().unwrap().published = told_always;
    let away = Away::to(&person, "two").await;
    good(&two, &away);
    assert_eq!(told(&away.back(&person, "two").await, 400), WRONG);
    assert_eq!(server.number("SELECT count(*) FROM web_session").await, 0);
    let away = Away::to(&person, "two").await;
    good(&two, &away);
    assert_eq!(away.back_with(&person, "two", &iss(&two.issuer)).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_provider_may_refuse() {
    let (_one, _two, server) = start().await;
    let person = Person::at(&server);
    for more in ["&error=access_denied", "&error=x&code=c", ""] {
        let away = Away::to(&person, "one").await;
        let answer = away.back_with(&person, "one", more).await;
        assert_eq!(told(&answer, 403), "The service that you sign in by did not sign you in.", "{more}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_provider_gets_what_binds_the_code_to_us() {
    let (one, _two, server) = start().await;
    let person = Person::at(&server);
    let away = Away::to(&person, "one").await;
    assert_eq!(away.address, format!("{}/authorize", one.issuer));
    let query = |name: &str| away.query[name].as_str();
    assert_eq!(
        ["response_type", "client_id", "scope", "redirect_uri", "code_challenge_method"].map(query),
        ["code", "hygeia", "openid email", "http://127.0.0.1:8080/login/oidc/one/callback", "S256"]
    );
    // What is kept of it opens nothing.
    let kept = server.text("SELECT hash || ' ' || browser FROM federated_attempt").await;
    assert!(!kept.contains(query("state")) && !kept.contains(query("nonce")));
    good(&one, &away);
    assert_eq!(away.back(&person, "one").await.status, 303);
    let asked = one.plan.lock().unwrap().asked.clone();
    let asked: std::collections::BTreeMap<_, _> =
        form_urlencoded::parse(asked.as_bytes()).into_owned().collect();
    assert_eq!((&*asked["grant_type"], &*asked["code"]), ("authorization_code", "c"));
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&asked["code_verifier"]));
    assert_eq!(challenge, query("code_challenge"));
    let again = Away::to(&person, "one").await;
    assert!(again.query["state"] != query("state") && again.query["nonce"] != query("nonce"));
}

/// A browser that began at one replica may come back to another.
#[tokio::test(flavor = "multi_thread")]
async fn replicas_know_of_one_another() {
    let one = Hostile::start().await;
    let settings = settings(&[(&one, one.settings("one"))]);
    let server = Server::start_by(&settings, None).await;
    open_account(&server).await;
    let other = server.replica_by(&settings).await;
    let person = Person::at(&server);
    let away = Away::to(&person, "one").await;
    good(&one, &away);
    let moved = person.at_replica(&other);
    assert_eq!(away.back(&moved, "one").await.status, 303);
    assert_eq!(told(&away.back(&person, "one").await, 400), NOT_BEGUN);
}
