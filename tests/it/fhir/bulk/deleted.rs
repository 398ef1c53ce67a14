//! What was deleted since a time is told, to who may know that it was there.

use serde_json::{Value, json};

use super::consents::deny;
use super::{files, finished, kick_off_with, manifest};
use crate::fhir::access::two_patients;
use crate::harness::{Fhir, Server};

const SINCE: &str = "_since=2026-11-21T12:00:00Z";

/// What an export says was deleted.
async fn told(fhir: &Fhir<'_>, manifest: &Value) -> Vec<String> {
    let bundles = files(fhir, manifest, "deleted").await.concat();
    let mut told = Vec::new();
    for bundle in &bundles {
        hygeia::fhir::validate::validate(bundle).expect("valid R4");
        assert_eq!(bundle["type"], "transaction");
        for entry in bundle["entry"].as_array().unwrap() {
            assert_eq!(entry["request"]["method"], "DELETE");
            told.push(entry["request"]["url"].as_str().unwrap().to_owned());
        }
    }
    told.sort();
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_deleted_is_told_since_a_time() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    server.app.clock.advance_s(60);
    let gone = ["Observation/a-laboratory", "Observation/b-laboratory", "List/a-list"];
    for address in gone {
        assert_eq!(fhir.delete(&format!("/{address}")).await.status, 204);
    }
    assert!(manifest(&fhir, "/$export").await.get("deleted").is_none(), "no time is given");
    let since = |path: &str| format!("{path}{}{SINCE}", if path.contains('?') { '&' } else { '?' });
    let all = ["List/a-list", "Observation/a-laboratory", "Observation/b-laboratory"];
    for (path, expected) in [
        ("/$export", &all[..]),
        ("/Patient/$export", &all),
        ("/$export?_type=Observation", &all[1..]),
        ("/$export?_type=Patient", &[]),
        ("/$export?_type=Observation&_typeFilter=Observation%3Fsubject%3DPatient/b", &all[2..]),
        ("/$export?_until=2026-11-21T12:00:30Z", &[]),
    ] {
        let manifest = manifest(&fhir, &since(path)).await;
        assert_eq!(told(&fhir, &manifest).await, expected, "{path}");
        assert_eq!(manifest["output"], json!([]), "nothing else changed");
    }
    let of_b = json!([{ "name": "patient", "valueReference": { "reference": "Patient/b" } }]);
    let taken = kick_off_with(&fhir, &since("/Patient/$export"), &of_b).await;
    assert_eq!(told(&fhir, &finished(&fhir, &taken).await).await, all[2..]);
    let back = json!({ "resourceType": "List", "id": "a-list", "status": "current", "mode": "working" });
    assert_eq!(fhir.put("/List/a-list", &back).await.status, 201);
    let manifest = manifest(&fhir, &since("/$export?_type=List")).await;
    assert_eq!(told(&fhir, &manifest).await, [""; 0], "what is there again is not told");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_might_not_see_it_is_not_told_that_it_is_gone() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    server.app.clock.advance_s(60);
    for address in ["Observation/a-laboratory", "Observation/b-laboratory", "Observation/b-vital-signs"] {
        assert_eq!(fhir.delete(&format!("/{address}")).await.status, 204);
    }
    let limited = server.fhir_with("system/Observation.rs?category=laboratory").await;
    let path = format!("/$export?_type=Observation&{SINCE}");
    let before = manifest(&limited, &path).await;
    assert_eq!(told(&limited, &before).await, ["Observation/a-laboratory", "Observation/b-laboratory"]);
    deny(&fhir, "b").await;
    let after = manifest(&limited, &path).await;
    assert_eq!(told(&limited, &after).await, ["Observation/a-laboratory"]);
    assert_eq!(told(&limited, &before).await, ["Observation/a-laboratory"], "an older file tells no more");
}
