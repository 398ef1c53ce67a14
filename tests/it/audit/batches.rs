//! The one row of a batch, also of one that its server did not live to end.

use hygeia::fhir::ResourceType;
use hygeia::identity::{Caller, Surface};
use hygeia::records::bundle::{Entry, Wanted};

use super::TENANT;
use crate::fhir::patient;
use crate::harness::Server;

const ROWS: &str = "SELECT interaction || ' ' || outcome || ' ' || cardinality(entities) FROM audit_event";
const PARTS: &str = "SELECT count(*) FROM audit_part";

#[tokio::test(flavor = "multi_thread")]
async fn what_a_batch_wrote_is_told_though_it_was_broken_off() {
    let server = Server::start().await;
    let caller = Caller::system(TENANT, Surface::Fhir);
    let batch = server.app.records.batch();
    for _ in 0..2 {
        let wanted = Wanted::Create { resource: patient(), unless: None };
        let resource_type = ResourceType::parse("Patient").unwrap();
        let entry = Entry { at: 0, full_url: None, resource_type, wanted };
        batch.transaction(&caller, vec![entry], ("http://x", 1), async |_, _| Ok(())).await.unwrap();
    }
    drop(batch);
    assert_eq!((server.number(PARTS).await, server.texts(ROWS).await.len()), (2, 0));
    // It may be under way.
    server.app.records.end_broken_batches().await.unwrap();
    assert_eq!(server.number(PARTS).await, 2);
    server.app.clock.advance_s(3601);
    let replica = server.replica().await;
    replica.app.clock.advance_s(3601);
    let (one, other) =
        tokio::join!(server.app.records.end_broken_batches(), replica.app.records.end_broken_batches());
    assert!(one.is_ok() && other.is_ok());
    assert_eq!(server.texts(ROWS).await, ["batch failed 2"]);
    assert_eq!(server.number(PARTS).await, 0);
}
