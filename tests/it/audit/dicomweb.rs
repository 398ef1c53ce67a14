//! Each route of DICOMweb, done once.

use super::routes::Walk;
use crate::dicomweb::{RELATED, parts};
use crate::harness::dicom::{SAID, Said};

const OF_LIDDELL: Said<'_> = Said { patient_id: "1852-D", name: "Liddell^Alice", ..SAID };

pub(super) async fn all(walk: &mut Walk, token: &str) {
    let second = Said { instance: "2.25.1.1.2", ..OF_LIDDELL };
    for (route, path, said) in [
        ("POST /dicomweb/studies", "/dicomweb/studies", OF_LIDDELL),
        ("POST /dicomweb/studies/{study}", "/dicomweb/studies/2.25.1", second),
    ] {
        let body = parts(&[said.file()]);
        walk.step(route, path, |to| to.bearer_auth(token).header("Content-Type", RELATED).body(body)).await;
    }
    // That it is there already is told too.
    let again = parts(&[OF_LIDDELL.file()]);
    let path = "/dicomweb/studies";
    walk.step("POST /dicomweb/studies", path, |to| {
        to.bearer_auth(token).header("Content-Type", RELATED).body(again)
    })
    .await;
    for route in [
        "/studies?PatientName=Liddell*",
        "/studies/{study}",
        "/studies/{study}/metadata",
        "/studies/{study}/thumbnail",
        "/studies/{study}/rendered",
        "/studies/{study}/series",
        "/studies/{study}/instances",
        "/studies/{study}/series/{series}",
        "/studies/{study}/series/{series}/metadata",
        "/studies/{study}/series/{series}/thumbnail",
        "/studies/{study}/series/{series}/rendered",
        "/studies/{study}/series/{series}/instances",
        "/studies/{study}/series/{series}/instances/{instance}",
        "/studies/{study}/series/{series}/instances/{instance}/metadata",
        "/studies/{study}/series/{series}/instances/{instance}/thumbnail",
        "/studies/{study}/series/{series}/instances/{instance}/rendered",
        "/studies/{study}/series/{series}/instances/{instance}/frames/{frames}",
        "/studies/{study}/series/{series}/instances/{instance}/frames/{frame}/rendered",
    ] {
        let path = route
            .replace("{study}", "2.25.1")
            .replace("{series}", "2.25.1.1")
            .replace("{instance}", "2.25.1.1.1");
        let path = path.replace("{frames}", "1").replace("{frame}", "1");
        let route = format!("GET /dicomweb{}", route.split('?').next().unwrap());
        walk.step(&route, &format!("/dicomweb{path}"), |to| to.bearer_auth(token)).await;
    }
}
