//! The audit trail as an operator keeps it: sealed, verified, made shorter.

mod batches;
mod dicomweb;
mod face_scans;
mod hemato;
mod imagemedix;
mod late;
mod operations;
mod organization_keys;
mod reads;
mod retention;
mod routes;
mod searches;
mod smartscan;
mod smartz;
mod tampering;

use hygeia::identity::TenantId;
use hygeia::records::audit::verify::{Finding, Held};
use serde_json::json;

use crate::harness::{Fhir, Server};

const TENANT: TenantId = TenantId::DEFAULT;

/// Makes so many Patients, each with a row of the trail.
async fn patients(fhir: &Fhir<'_>, count: usize) {
    for _ in 0..count {
        assert_eq!(fhir.post("/Patient", &json!({ "resourceType": "Patient" })).await.status, 201);
    }
}

/// A server with three seals of two rows each.
async fn sealed() -> Server {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    for _ in 0..3 {
        patients(&fhir, 2).await;
        assert_eq!(server.app.records.seal_audit().await.unwrap(), 2);
        server.app.clock.advance_s(60);
    }
    drop(fhir);
    server
}

/// What is told of the tenant's trail.
async fn verified(server: &Server) -> (Vec<String>, Held) {
    verified_with(server, &[]).await
}

async fn verified_with(server: &Server, heads: &[Vec<u8>]) -> (Vec<String>, Held) {
    let mut findings = Vec::new();
    let mut tell = |finding: Finding| findings.push(finding.to_string());
    let held = server.app.records.verify_audit(TENANT, heads, &mut tell).await.unwrap();
    assert_eq!(held.findings, u64::try_from(findings.len()).unwrap());
    (findings, held)
}

/// The ids of the tenant's rows, in the order in which they were sealed.
async fn ids(server: &Server) -> Vec<String> {
    server.texts("SELECT id::text FROM audit_event WHERE tenant = 1 ORDER BY ordinal").await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_committed_is_sealed_once_and_holds() {
    let server = sealed().await;
    assert_eq!(server.app.records.seal_audit().await.unwrap(), 0);
    patients(&server.fhir().await, 1).await;
    let (findings, held) = verified(&server).await;
    assert_eq!(findings, [""; 0]);
    assert_eq!((held.seals, held.rows, held.removed, held.unsealed), (3, 6, 0, 1));
    let head = held.head.unwrap();
    assert_eq!(server.text("SELECT encode(hash, 'hex') FROM audit_seal WHERE number = 3").await, hex(&head));
    // It is still there when more was sealed after it.
    server.app.records.seal_audit().await.unwrap();
    let (_, held) = verified_with(&server, &[head.clone(), vec![0; 32]]).await;
    assert_eq!((held.seals, held.unsealed, held.known), (4, 0, vec![head]));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_tenant_has_a_chain_of_its_own() {
    let server = Server::start().await;
    let token = crate::fhir::isolation::token_of_another_tenant(&server).await;
    patients(&server.fhir().await, 2).await;
    patients(&server.fhir_by(token), 1).await;
    assert_eq!(server.request(reqwest::Method::GET, "/fhir/Patient").send().await.unwrap().status(), 401);
    server.app.records.seal_audit().await.unwrap();
    let seals = "SELECT tenant || ' ' || number || ' ' || rows FROM audit_seal ORDER BY tenant";
    let other = server.number("SELECT tenant FROM audit_event WHERE tenant > 1 LIMIT 1").await;
    // The second tenant began with an account.
    assert_eq!(server.texts(seals).await, ["0 1 1", "1 1 2", &format!("{other} 1 2")]);
    for tenant in [0, 1, other] {
        let tenant = TenantId::from_row(tenant);
        let held = server.app.records.verify_audit(tenant, &[], &mut |found| panic!("{found}")).await;
        assert_eq!(held.unwrap().seals, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_servers_role_can_neither_change_nor_remove_what_is_sealed() {
    let server = sealed().await;
    for sql in [
        "UPDATE audit_event SET outcome = 'refused' RETURNING 1::bigint",
        "DELETE FROM audit_event RETURNING 1::bigint",
        "UPDATE audit_seal SET rows = 0 RETURNING 1::bigint",
        "DELETE FROM audit_seal RETURNING 1::bigint",
        "DELETE FROM audit_progress RETURNING 1::bigint",
    ] {
        let refused = server.as_application("SET hygeia.tenant = '1'", sql).await;
        assert_eq!(refused, Err("42501".to_owned()), "{sql}");
    }
    let other = server.as_application("SET hygeia.tenant = '2'", "SELECT count(*) FROM audit_seal").await;
    assert_eq!(other, Ok(0), "another tenant sees none");
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
