//! Searches use their indexes under row-level security, as the server's own role.

use crate::harness::Server;

#[tokio::test(flavor = "multi_thread")]
async fn a_term_is_found_through_its_index() {
    let server = Server::start().await;
    // So many rows that only a policy could keep the index from being used.
    server
        .execute(
            "INSERT INTO resource_term SELECT 1, 'Patient', n::text, now(), ARRAY[n, n + 1]
             FROM generate_series(1, 20000) n; ANALYZE resource_term",
        )
        .await;
    let setting = "SET hygeia.tenant = '1'";
    let sql =
        "SELECT id FROM resource_term WHERE tenant = 1 AND type = 'Patient' AND terms && ARRAY[42]::bigint[]";
    let plan = server.plan_as_application(setting, sql).await;
    assert!(plan.contains("Bitmap Index Scan on resource_term_terms"), "{plan}");
}
