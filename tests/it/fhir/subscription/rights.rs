//! Somebody is told what they may read when they are told: by their scopes, their tenant, and Consents.

use hygeia::identity::oauth::registration::{NewClient, NewProof};
use serde_json::json;

use super::super::patient;
use super::{active, both, change, observation, paths, read, status, stored, subscription, work};
use crate::harness::{Answer, Fhir, Server};
use crate::oauth::person::{self, Person};

#[tokio::test(flavor = "multi_thread")]
async fn of_what_no_scope_goes_to_nothing_is_told() {
    let (receiver, server) = both().await;
    let all = server.fhir().await;
    let scope = "system/Subscription.cruds system/Observation.rs?category=laboratory";
    let narrow = server.fhir_with(scope).await;
    active(&narrow, &subscription(&receiver.url("/"), "Observation")).await;
    stored(&all, &observation("8867-4")).await;
    let mut laboratory = observation("718-7");
    laboratory["category"] = json!([{ "coding": [{ "code": "laboratory" }] }]);
    let id = stored(&all, &laboratory).await;
    work(&server).await;
    assert_eq!(paths(&receiver), [format!("PUT /Observation/{id}")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_changes_what_is_asked_for_does_so_with_their_own_rights() {
    let (receiver, server) = both().await;
    let all = server.fhir().await;
    let id = active(&all, &subscription(&receiver.url("/a"), "Observation")).await;
    // Who leads it elsewhere gets there what they may read themselves.
    let narrow =
        server.fhir_with("system/Subscription.cruds system/Observation.rs?category=laboratory").await;
    let mut elsewhere = read(&narrow, &id).await;
    elsewhere["channel"]["endpoint"] = receiver.url("/b").into();
    assert_eq!(narrow.put(&format!("/Subscription/{id}"), &elsewhere).await.status, 200);
    stored(&all, &observation("8867-4")).await;
    work(&server).await;
    assert_eq!(receiver.taken().len(), 0);
    // Who may read nothing of it cannot.
    let none = server.fhir_with("system/Subscription.cruds").await;
    assert_eq!(none.put(&format!("/Subscription/{id}"), &read(&none, &id).await).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_consent_withholds_by_then_is_not_told() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    let id = stored(&fhir, &patient()).await;
    active(&fhir, &subscription(&receiver.url("/"), "Observation")).await;
    let mut hers = observation("8867-4");
    hers["subject"] = json!({ "reference": format!("Patient/{id}") });
    stored(&fhir, &hers).await;
    // It matched while it could be read.
    while server.app.subscriptions().step().await.unwrap() {}
    let consent = json!({
        "resourceType": "Consent", "status": "active", "patient": { "reference": format!("Patient/{id}") },
        "scope": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy" }] },
        "category": [{ "coding": [{ "system": "http://loinc.org", "code": "59284-0" }] }],
        "policyRule": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "OPTIN" }] },
        "provision": { "type": "deny" },
    });
    stored(&fhir, &consent).await;
    let nobodys = stored(&fhir, &observation("8867-4")).await;
    work(&server).await;
    assert_eq!(paths(&receiver), [format!("PUT /Observation/{nobodys}")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_another_tenant_is_told() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    active(&fhir, &subscription(&receiver.url("/"), "Patient")).await;
    let token = super::super::isolation::token_of_another_tenant(&server).await;
    let others: Fhir<'_> = server.fhir_by(token);
    stored(&others, &patient()).await;
    work(&server).await;
    assert_eq!(receiver.taken().len(), 0);
    active(&others, &subscription(&receiver.url("/theirs"), "Patient")).await;
    stored(&fhir, &patient()).await;
    let theirs = stored(&others, &patient()).await;
    work(&server).await;
    assert_eq!(paths(&receiver).len(), 2);
    assert!(paths(&receiver).contains(&format!("PUT /theirs/Patient/{theirs}")));
}

/// A client with these scopes in its own right, and its id.
pub(super) async fn program<'a>(server: &'a Server, scope: &str) -> (Fhir<'a>, String) {
    let new = NewClient {
        name: "a program".to_owned(),
        proof: NewProof::Secret,
        redirect_uris: Vec::new(),
        scope: scope.to_owned(),
        purposes: Vec::new(),
    };
    let registered = server.register_client("default", &new).await.unwrap();
    let (id, secret) = (registered.client.id.to_string(), registered.secret.unwrap());
    let form = [("grant_type", "client_credentials"), ("scope", scope)];
    let request = server.request(reqwest::Method::POST, "/oauth/token").form(&form);
    let given = Answer::of(request.basic_auth(&id, Some(secret.expose()))).await;
    let token = given.json()["access_token"].as_str().unwrap().to_owned();
    (server.fhir_by(token), id)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_may_read_less_by_now_is_told_less() {
    let (receiver, server) = both().await;
    let all = server.fhir().await;
    let (fhir, client) = program(&server, "system/Subscription.cruds system/Observation.rs").await;
    let id = active(&fhir, &subscription(&receiver.url("/"), "Observation")).await;
    let narrow = async |scope: &str| {
        server.execute(&format!("UPDATE oauth_client SET scope = '{scope}' WHERE id = '{client}'")).await;
    };
    // What has matched is held against what is left of its rights when it is sent.
    stored(&all, &observation("8867-4")).await;
    while server.app.subscriptions().step().await.unwrap() {}
    narrow("system/Subscription.cruds system/Observation.rs?category=laboratory").await;
    stored(&all, &observation("8867-4")).await;
    let mut laboratory = observation("718-7");
    laboratory["category"] = json!([{ "coding": [{ "code": "laboratory" }] }]);
    let told = stored(&all, &laboratory).await;
    work(&server).await;
    assert_eq!(paths(&receiver), [format!("PUT /Observation/{told}")]);
    // With nothing left it is told why, and what happens is kept for who may.
    receiver.clear();
    narrow("system/Subscription.cruds").await;
    let kept = stored(&all, &laboratory).await;
    work(&server).await;
    let now = read(&all, &id).await;
    let why = json!("who asked for it may not read Observation any more");
    assert_eq!((&now["status"], &now["error"], receiver.taken().len()), (&json!("error"), &why, 0));
    narrow("system/Subscription.cruds system/Observation.rs").await;
    change(&all, &id, |failed| failed["status"] = "requested".into()).await;
    work(&server).await;
    assert_eq!(paths(&receiver), [format!("PUT /Observation/{kept}")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_removed_is_told_nothing_and_nothing_is_lost() {
    let (receiver, server) = both().await;
    let all = server.fhir().await;
    let (fhir, client) = program(&server, "system/Subscription.cruds system/Observation.rs").await;
    let id = active(&fhir, &subscription(&receiver.url("/"), "Observation")).await;
    let mut kept = vec![stored(&all, &observation("8867-4")).await];
    while server.app.subscriptions().step().await.unwrap() {}
    assert!(server.remove_client(client.parse().unwrap()).await.unwrap());
    kept.push(stored(&all, &observation("8867-4")).await);
    work(&server).await;
    let now = read(&all, &id).await;
    assert_eq!((&now["status"], receiver.taken().len()), (&json!("error"), 0));
    assert!(now["error"].as_str().unwrap().contains("who asked for it is not let in any more"), "{now}");
    // Somebody else takes it over.
    change(&all, &id, |failed| failed["status"] = "requested".into()).await;
    work(&server).await;
    let expected: Vec<_> = kept.iter().map(|id| format!("PUT /Observation/{id}")).collect();
    assert_eq!(paths(&receiver), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_takes_back_from_an_app_it_is_told_no_more() {
    let (receiver, server) = both().await;
    person::open_account(&server).await;
    let all = server.fhir().await;
    let app = person::app(&server).await;
    let alice = Person::at(&server);
    let code = alice.code(&person::question(&app, "offline_access user/*.cruds"), None).await;
    let given = person::fetch(&server, &app, &code).await.json();
    let fhir = server.fhir_by(given["access_token"].as_str().unwrap().to_owned());
    let id = active(&fhir, &subscription(&receiver.url("/"), "Patient")).await;
    let told = stored(&all, &patient()).await;
    work(&server).await;
    assert_eq!(paths(&receiver), [format!("PUT /Patient/{told}")]);
    stored(&all, &patient()).await;
    while server.app.subscriptions().step().await.unwrap() {}
    server.execute("DELETE FROM oauth_grant").await;
    stored(&all, &patient()).await;
    work(&server).await;
    assert_eq!((status(&all, &id).await.as_str(), receiver.taken().len()), ("error", 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_the_same_takes_over_what_nobody_may_read_any_more() {
    let (receiver, server) = both().await;
    let all = server.fhir().await;
    let (fhir, client) = program(&server, "system/Subscription.cruds system/Observation.rs").await;
    let id = active(&fhir, &subscription(&receiver.url("/"), "Observation")).await;
    let less = format!("UPDATE oauth_client SET scope = 'system/Subscription.cruds' WHERE id = '{client}'");
    server.execute(&less).await;
    let first = stored(&all, &observation("8867-4")).await;
    work(&server).await;
    let failed = read(&all, &id).await;
    let why = "who asked for it may not read Observation any more";
    assert_eq!((&failed["status"], &failed["error"]), (&json!("error"), &json!(why)));
    // The same text, of somebody who may.
    change(&all, &id, |failed| failed["status"] = "requested".into()).await;
    let second = stored(&all, &observation("8867-4")).await;
    work(&server).await;
    assert_eq!(status(&all, &id).await, "active");
    let path = |id: &String| format!("PUT /Observation/{id}");
    assert_eq!(paths(&receiver), [path(&first), path(&second)]);
}
