//! Connections that are used again, by other tenants and after they were left.

use std::time::Duration;

use hygeia::storage::{StorageError, Store, TenantId, tenants};

use crate::harness::Server;

/// Beside the tests, because diesel's trait gives everything an `execute`.
mod asked {
    use diesel::sql_types::{BigInt, Text};
    use diesel::{QueryableByName, sql_query};
    use diesel_async::RunQueryDsl;
    use hygeia::storage::Connection;

    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        resources: i64,
        #[diesel(sql_type = Text)]
        tenant: String,
    }

    #[derive(QueryableByName)]
    struct Setting {
        #[diesel(sql_type = Text)]
        value: String,
    }

    /// What the connection is set to.
    pub async fn setting(connection: &mut Connection, name: &str) -> String {
        let sql = format!("SELECT current_setting('{name}') AS value");
        sql_query(sql).get_result::<Setting>(connection).await.unwrap().value
    }

    /// How many resources the connection sees, and of which tenant it says it is.
    pub async fn seen(connection: &mut Connection) -> (i64, String) {
        let sql = "SELECT (SELECT count(*) FROM resource) AS resources, current_setting('hygeia.tenant', true) AS tenant";
        let row: Row = sql_query(sql).get_result(connection).await.unwrap();
        (row.resources, row.tenant)
    }

    pub async fn sleep(connection: &mut Connection) {
        sql_query("SELECT pg_sleep(60)").execute(connection).await.unwrap();
    }
}
use asked::{seen, setting, sleep};

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_forgets_the_tenant_before() {
    let server = Server::start().await;
    for n in 0..3 {
        let tenant = if n == 0 { 7 } else { 8 };
        server
            .execute(&format!(
                "INSERT INTO resource (tenant, type, id, version, updated, method, body, address, indexed)
                 VALUES ({tenant}, 'Basic', '{n}', 1, now(), 'POST', '{{}}', {n}, true)"
            ))
            .await;
    }
    // One connection, which all of the following share.
    let store = Store::connect(&server.database, 1).unwrap();
    let (seven, eight) = (TenantId::from_row(7), TenantId::from_row(8));
    for (tenant, expected) in [(seven, (1, "7")), (eight, (2, "8")), (eight, (2, "8")), (seven, (1, "7"))] {
        let mut alone = store.alone(tenant).await.unwrap();
        let found = seen(&mut alone).await;
        alone.finish(Ok::<_, StorageError>(())).await.unwrap();
        assert_eq!(found, (expected.0, expected.1.to_owned()));
        let mut transaction = store.begin(eight).await.unwrap();
        assert_eq!(seen(&mut transaction).await, (2, "8".to_owned()));
        transaction.finish(Ok::<_, StorageError>(())).await.unwrap();
        for presented in ["nobody", "it's nobody"] {
            let mut presented = store.begin_presented(presented).await.unwrap();
            assert_eq!(seen(&mut presented).await, (0, String::new()));
            presented.finish(Ok::<_, StorageError>(())).await.unwrap();
        }
    }
    assert_eq!(tenants::find(&store, "default").await.unwrap(), Some(TenantId::DEFAULT));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_was_left_waiting_is_not_used_again() {
    let server = Server::start().await;
    let store = Store::connect(&server.database, 1).unwrap();
    let mut left = store.alone(TenantId::DEFAULT).await.unwrap();
    assert!(tokio::time::timeout(Duration::from_millis(200), sleep(&mut left)).await.is_err());
    drop(left);
    let fresh = async {
        let mut next = store.alone(TenantId::DEFAULT).await.unwrap();
        let found = seen(&mut next).await;
        next.finish(Ok::<_, StorageError>(())).await.unwrap();
        found
    };
    let found = tokio::time::timeout(Duration::from_secs(30), fresh).await.expect("a connection of its own");
    assert_eq!(found, (0, "1".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_runs_or_is_held_for_ever() {
    let server = Server::start().await;
    let store = Store::connect(&server.database, 1).unwrap();
    let mut one = store.begin(TenantId::DEFAULT).await.unwrap();
    for name in ["statement_timeout", "idle_in_transaction_session_timeout"] {
        assert_eq!(setting(&mut one, name).await, "30s", "{name}");
    }
    one.finish(Ok::<_, StorageError>(())).await.unwrap();
}
