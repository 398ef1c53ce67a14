//! Rows that are committed after others with higher ordinals.

use std::sync::Arc;

use super::{patients, verified};
use crate::harness::Server;

/// A row as a transaction of another process adds it.
const ROW: &str = "
    SET hygeia.tenant = '1';
    INSERT INTO audit_event (tenant, id, recorded, surface, interaction, outcome, agent_kind)
    VALUES (1, gen_random_uuid(), now(), 'fhir', 'read', 'success', 'system')";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_committed_late_is_sealed_and_once() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    patients(&fhir, 1).await;
    let late = server.session().await;
    late.batch_execute(&format!("BEGIN; {ROW}; {ROW}")).await.unwrap();
    let never = server.session().await;
    never.batch_execute(&format!("BEGIN; {ROW}")).await.unwrap();
    patients(&fhir, 1).await;
    assert_eq!(server.app.records.seal_audit().await.unwrap(), 2);
    let gaps = "SELECT low::text || high::text FROM audit_progress";
    assert_eq!(server.text(gaps).await, "{2}{4}");
    // Nothing comes of looking again, while its transaction goes on.
    assert_eq!(server.app.records.seal_audit().await.unwrap(), 0);
    late.batch_execute("COMMIT").await.unwrap();
    patients(&fhir, 1).await;
    assert_eq!(server.app.records.seal_audit().await.unwrap(), 3);
    assert_eq!(server.text(gaps).await, "{4}{4}");
    never.batch_execute("ROLLBACK").await.unwrap();
    // Other tests' transactions share the numbers: it may take until they have ended.
    for _ in 0..600 {
        assert_eq!(server.app.records.seal_audit().await.unwrap(), 0);
        if server.text(gaps).await == "{}{}" {
            let (findings, held) = verified(&server).await;
            assert_eq!((findings.len(), held.rows, held.unsealed, held.seals), (0, 5, 0, 2));
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the gap is not given up");
}

#[tokio::test(flavor = "multi_thread")]
async fn under_load_every_row_is_in_one_seal() {
    let server = Arc::new(Server::start().await);
    let replica = server.replica().await;
    let writers = (0..8).map(|_| {
        let server = Arc::clone(&server);
        tokio::spawn(async move { patients(&server.fhir().await, 25).await })
    });
    let writers: Vec<_> = writers.collect();
    while !writers.iter().all(tokio::task::JoinHandle::is_finished) {
        let (a, b) = tokio::join!(server.app.records.seal_audit(), replica.app.records.seal_audit());
        assert!(a.is_ok() && b.is_ok(), "{a:?} {b:?}");
    }
    server.app.records.seal_audit().await.unwrap();
    let (findings, held) = verified(&server).await;
    assert_eq!((findings, held.rows, held.unsealed), (Vec::new(), 200, 0));
    let listed = server.number("SELECT sum(octet_length(digests))::bigint / 32 FROM audit_seal").await;
    assert_eq!(listed, 200);
}
