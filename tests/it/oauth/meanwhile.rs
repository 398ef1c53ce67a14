//! A client that is changed between the look at it and what it is given: its own server may take long to tell its keys.

use hygeia::core::Secret;
use hygeia::identity::oauth::Refusal;
use hygeia::identity::oauth::management::{ClientChange, Renewal};
use hygeia::identity::oauth::registration::NewProof;
use hygeia::identity::oauth::web_session::Seen;
use serde_json::json;

use super::person::{CALLBACK, EMAIL, PASSWORD, Person, fetch, open_account, question, registered};
use crate::harness::Server;

#[tokio::test(flavor = "multi_thread")]
async fn a_client_is_given_what_it_may_have_now() {
    let server = Server::start().await;
    let identity = &server.app.identity;
    let (id, _secret) = registered(&server, NewProof::Secret).await;
    let before = identity.client(&id).await.unwrap().unwrap();
    let change = async |scope: &str| {
        let change = ClientChange { scope: Some(scope.to_owned()), ..ClientChange::default() };
        identity.change_client(before.tenant, before.id, &change, server.note()).await.unwrap().unwrap();
    };
    change("system/Patient.rs openid").await;
    let given = identity.grant_to_client(&before, Some("system/*.rs"), None).await.unwrap();
    assert_eq!(given.scope, "system/Patient.rs");
    change("openid").await;
    let refused = identity.grant_to_client(&before, Some("system/*.rs"), None).await.unwrap_err();
    assert!(matches!(refused, Refusal::UnauthorizedClient), "{refused:?}");
    change("system/Patient.rs").await;
    assert!(matches!(
        identity.renew_secret(before.tenant, before.id, server.note()).await.unwrap(),
        Renewal::Renewed(_)
    ));
    let refused = identity.grant_to_client(&before, Some("system/*.rs"), None).await.unwrap_err();
    assert_eq!(refused.to_string(), "the client was changed or removed meanwhile");
    let after = identity.client(&id).await.unwrap().unwrap();
    assert!(identity.grant_to_client(&after, Some("system/*.rs"), None).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_grants_what_the_client_may_have_now() {
    let server = Server::start().await;
    open_account(&server).await;
    let identity = &server.app.identity;
    let (id, _) = registered(&server, NewProof::Public).await;
    let asked = serde_json::from_value(json!(question(&id, "openid user/*.rs"))).unwrap();
    let asked = identity.authorization(&asked).await.unwrap();
    let alice = identity.person(EMAIL, Secret::new(PASSWORD.to_owned()), None).await.unwrap();
    let (browser, _) =
        identity.begin_session(alice, None, Seen { browser: None, address: None }).await.unwrap();
    let granted = async || identity.grant_by_person(&asked, &browser, None, &asked.words).await;
    assert!(granted().await.unwrap().starts_with(CALLBACK));
    let elsewhere = Some(vec!["https://app.example/elsewhere".to_owned()]);
    for change in [
        ClientChange { scope: Some("openid user/Patient.rs".to_owned()), ..ClientChange::default() },
        ClientChange {
            scope: Some("openid user/*.rs".to_owned()),
            redirect_uris: elsewhere,
            ..ClientChange::default()
        },
    ] {
        identity
            .change_client(asked.client.tenant, asked.client.id, &change, server.note())
            .await
            .unwrap()
            .unwrap();
        let refused = granted().await.unwrap_err();
        assert_eq!(refused.to_string(), "the client was changed or removed meanwhile");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_redirect_uri_goes_what_was_given_by_it() {
    let server = Server::start().await;
    open_account(&server).await;
    let (id, _) = registered(&server, NewProof::Public).await;
    let code = Person::at(&server).code(&question(&id, "user/*.rs"), None).await;
    let given = fetch(&server, &id, &code).await.json();
    let fhir = server.fhir_by(given["access_token"].as_str().unwrap().to_owned());
    let client = server.app.identity.client(&id).await.unwrap().unwrap();
    let added = vec![CALLBACK.to_owned(), "https://app.example/new".to_owned()];
    for (uris, status) in [(added.clone(), 200), (added[1..].to_vec(), 401)] {
        let change = ClientChange { redirect_uris: Some(uris), ..ClientChange::default() };
        server
            .app
            .identity
            .change_client(client.tenant, client.id, &change, server.note())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(fhir.get("/Patient").await.status, status);
    }
}
