//! The page on which people look after their account.

use regex::Regex;

use super::{fault, onward, signed_in, with_account};
use crate::harness::{Answer, Server};
use crate::oauth::person::{EMAIL, PASSWORD, Person, app, fetch, patient, question};

const NEW: &str = "another long pass phrase";
const FORMS: [&str; 6] = [
    "/account/verification",
    "/account/password",
    "/account/sessions",
    "/account/apps",
    "/account/second-factor",
    "/account/second-factor/off",
];

fn ids(page: &Answer, name: &str) -> Vec<String> {
    let field = Regex::new(&format!("name=\"{name}\" value=\"([0-9a-f-]{{36}})\"")).unwrap();
    field.captures_iter(&page.text).map(|found| found[1].to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_not_signed_in_is_asked_to() {
    let server = with_account().await;
    let stranger = Person::at(&server);
    for page in ["/account", "/account/second-factor"] {
        assert_eq!(onward(&stranger.get(page).await), "/login");
    }
    for form in FORMS {
        assert_eq!(onward(&stranger.post(form, &[("form", "x")]).await), "/login");
    }
    let page = stranger.get("/login").await;
    assert!(page.text.contains("to go to your account"), "{}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_from_elsewhere_does_nothing() {
    let server = with_account().await;
    let (alice, other) = (signed_in(&server).await, signed_in(&server).await);
    let theirs = Person::hidden(&other.get("/account").await, "form");
    for form in FORMS {
        for proof in ["", "x", &theirs] {
            let sent = [("form", proof), ("old", PASSWORD), ("password", NEW), ("session", "others")];
            let told = "The form is too old, or came from elsewhere.";
            assert_eq!(fault(&alice.post(form, &sent).await, 403), told, "{form}");
        }
    }
    assert_eq!(server.number("SELECT count(*) FROM web_session").await, 2);
    let refused = "SELECT count(DISTINCT interaction) FROM audit_event WHERE outcome = 'refused' AND agent_kind = 'account'";
    assert_eq!(server.number(refused).await, 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_needs_the_old_one_and_ends_all_else() {
    let server = with_account().await;
    let (alice, other) = (signed_in(&server).await, signed_in(&server).await);
    let client = app(&server).await;
    let code = other.code(&question(&client, "offline_access user/*.rs"), None).await;
    assert_eq!(fetch(&server, &client, &code).await.status, 200);
    server.app.clock.advance_s(1);
    let page = alice.get("/account").await;
    let change = async |old: &str, new: &str| {
        alice.submit(&page, "/account/password", &[("old", old), ("password", new)]).await
    };
    assert_eq!(fault(&change("wrong horse battery", NEW).await, 401), "The password is wrong.");
    assert_eq!(
        fault(&change(PASSWORD, "Password123").await, 400),
        "The password is one of the most common ones."
    );
    let before = ids(&page, "session");
    assert_eq!(onward(&change(PASSWORD, NEW).await), "/account?done=password");
    let page = alice.get("/account?done=password").await;
    assert!(page.text.contains("Your password is set."), "{}", page.text);
    assert_eq!(before.len(), 1, "the other one's");
    assert_eq!(onward(&other.get("/account").await), "/login");
    assert_eq!(server.number("SELECT count(*) FROM web_session").await, 1);
    assert_eq!(server.number("SELECT count(*) FROM oauth_grant").await, 0);
    assert_eq!(other.enter(EMAIL, PASSWORD).await.status, 401);
    assert_eq!(other.enter(EMAIL, NEW).await.status, 303);
    assert_eq!(server.mails().await.pop().unwrap().subject, "Your sign-in was changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_the_old_password_is_slowed_down_too() {
    let server = with_account().await;
    let alice = signed_in(&server).await;
    let page = alice.get("/account").await;
    for status in [401, 401, 401, 401, 401, 429] {
        let sent = [("old", "wrong horse battery"), ("password", NEW)];
        assert_eq!(alice.submit(&page, "/account/password", &sent).await.status, status);
    }
    let sent = [("password", "wrong horse battery")];
    let form = Person::hidden(&page, "form");
    let sent = [("form", &*form), sent[0]];
    assert_eq!(alice.post("/account/second-factor/off", &sent).await.status, 429);
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_seen_and_ended() {
    let server = with_account().await;
    let alice = signed_in(&server).await;
    let others = [signed_in(&server).await, signed_in(&server).await, signed_in(&server).await];
    let page = alice.get("/account").await;
    assert_eq!(page.text.matches("this one").count(), 1);
    assert_eq!(page.text.matches("127.0.0.1, since 21 November 2026, 12:00 UTC").count(), 4, "{}", page.text);
    let listed = ids(&page, "session");
    assert_eq!(listed.len(), 3);
    let end = async |session: &str| alice.submit(&page, "/account/sessions", &[("session", session)]).await;
    assert_eq!(onward(&end(&listed[0]).await), "/account?done=sessions");
    let mut alive = 0;
    for other in &others {
        alive += usize::from(other.get("/account").await.status == 200);
    }
    assert_eq!(alive, 2);
    for unknown in [&*listed[0], "x", "", "01a1fe04-40cb-75ba-943e-353bfb90f57e"] {
        assert_eq!(end(unknown).await.status, 404, "{unknown}");
    }
    assert_eq!(onward(&end("others").await), "/account?done=sessions");
    assert_eq!(alice.get("/account").await.status, 200);
    for other in &others {
        assert_eq!(onward(&other.get("/account").await), "/login");
    }
    let page = alice.get("/logout").await;
    assert_eq!(onward(&alice.submit(&page, "/logout", &[]).await), "/logout");
    assert_eq!(onward(&alice.get("/account").await), "/login");
    assert_eq!(server.number("SELECT count(*) FROM web_session").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_loses_what_it_was_allowed() {
    let server = with_account().await;
    let id = patient(&server, "Alice", "Liddell").await;
    let client = app(&server).await;
    let alice = signed_in(&server).await;
    let code = alice.code(&question(&client, "offline_access launch/patient patient/*.rs"), Some(&id)).await;
    assert!(!alice.get("/account").await.text.contains("Growth"), "nothing was fetched yet");
    let given = fetch(&server, &client, &code).await.json();
    let fhir = server.fhir_by(given["access_token"].as_str().unwrap().to_owned());
    let page = alice.get("/account").await;
    for shown in [
        "<strong>Growth &#60;chart&#62;</strong>",
        "Patient Alice Liddell, born 1852-05-04, female;",
        "since 21 November 2026, 12:00 UTC",
        "<li>go on when you are not signed in</li>",
        "<li>read and search all kinds of records of this patient</li>",
    ] {
        assert!(page.text.contains(shown), "{shown} in {}", page.text);
    }
    let grant = ids(&page, "app").pop().unwrap();
    assert_eq!(alice.submit(&page, "/account/apps", &[("app", "x")]).await.status, 404);
    assert_eq!(onward(&alice.submit(&page, "/account/apps", &[]).await), "/account?done=app");
    assert_eq!(alice.submit(&page, "/account/apps", &[("app", &grant)]).await.status, 404);
    fhir.get("/Patient").await.refused(401);
    for table in ["oauth_grant", "refresh_token"] {
        assert_eq!(server.number(&format!("SELECT count(*) FROM {table}")).await, 0, "{table}");
    }
    assert!(alice.get("/account").await.text.contains("There are none."));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_anothers_is_not_there() {
    let server = with_account().await;
    let client = app(&server).await;
    let alice = signed_in(&server).await;
    let code = alice.code(&question(&client, "user/*.rs"), None).await;
    assert_eq!(fetch(&server, &client, &code).await.status, 200);
    let grant = server.text("SELECT id::text FROM oauth_grant").await;
    let session = server.text("SELECT id::text FROM web_session").await;
    for tenant in ["default", "elsewhere"] {
        let bob = other(&server, tenant).await;
        let page = bob.get("/account").await;
        assert!(!page.text.contains("Growth"), "{}", page.text);
        let form = Person::hidden(&page, "form");
        for (path, field, id) in
            [("/account/apps", "app", &grant), ("/account/sessions", "session", &session)]
        {
            assert_eq!(bob.post(path, &[("form", &*form), (field, id)]).await.status, 404, "{path}");
        }
    }
    assert_eq!(alice.get("/account").await.status, 200);
    assert_eq!(server.number("SELECT count(*) FROM oauth_grant").await, 1);
}

/// Somebody else of this tenant, who is signed in.
async fn other<'a>(server: &'a Server, tenant: &str) -> Person<'a> {
    server
        .execute("INSERT INTO tenant (name, created_at) VALUES ('elsewhere', now()) ON CONFLICT DO NOTHING")
        .await;
    let email = format!("bob@{tenant}.example");
    let person = hygeia::records::accounts::Person {
        email: email.clone(),
        password: hygeia::core::Secret::new(NEW.to_owned()),
        name: hygeia::core::Secret::new("Bob".to_owned()),
    };
    server.app.records.add_person(tenant, &person, None).await.unwrap();
    let bob = Person::at(server);
    assert_eq!(bob.enter(&email, NEW).await.status, 303);
    bob
}
