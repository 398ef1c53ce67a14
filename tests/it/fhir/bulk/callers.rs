//! Whose an export is.

use hygeia::identity::oauth::registration::{NewClient, NewProof};
use reqwest::Method;

use super::{below, kick_off, manifest, status_of};
use crate::fhir::access::two_patients;
use crate::fhir::isolation::token_of_another_tenant;
use crate::harness::{Answer, Fhir, Server};

const ABSENT: [&str; 1] = ["not-found: there is no such resource"];

#[tokio::test(flavor = "multi_thread")]
async fn an_export_of_somebody_else_is_as_one_that_is_not_there() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    let taken = kick_off(&fhir, "/$export?_type=Patient").await;
    let status = status_of(&taken);
    server.finish_jobs().await;
    let file = fhir.get(&status).await.json()["output"][0]["url"].as_str().unwrap().to_owned();
    let same_rights = server.fhir_with("system/*.cruds").await;
    let other_tenant = server.fhir_by(token_of_another_tenant(&server).await);
    for other in [&same_rights, &other_tenant] {
        assert_eq!(other.get(&status).await.refused(404), ABSENT);
        assert_eq!(other.get(below(&file)).await.refused(404), ABSENT);
        assert_eq!(other.delete(&status).await.refused(404), ABSENT);
    }
    for path in ["/$export-status/x y", "/$export-file/none/Patient-1.ndjson", "/$export-status/none"] {
        assert_eq!(fhir.get(path).await.refused(404), ABSENT, "{path}");
    }
    assert_eq!(fhir.get(&below(&file).replace("Patient-1", "Patient-2")).await.refused(404), ABSENT);
    assert_eq!(fhir.get(&below(&file).replace("Patient-1", "notes")).await.refused(404), ABSENT);
    assert_eq!(fhir.get(below(&file)).await.status, 200);
}

/// A token of a client with some of the scopes that it registered.
async fn token<'s>(server: &'s Server, (id, secret): &(String, String), scope: &str) -> Fhir<'s> {
    let form = [("grant_type", "client_credentials"), ("scope", scope)];
    let request = server.request(Method::POST, "/oauth/token").basic_auth(id, Some(secret)).form(&form);
    let given = Answer::of(request).await.json();
    server.fhir_by(given["access_token"].as_str().unwrap().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn each_token_of_a_client_reaches_its_exports_as_far_as_it_goes() {
    let server = Server::start().await;
    two_patients(&server).await;
    let new = NewClient {
        name: "backend".to_owned(),
        proof: NewProof::Secret,
        redirect_uris: Vec::new(),
        scope: "system/*.rs".to_owned(),
        purposes: Vec::new(),
    };
    let client = server.register_client("default", &new).await.unwrap();
    let client = (client.client.id.to_string(), client.secret.unwrap().expose().clone());
    let whole = token(&server, &client, "system/*.rs").await;
    let manifest = manifest(&whole, "/$export?_type=Patient,Observation").await;
    let [observations, patients] =
        [0, 1].map(|n| below(manifest["output"][n]["url"].as_str().unwrap()).to_owned());
    let status = observations.replace("-file", "-status").replace("/Observation-1.ndjson", "");
    let again = token(&server, &client, "system/*.rs").await;
    assert_eq!(again.get(&status).await.json(), manifest);
    let forbidden = ["forbidden: the credential does not grant this"];
    let limited = token(&server, &client, "system/Patient.rs").await;
    assert_eq!(limited.get(&status).await.refused(403), forbidden, "it does not cover all that is exported");
    assert_eq!(limited.get(&observations).await.refused(403), forbidden);
    assert_eq!(limited.get(&patients).await.text, again.get(&patients).await.text);
    let writer = token(&server, &client, "system/Patient.rs").await;
    assert_eq!(writer.delete(&status).await.status, 202);
}
