//! A Binary is found by whoever may read it, and by nobody else.

use serde_json::json;

use super::consents::consent;
use super::{put, two_patients};
use crate::harness::Server;

#[tokio::test(flavor = "multi_thread")]
async fn a_search_shows_no_binary_of_a_patient_that_a_read_refuses() {
    let server = Server::start().await;
    let all = two_patients(&server).await;
    for patient in ["a", "b"] {
        let context = json!({ "reference": format!("Patient/{patient}") });
        let rest = json!({ "contentType": "text/plain", "data": "YQ==", "securityContext": context });
        put(&all, "Binary", &format!("of-patient-{patient}"), rest).await;
    }
    for (scope, shown) in [
        ("patient/Patient.rs user/Binary.rs", vec!["of-patient-a"]),
        ("patient/*.rs", vec!["of-patient-a"]),
        ("user/Patient.rs?gender=unknown user/Binary.rs", vec![]),
        ("user/Patient.rs?_id=b user/Binary.rs", vec!["of-patient-b"]),
        ("user/Binary.rs", vec![]),
        ("user/Patient.rs user/Binary.rs", vec!["of-patient-a", "of-patient-b"]),
    ] {
        let app = server.fhir_about("a", scope).await;
        let found = app.get("/Binary?_sort=_id").await.json();
        let found: Vec<_> =
            found["entry"].as_array().into_iter().flatten().map(|one| &one["resource"]["id"]).collect();
        assert_eq!(found, shown, "{scope}");
        for patient in ["a", "b"] {
            let id = format!("of-patient-{patient}");
            let status = if shown.contains(&id.as_str()) { 200 } else { 404 };
            assert_eq!(app.get(&format!("/Binary/{id}")).await.status, status, "{scope} {id}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_withholds_the_binaries_of_who_is_linked_to_the_patient() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    let link = json!([{ "other": { "reference": "Patient/b" }, "type": "seealso" }]);
    put(&fhir, "Patient", "c", json!({ "link": link })).await;
    for patient in ["a", "b", "c"] {
        let context = json!({ "reference": format!("Patient/{patient}") });
        let rest = json!({ "contentType": "text/plain", "data": "YQ==", "securityContext": context });
        put(&fhir, "Binary", &format!("of-patient-{patient}"), rest).await;
    }
    consent(&fhir, "no", "active", json!({ "type": "deny" })).await;
    let found = fhir.get("/Binary?_sort=_id").await.json();
    let found: Vec<_> = found["entry"].as_array().unwrap().iter().map(|one| &one["resource"]["id"]).collect();
    assert_eq!(found, ["of-patient-a"]);
    for (id, status) in [("of-patient-a", 200), ("of-patient-b", 403), ("of-patient-c", 403)] {
        assert_eq!(fhir.get(&format!("/Binary/{id}")).await.status, status, "{id}");
    }
}
