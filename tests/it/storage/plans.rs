//! Searches use their indexes under row-level security, as the server's own role.

use crate::harness::Server;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_searched_is_found_through_an_index() {
    let server = Server::start().await;
    // So many rows that only a policy could keep an index from being used.
    server
        .execute(
            "INSERT INTO resource_term SELECT 1, n % 4000, n, n, n, 7, 3 FROM generate_series(1, 40000) n;
             INSERT INTO resource_date SELECT 1, n, n + 1, n, 7 FROM generate_series(1, 20000) n;
             INSERT INTO resource_text SELECT 1, n, 7, n::text FROM generate_series(1, 20000) n;
             INSERT INTO resource_number SELECT 1, n, 7, 1, 2, 3, n::text, n::text FROM generate_series(1, 20000) n;
             ANALYZE resource_term, resource_date, resource_text, resource_number",
        )
        .await;
    for (table, condition, index) in [
        (
            "resource_term",
            "slot = 7 AND value = 42 AND qualifier = 3 ORDER BY moment LIMIT 5",
            "resource_term_value",
        ),
        ("resource_term", "slot = 7 AND value = ANY ('{42,43}')", "resource_term_value"),
        ("resource_term", "ordinal = 42", "resource_term_ordinal"),
        (
            "resource_term",
            "slot = 7 AND value = 42 AND moment >= 5 AND moment < 9 AND moment + '1000000'::bigint < until
             AND until <= moment + '86400000000'::bigint ORDER BY moment LIMIT 5",
            "resource_term_hours",
        ),
        (
            "resource_term",
            "slot = 7 AND value = 42 AND moment < 9 AND moment + '86400000000'::bigint < until ORDER BY moment LIMIT 5",
            "resource_term_days",
        ),
        ("resource_date", "slot = 7 AND low >= 77 AND high <= 99", "resource_date_low"),
        ("resource_date", "ordinal = 42", "resource_date_ordinal"),
        (
            "resource_text",
            "slot = 7 AND head >= '1234' AND head < '1234' || U&'\\+10FFFF'",
            "resource_text_head",
        ),
        ("resource_text", "ordinal = 42", "resource_text_ordinal"),
        (
            "resource_number",
            "slot = 7 AND low >= '1234' AND low < '1235' AND high < '1235'",
            "resource_number_low",
        ),
        ("resource_number", "slot = 7 AND high <> low AND high > '9998'", "resource_number_high"),
        ("resource_number", "ordinal = 42", "resource_number_ordinal"),
    ] {
        let sql = format!("SELECT ordinal FROM {table} WHERE tenant = 1 AND {condition}");
        let plan = server.plan_as_application("SET hygeia.tenant = '1'", &sql).await;
        assert!(plan.contains(index), "{sql}: {plan}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn work_and_people_are_found_through_an_index() {
    let server = Server::start().await;
    server
        .execute(
            "INSERT INTO job (tenant, kind, subject, asked, due)
                 SELECT n % 5, 'k' || n % 3, n::text, now(), now() + n * interval '1 s' FROM generate_series(1, 40000) n;
             INSERT INTO account (tenant, id, surface, email, password, role, plan, practitioner, created_at)
                 SELECT 1, gen_random_uuid(), 'imagemedix', n || '@example.org', '', 'user', 'free', md5(n::text), now()
                 FROM generate_series(1, 20000) n;
             ANALYZE job, account",
        )
        .await;
    for (tenant, sql, index) in [
        (0, "SELECT DISTINCT tenant FROM job WHERE kind = 'k1' AND due <= now() ORDER BY tenant", "job_due"),
        (
            1,
            "SELECT id FROM account WHERE tenant = 1 AND practitioner COLLATE \"C\" >= '67f46037-df63'
             AND practitioner COLLATE \"C\" < '67f46037-df63~' AND surface = 'imagemedix'",
            "account_practitioner",
        ),
    ] {
        let plan = server.plan_as_application(&format!("SET hygeia.tenant = '{tenant}'"), sql).await;
        assert!(plan.contains(index), "{sql}: {plan}");
    }
}
