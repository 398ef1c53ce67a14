//! What a person says of a report on the console, as Hemato tells it then.

use serde_json::json;

use super::corrections::reviewed;
use super::{Lab, done};
use crate::console::{clinician, links, page, warned};
use crate::harness::Server;
use crate::oauth::person::Person;

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_is_confirmed_on_the_console_is_signed() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let (study, _) = reviewed(&lab).await;
    let tenant =
        server.text("SELECT name FROM tenant t JOIN resource r USING (tenant) WHERE r.type = 'Binary'").await;
    let ada = clinician(&server, &tenant, "ada@example.org").await;
    let list = ada.get("/console/review?source=hemato").await;
    let path = format!("/console/review/hemato/DiagnosticReport/{study}");
    assert_eq!(links(&list, "/console/review/hemato/"), [path.as_str()], "{}", list.text);
    let shown = ada.get(&path).await;
    assert!(page(&shown).contains("PRELIMINARY"), "{}", shown.text);
    let pictures: Vec<_> =
        shown.text.split("<img src=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(ada.get(pictures[0]).await.header("content-type"), "image/png");
    let correct = ada.submit(&shown, &path, &[("verdict", "correct")]).await;
    assert_eq!(correct.status, 400, "cells are corrected elsewhere");
    let elsewhere = format!("/console/review/imagemedix/DiagnosticReport/{study}");
    let (form, seen) = (Person::hidden(&shown, "form"), Person::hidden(&shown, "seen"));
    let sent = [("form", &*form), ("seen", &*seen), ("verdict", "correct")];
    let correct = ada.post(&elsewhere, &sent).await;
    assert_eq!(correct.status, 404, "it is no scan of ImageMedix");
    assert_eq!(lab.read(&format!("/pbs/{study}/review")).await["is_signed"], false);

    assert_eq!(
        ada.submit(&shown, &path, &[("verdict", "confirm"), ("reason", "As on the film.")]).await.status,
        303
    );
    let review = lab.read(&format!("/pbs/{study}/review")).await;
    assert_eq!(
        (&review["report_version"], &review["report_status"], &review["is_signed"], &review["signed_by"]),
        (&json!(2), &json!("final"), &json!(true), &json!("Dr. Ada Byron"))
    );
    let report = lab.read(&format!("/pbs/{study}/report")).await;
    let text = report["pathology_report"].as_str().unwrap();
    assert!(text.contains("read and signed by a person") && !text.contains("PRELIMINARY"), "{text}");
    let sign = lab.post(&format!("/pbs/{study}/signature"), &json!({ "report_version": 2 })).await;
    assert_eq!(sign.status, 409, "{}", sign.text);
    done(&lab.get(&format!("/pbs/{study}")).await, 200);
    let again = ada.submit(&shown, &path, &[("verdict", "confirm")]).await;
    assert!(warned(&again, 409).contains("somebody has judged it"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_answers_for_a_report_of_which_a_part_is_gone() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let (study, _) = reviewed(&lab).await;
    let tenant =
        server.text("SELECT name FROM tenant t JOIN resource r USING (tenant) WHERE r.type = 'Binary'").await;
    let token = server.app.identity.issue_access_token(&tenant, "system/*.cruds").await.unwrap();
    let fhir = server.fhir_by(token.expose().clone());
    let report = fhir.get(&format!("/DiagnosticReport/{study}")).await.json();
    let first = report["result"][0]["reference"].as_str().unwrap();
    assert_eq!(fhir.delete(&format!("/{first}")).await.status, 204);
    let ada = clinician(&server, &tenant, "ada@example.org").await;
    let path = format!("/console/review/hemato/DiagnosticReport/{study}");
    let shown = ada.get(&path).await;
    assert!(page(&shown).contains("A part of this result is kept from you"), "{}", shown.text);
    let told = ada.submit(&shown, &path, &[("verdict", "confirm")]).await;
    assert_eq!(warned(&told, 403), "You cannot see all of it, so that you cannot answer for it.");
    assert_eq!(fhir.get(&format!("/DiagnosticReport/{study}")).await.json()["status"], "preliminary");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_answers_for_counts_of_which_a_cell_is_gone() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let (study, _) = reviewed(&lab).await;
    let tenant =
        server.text("SELECT name FROM tenant t JOIN resource r USING (tenant) WHERE r.type = 'Binary'").await;
    let token = server.app.identity.issue_access_token(&tenant, "system/*.cruds").await.unwrap();
    let fhir = server.fhir_by(token.expose().clone());
    let report = fhir.get(&format!("/DiagnosticReport/{study}")).await.json();
    let mut member = None;
    for result in report["result"].as_array().unwrap() {
        let told = fhir.get(&format!("/{}", result["reference"].as_str().unwrap())).await.json();
        member = member.or_else(|| told["hasMember"][0]["reference"].as_str().map(str::to_owned));
    }
    let ada = clinician(&server, &tenant, "ada@example.org").await;
    let path = format!("/console/review/hemato/DiagnosticReport/{study}");
    assert!(!page(&ada.get(&path).await).contains("A part of this result is kept from you"));
    assert_eq!(fhir.delete(&format!("/{}", member.expect("counts name cells"))).await.status, 204);
    let shown = ada.get(&path).await;
    assert!(page(&shown).contains("A part of this result is kept from you"), "{}", shown.text);
    let told = ada.submit(&shown, &path, &[("verdict", "confirm")]).await;
    assert_eq!(warned(&told, 403), "You cannot see all of it, so that you cannot answer for it.");
    assert_eq!(fhir.get(&format!("/DiagnosticReport/{study}")).await.json()["status"], "preliminary");
}
