//! The providers by which somebody signs in, on the page of their account.

use hygeia::core::config::providers::{Newcomers, ProviderSettings, Role};
use serde_json::Value;

use super::provider::{Hostile, settings};
use super::{told, visit};
use crate::accounts::signed_in;
use crate::harness::{Answer, Server};
use crate::oauth::person::{EMAIL, PASSWORD, Person, open_account};

const LAST: &str =
    "It is your only way to sign in. Set a password first: sign out, and have a mail sent to you for that.";

async fn remove(person: &Person<'_>, page: &Answer, link: &str) -> Answer {
    let form = Person::hidden(page, "form");
    person.post("/account/links", &[("form", &*form), ("link", link)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_seen_and_removed_by_its_owner_alone() {
    let (idp, other) = (Hostile::start().await, Hostile::start().await);
    let list = [(&idp, idp.settings("idp")), (&other, other.settings("other"))];
    let server = Server::start_by(&settings(&list), None).await;
    open_account(&server).await;
    let alice = signed_in(&server).await;
    assert!(!alice.get("/account").await.text.contains("Other services"));
    let by_idp = Person::at(&server);
    assert_eq!(visit(&by_idp, &idp, "idp", |_| {}).await.status, 303);
    let by_other = Person::at(&server);
    assert_eq!(visit(&by_other, &other, "other", |_| {}).await.status, 303);

    let page = alice.get("/account").await;
    for shown in ["The idp", "The other"] {
        let row = format!("<strong>{shown}</strong><small>since 21 November 2026, 12:00 UTC</small>");
        assert!(page.text.contains(&row), "{}", page.text);
    }
    let id =
        server.text(&format!("SELECT hash FROM federated_identity WHERE issuer = '{}'", idp.issuer)).await;
    assert!(page.text.contains(&id));
    // Somebody else of the same tenant.
    let bob = hygeia::records::accounts::Person {
        email: "bob@example.org".to_owned(),
        password: hygeia::core::Secret::new(PASSWORD.to_owned()),
        name: hygeia::core::Secret::new("Bob".to_owned()),
    };
    server.app.records.add_person("default", &bob, None).await.unwrap();
    let bob = Person::at(&server);
    assert_eq!(bob.enter("bob@example.org", PASSWORD).await.status, 303);
    let own = bob.get("/account").await;
    for wrong in ["", "x", &id] {
        assert_eq!(told(&remove(&bob, &own, wrong).await, 404), "It is not there any more.", "{wrong}");
    }
    let foreign = alice.post("/account/links", &[("form", "x"), ("link", &*id)]).await;
    assert_eq!(told(&foreign, 403), "The form is too old, or came from elsewhere.");
    assert_eq!(server.number("SELECT count(*) FROM federated_identity").await, 2);

    let removed = remove(&alice, &page, &id).await;
    assert_eq!((removed.status, removed.header("location")), (303, "/account?done=link"));
    let page = alice.get("/account?done=link").await;
    assert!(page.text.contains("You do not sign in by that service any more."));
    assert!(!page.text.contains("The idp") && page.text.contains("The other"), "{}", page.text);
    assert_eq!(by_idp.get("/account").await.header("location"), "/login", "what began with it ends");
    assert_eq!(by_other.get("/account").await.status, 200);
    assert_eq!(told(&remove(&alice, &page, &id).await, 404), "It is not there any more.");
    assert_eq!(server.mails().await.pop().unwrap().subject, "Your sign-in was changed");
    let audited = "SELECT outcome || ' ' || count(*) FROM audit_event WHERE interaction = 'unlink-identity' GROUP BY outcome ORDER BY 1";
    assert_eq!(server.texts(audited).await, ["refused 5", "success 1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_way_to_sign_in_stays() {
    let (idp, gone) = (Hostile::start().await, Hostile::start().await);
    let domains = vec!["clinic.example".to_owned()];
    let newcomers = Newcomers::Welcome { domains, role: Role::User, tenant: "default".to_owned() };
    let list =
        [(&idp, ProviderSettings { newcomers, ..idp.settings("idp") }), (&gone, gone.settings("gone"))];
    let all = settings(&list);
    let server = Server::start_by(&all, None).await;
    open_account(&server).await;
    let bob = |claims: &mut Value| claims["email"] = "bob@clinic.example".into();
    let person = Person::at(&server);
    assert_eq!(visit(&person, &idp, "idp", bob).await.status, 303);
    let id = |idp: &Hostile| format!("SELECT hash FROM federated_identity WHERE issuer = '{}'", idp.issuer);
    let by_idp = server.text(&id(&idp)).await;
    let page = person.get("/account").await;
    let refused = remove(&person, &page, &by_idp).await;
    assert_eq!(told(&refused, 409), LAST);
    // A second provider is another way, but none that is not set up any more.
    assert_eq!(visit(&Person::at(&server), &gone, "gone", bob).await.status, 303);
    let without = hygeia::core::config::Settings { providers: all.providers[..1].to_vec(), ..all.clone() };
    let replica = server.replica_by(&without).await;
    let there = person.at_replica(&replica);
    let page = there.get("/account").await;
    assert!(page.text.contains("<strong>127.0.0.1</strong>"), "known by its host: {}", page.text);
    assert_eq!(told(&remove(&there, &page, &by_idp).await, 409), LAST);
    // Of two that are removed at the same time, one stays.
    let (one, two) = tokio::join!(remove(&person, &page, &by_idp), async {
        remove(&there, &page, &server.text(&id(&gone)).await).await
    });
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert!(statuses[1] == 409 && [303, 409].contains(&statuses[0]), "{statuses:?}");
    assert!(server.number("SELECT count(*) FROM federated_identity").await >= 1);

    // With a password of their own, they need no provider.
    assert_eq!(server.number("SELECT count(*) FROM account WHERE passwordless").await, 1);
    let reset = Person::at(&server);
    let asked = reset.get("/reset").await;
    assert_eq!(reset.submit(&asked, "/reset", &[("email", "bob@clinic.example")]).await.status, 200);
    let link =
        server.mails().await.iter().rev().find(|mail| mail.subject == "Set a new password").unwrap().link();
    let set = reset.get(&link).await;
    let password = [("password", "another long pass phrase")];
    assert_eq!(reset.submit(&set, "/reset/password", &password).await.status, 200);
    assert_eq!(reset.enter("bob@clinic.example", "another long pass phrase").await.status, 303);
    let page = reset.get("/account").await;
    for id in server.texts("SELECT hash FROM federated_identity").await {
        assert_eq!(remove(&reset, &page, &id).await.status, 303);
    }
    assert_eq!(Person::at(&server).enter(EMAIL, PASSWORD).await.status, 303);
}
