//! Somebody is told what they may read when they are told: by their scopes, their tenant, and Consents.

use serde_json::json;

use super::super::patient;
use super::{active, both, observation, paths, read, stored, subscription, work};
use crate::harness::Fhir;

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
