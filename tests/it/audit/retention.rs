//! Removing rows that are old.

use std::time::Duration;

use chrono::TimeDelta;
use hygeia::worker::{self, AuditRetention, Keeping};

use super::{TENANT, ids, sealed, verified};

#[tokio::test(flavor = "multi_thread")]
async fn old_rows_go_and_the_chain_holds() {
    let server = sealed().await;
    let before = ids(&server).await;
    // The clock is at three minutes; the seals' rows are of the minutes 0, 1 and 2.
    let cut = server.app.clock.now() - TimeDelta::seconds(61);
    let removed = server.app.records.retain_audit(TENANT, cut, &server.database).await.unwrap();
    assert_eq!((removed.rows, removed.kept.len()), (4, 0));
    let (findings, held) = verified(&server).await;
    assert_eq!(findings, [""; 0]);
    assert_eq!((held.seals, held.rows, held.removed, held.unsealed), (3, 2, 4, 1));
    let left = ids(&server).await;
    assert_eq!(left[..2], before[4..]);
    let told = "SELECT interaction || ' ' || agent_kind FROM audit_event ORDER BY ordinal DESC LIMIT 1";
    assert_eq!(server.text(told).await, "retain-audit system");
    // Again there is nothing to do, and nothing to tell.
    let removed = server.app.records.retain_audit(TENANT, cut, &server.database).await.unwrap();
    assert_eq!(removed.rows, 0);
    assert_eq!(ids(&server).await, left);
    server.app.records.seal_audit().await.unwrap();
    assert_eq!(verified(&server).await.0, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_servers_that_remove_at_once_neither_takes_the_other_for_a_forger() {
    let server = sealed().await;
    let other = server.replica().await;
    let cut = server.app.clock.now() - TimeDelta::seconds(61);
    let (here, there) = tokio::join!(
        server.app.records.retain_audit_of_all(cut, &server.database),
        other.app.records.retain_audit_of_all(cut, &server.database)
    );
    let (here, there) = (here.unwrap(), there.unwrap());
    assert_eq!((here.rows + there.rows, here.kept.len() + there.kept.len()), (4, 0));
    let (findings, held) = verified(&server).await;
    assert_eq!((findings.len(), held.rows, held.removed), (0, 2, 4), "{findings:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_worker_removes_what_is_old_enough() {
    let server = sealed().await;
    let retention = AuditRetention { age: TimeDelta::seconds(61), owner: server.database.clone() };
    let working =
        tokio::spawn(worker::run(server.app.clone(), Keeping { audit: Some(retention), backups: None }));
    let mut patience = 600;
    // A seal's rows go at a time.
    let gone = "SELECT count(*) FROM audit_seal WHERE removed_at IS NOT NULL";
    while server.number(gone).await < 2 && patience > 0 {
        patience -= 1;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    working.abort();
    let (findings, held) = verified(&server).await;
    assert_eq!((findings.len(), held.removed), (0, 4), "{findings:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_hold_is_kept_as_it_is() {
    let server = sealed().await;
    let id = &ids(&server).await[2];
    server.execute(&format!("UPDATE audit_event SET agent = 'x' WHERE id = '{id}'")).await;
    let now = server.app.clock.now();
    let removed = server.app.records.retain_audit(TENANT, now, &server.database).await.unwrap();
    assert_eq!((removed.rows, removed.kept), (4, vec![2]));
    assert_eq!(verified(&server).await.0, [format!("AuditEvent/{id} was changed since seal 2")]);
}
