//! How long an export is kept, and how it ends.

use super::{below, exports, files, kick_off, manifest, status_of};
use crate::fhir::access::two_patients;
use crate::harness::Server;

const ABSENT: [&str; 1] = ["not-found: there is no such resource"];
/// All that is kept of exports.
const ROWS: &str = "SELECT (SELECT count(*) FROM export_job) + (SELECT count(*) FROM export_progress)
    + (SELECT count(*) FROM export_file) + (SELECT count(*) FROM export_part)";

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_taken_back_before_it_is_made_and_after() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    for is_made in [false, true] {
        let status = status_of(&kick_off(&fhir, "/$export?_type=Patient").await);
        if is_made {
            server.finish_jobs().await;
        }
        let gone = fhir.delete(&status).await;
        assert_eq!(gone.status, 202, "{}", gone.text);
        assert_eq!(fhir.get(&status).await.refused(404), ABSENT);
        assert_eq!(fhir.delete(&status).await.refused(404), ABSENT);
        assert_eq!(server.number(ROWS).await, 0);
        server.finish_jobs().await;
        assert_eq!(server.number(ROWS).await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_expires_after_the_setting() {
    let mut settings = hygeia::core::config::Settings::default();
    settings.exports.kept_h = 2.try_into().unwrap();
    let server = Server::start_by(&settings, None).await;
    let fhir = two_patients(&server).await;
    let made = manifest(&fhir, "/$export?_type=Patient").await;
    let file = below(made["output"][0]["url"].as_str().unwrap());
    let status = file.replace("-file", "-status").replace("/Patient-1.ndjson", "");
    assert_eq!(fhir.get(&status).await.header("expires"), "Sat, 21 Nov 2026 14:00:00 GMT");
    server.app.clock.advance_s(2 * 3_600 - 1);
    assert_eq!(files(&fhir, &made, "output").await[0].len(), 2);
    server.app.clock.advance_s(1);
    for path in [&status, file] {
        assert_eq!(fhir.get(path).await.refused(404), ABSENT, "{path}");
    }
    assert_eq!(server.app.records.remove_expired_exports().await.unwrap(), 0, "somebody may be fetching it");
    server.app.clock.advance_s(3_601);
    assert_eq!(server.app.records.remove_expired_exports().await.unwrap(), 1);
    assert_eq!(server.number(ROWS).await, 0);
}

/// What cannot be made is told, and not tried for ever.
#[tokio::test(flavor = "multi_thread")]
async fn an_export_that_fails_says_so() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    let status = status_of(&kick_off(&fhir, "/$export?_type=Patient").await);
    server.execute("REVOKE INSERT ON export_part FROM hygeia_app").await;
    for _ in 0..2 {
        assert!(server.app.records.export_step().await.is_err());
        assert_eq!(fhir.get(&status).await.status, 202);
    }
    assert!(server.app.records.export_step().await.unwrap());
    assert_eq!(
        fhir.get(&status).await.refused(500),
        ["processing: the export could not be made: the server failed; the fault is logged"]
    );
    assert!(!server.app.records.export_step().await.unwrap());
    assert_eq!(exports(&server).await, 1);
}
