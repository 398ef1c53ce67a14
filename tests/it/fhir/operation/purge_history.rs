//! Removing former versions.

use serde_json::json;

use super::super::{patient, stored};
use crate::harness::Server;

#[tokio::test(flavor = "multi_thread")]
async fn former_versions_go_and_the_current_one_stays() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let id = stored(&fhir, &patient()).await;
    let (path, purge) = (format!("/Patient/{id}"), format!("/Patient/{id}/$purge-history"));
    let mut changed = fhir.get(&path).await.json();
    for family in ["Hargreaves", "Pleasance"] {
        changed["name"][0]["family"] = family.into();
        assert_eq!(fhir.put(&path, &changed).await.status, 200);
    }
    let nothing = json!({});
    for scope in [
        "system/Patient.rus",
        "system/Patient.d",
        "system/Patient.rd?gender=male",
        "system/Observation.cruds",
    ] {
        let other = server.fhir_with(scope).await;
        assert_eq!(other.post(&purge, &nothing).await.status, 403, "{scope}");
    }
    assert_eq!(fhir.post("/Patient/none/$purge-history", &nothing).await.status, 404);
    assert_eq!(fhir.get(&format!("{path}/_history")).await.json()["total"], 3);
    let other = server.fhir_by(super::super::isolation::token_of_another_tenant(&server).await);
    assert_eq!(other.post(&purge, &nothing).await.status, 404);
    assert_eq!(fhir.post(&purge, &nothing).await.status, 200);
    assert_eq!(fhir.get(&format!("{path}/_history")).await.json()["total"], 1);
    assert_eq!(fhir.get(&format!("{path}/_history/1")).await.status, 404);
    let now = fhir.get(&path).await;
    assert_eq!((now.header("etag"), &now.json()["name"][0]["family"]), ("W/\"3\"", &json!("Pleasance")));
    assert_eq!(fhir.get("/Patient?family=Pleasance").await.json()["total"], 1);
    let rows = "SELECT count(*) FROM audit_event WHERE interaction = 'purge-history' AND outcome = 'success'";
    assert_eq!(server.number(rows).await, 1);
    fhir.delete(&path).await;
    assert_eq!(fhir.post(&purge, &nothing).await.status, 410);
}
