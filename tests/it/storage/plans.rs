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

#[tokio::test(flavor = "multi_thread")]
async fn texts_and_numbers_are_found_through_their_indexes() {
    let server = Server::start().await;
    server
        .execute(
            "INSERT INTO resource_text SELECT 1, 'Patient', n::text, 'family', n::text FROM generate_series(1, 20000) n;
             INSERT INTO resource_number SELECT 1, 'Patient', n::text, 'size', n::text, n::text
             FROM generate_series(1, 20000) n; ANALYZE resource_text, resource_number",
        )
        .await;
    for (table, condition, index) in [
        (
            "resource_text",
            "parameter = 'family' AND head >= '1234' AND head < '1234' || U&'\\+10FFFF'",
            "resource_text_head",
        ),
        (
            "resource_number",
            "parameter = 'size' AND low >= '1234' AND low < '1235' AND high < '1235'",
            "resource_number_low",
        ),
        ("resource_number", "parameter = 'size' AND high > '9998'", "resource_number_high"),
        ("resource_text", "id = '77'", "resource_text_resource"),
        ("resource_number", "id = '77'", "resource_number_resource"),
    ] {
        let sql = format!("SELECT id FROM {table} WHERE tenant = 1 AND type = 'Patient' AND {condition}");
        let plan = server.plan_as_application("SET hygeia.tenant = '1'", &sql).await;
        assert!(plan.contains(index), "{sql}: {plan}");
    }
}
