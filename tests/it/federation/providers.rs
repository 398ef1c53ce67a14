//! Several providers: one that is down stops nothing else.

use std::sync::atomic::{AtomicUsize, Ordering};

use hygeia::core::config::egress::Place;
use hygeia::core::config::providers::ProviderSettings;
use serde_json::json;

use super::provider::{Hostile, settings};
use super::{Away, told, visit};
use crate::harness::Server;
use crate::oauth::person::{Person, open_account};

const DOWN: &str =
    "The service that you sign in by does not answer now. Try again later, or sign in another way.";

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_down_or_unfit_is_told_and_the_others_work() {
    let (down, up) = (Hostile::start().await, Hostile::start().await);
    down.plan.lock().unwrap().is_down = true;
    let list = [(&down, down.settings("down")), (&up, up.settings("up"))];
    let server = Server::start_by(&settings(&list), None).await;
    open_account(&server).await;
    let person = Person::at(&server);
    assert_eq!(told(&person.get("/login/oidc/other").await, 404), "There is no such way to sign in.");
    assert_eq!(
        told(&person.get("/login/oidc/other/callback").await, 404),
        "There is no such way to sign in."
    );
    for _ in 0..3 {
        assert_eq!(told(&person.get("/login/oidc/down").await, 503), DOWN);
    }
    assert_eq!(down.plan.lock().unwrap().discovered, 1, "it is left alone for a moment");
    assert_eq!(visit(&person, &up, "up", |_| {}).await.status, 303);
    // Up again, but somebody else, or with an address that no browser should be sent to.
    down.plan.lock().unwrap().is_down = false;
    for published in
        [json!({ "issuer": up.issuer }), json!({ "authorization_endpoint": "javascript:alert(1)" })]
    {
        server.app.clock.advance_s(6);
        down.plan.lock().unwrap().published = published;
        assert_eq!(told(&person.get("/login/oidc/down").await, 503), DOWN);
    }
    down.plan.lock().unwrap().published = json!(null);
    server.app.clock.advance_s(6);
    assert_eq!(Away::to(&person, "down").await.address, format!("{}/authorize", down.issuer));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_fetched_serves_for_a_while() {
    let idp = Hostile::start().await;
    let server = Server::start_by(&settings(&[(&idp, idp.settings("idp"))]), None).await;
    let person = Person::at(&server);
    let discovered = || idp.plan.lock().unwrap().discovered;
    for (passed_s, count) in [(0, 1), (3599, 1), (1, 2)] {
        server.app.clock.advance_s(passed_s);
        drop(Away::to(&person, "idp").await);
        assert_eq!(discovered(), count);
    }
    // While it is down, what is known is used for a day, and it is not asked at every turn.
    idp.plan.lock().unwrap().is_down = true;
    server.app.clock.advance_s(3600);
    for _ in 0..3 {
        drop(Away::to(&person, "idp").await);
    }
    assert_eq!(discovered(), 3);
    server.app.clock.advance_s(23 * 3600);
    assert_eq!(told(&person.get("/login/oidc/idp").await, 503), DOWN);
}

/// Not even a connection is made, unless the operator says that it may be.
#[tokio::test(flavor = "multi_thread")]
async fn private_addresses_are_not_asked() {
    for host in ["127.0.0.1", "localhost"] {
        for is_listed in [false, true] {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let issuer = format!("https://{host}:{}", listener.local_addr().unwrap().port());
            let idp = Hostile::start().await;
            let mut settings =
                settings(&[(&idp, ProviderSettings { issuer: issuer.clone(), ..idp.settings("idp") })]);
            let place = Place::of(&issuer.parse().unwrap()).unwrap();
            settings.egress.allow = if is_listed { vec![place] } else { Vec::new() };
            let server = Server::start_by(&settings, None).await;
            let person = Person::at(&server);
            let counted = AtomicUsize::new(0);
            let answer = tokio::select! {
                answer = person.get("/login/oidc/idp") => answer,
                () = counting(&listener, &counted) => unreachable!("it goes on for ever"),
            };
            assert_eq!(told(&answer, 503), DOWN);
            assert_eq!(counted.load(Ordering::SeqCst) > 0, is_listed, "{host}");
        }
    }
}

/// Takes connections, counts them and ends them at once.
async fn counting(listener: &tokio::net::TcpListener, count: &AtomicUsize) {
    loop {
        drop(listener.accept().await.unwrap());
        count.fetch_add(1, Ordering::SeqCst);
    }
}
