//! One private Postgres for the whole run, and a fresh schema in it for each test, dropped after it.

use std::cell::RefCell;
use std::path::Path;
use std::sync::LazyLock;

use hygeia::core::Secret;
use hygeia::storage::migrate;
use hygeia::storage::private_postgres::{PrivatePostgres, Settings};
use uuid::Uuid;

/// The cluster's address. A thread of its own keeps it running as long as the process lives.
static CLUSTER: LazyLock<String> = LazyLock::new(|| {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async move {
            let mut settings = Settings::new(Path::new(env!("CARGO_TARGET_TMPDIR")).join("postgres"));
            // Nothing that a test stores is to survive the machine; everything else is as in production.
            settings.extra = [("fsync", "off"), ("full_page_writes", "off"), ("max_connections", "500")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .to_vec();
            let cluster = PrivatePostgres::start(&settings).await.expect("the tests' Postgres starts");
            forget_earlier_runs(cluster.url()).await;
            sender.send(cluster.url().to_owned()).unwrap();
            std::future::pending::<()>().await;
        });
    });
    receiver.recv().expect("the tests' Postgres runs")
});

/// Where the names of schemas go whose tests are over. A schema takes some 25 MB, so that all of them together
/// would fill a disk; a thread drops them one by one beside the tests that go on.
static DROPPED: LazyLock<std::sync::mpsc::Sender<String>> = LazyLock::new(|| {
    let (sender, receiver) = std::sync::mpsc::channel::<String>();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        for name in receiver {
            // A session of the test may hold a table for a moment yet. What stays then, the next run drops.
            let drop = format!("SET lock_timeout = '30s'; DROP SCHEMA {name} CASCADE");
            runtime.block_on(async { connect(&CLUSTER).await.batch_execute(&drop).await }).ok();
        }
    });
    sender
});

/// The schemas of this thread's test: a test has a thread of its own, which ends with it.
#[derive(Default)]
struct Schemas(RefCell<Vec<String>>);

impl Drop for Schemas {
    fn drop(&mut self) {
        for name in self.0.take() {
            // Nobody drops anything any more when the process is about to end.
            DROPPED.send(name).ok();
        }
    }
}

thread_local!(static SCHEMAS: Schemas = Schemas::default());

/// The address of a new schema, migrated. It is dropped when the thread ends that asks for it.
pub async fn schema() -> Secret<String> {
    let url = tokio::task::spawn_blocking(|| CLUSTER.clone()).await.unwrap();
    let name = format!("t_{}", Uuid::new_v4().simple());
    execute(&url, &format!("CREATE SCHEMA {name}")).await;
    SCHEMAS.with(|schemas| schemas.0.borrow_mut().push(name.clone()));
    let url = Secret::new(format!("{url}?options=-csearch_path%3D{name}"));
    migrate::run(&url).await.expect("migrations run");
    url
}

/// One number, as the cluster's superuser sees it.
pub async fn number(url: &Secret<String>, sql: &str) -> i64 {
    let client = connect(url.expose()).await;
    client.query_one(sql, &[]).await.unwrap().get(0)
}

/// A column of texts, as the cluster's superuser sees it.
pub async fn texts(url: &Secret<String>, sql: &str) -> Vec<String> {
    let rows = connect(url.expose()).await.query(sql, &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// One number as the server's own role sees it, or the SQLSTATE of the refusal.
pub async fn as_application(url: &Secret<String>, setting: &str, sql: &str) -> Result<i64, String> {
    let client = connect(url.expose()).await;
    client.batch_execute(&format!("SET ROLE hygeia_app; {setting}")).await.unwrap();
    let row = client.query_one(sql, &[]).await;
    row.map(|row| row.get(0))
        .map_err(|error| error.code().map(|code| code.code().to_owned()).unwrap_or_default())
}

/// How Postgres would answer a query of the server's own role.
pub async fn plan_as_application(url: &Secret<String>, setting: &str, sql: &str) -> String {
    let client = connect(url.expose()).await;
    client.batch_execute(&format!("SET ROLE hygeia_app; {setting}")).await.unwrap();
    let rows = client.query(&format!("EXPLAIN {sql}"), &[]).await.unwrap();
    rows.iter().map(|row| row.get::<_, String>(0) + "\n").collect()
}

async fn forget_earlier_runs(url: &str) {
    let client = connect(url).await;
    let schemas =
        client.query("SELECT nspname::text FROM pg_namespace WHERE nspname LIKE 't\\_%'", &[]).await;
    for row in schemas.unwrap() {
        let name: String = row.get(0);
        client.batch_execute(&format!("DROP SCHEMA {name} CASCADE")).await.unwrap();
    }
}

/// Runs statements as the cluster's superuser.
pub async fn execute(url: &str, sql: &str) {
    connect(url).await.batch_execute(sql).await.unwrap();
}

/// A session of the cluster's superuser.
pub async fn connect(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}
