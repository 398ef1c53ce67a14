//! Each test runs a real Postgres in a folder of its own, without fsync.

use std::{
    env, fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::{Pid, Uid},
};
use tokio_postgres::{NoTls, SimpleQueryMessage};

use super::{PrivatePostgres, PrivatePostgresError, Settings, running_url};

/// A folder that is removed at the end of the test.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("hygeia-pg-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = env::temp_dir().join(name);
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn data(&self) -> PathBuf {
        self.0.join("data")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn settings(data: &Path) -> Settings {
    let extra = [("fsync", "off"), ("shared_buffers", "4MB")];
    Settings { extra: extra.map(|(name, value)| (name.into(), value.into())).into(), ..Settings::new(data) }
}

async fn start(data: &Path) -> PrivatePostgres {
    PrivatePostgres::start(&settings(data)).await.unwrap()
}

/// The first value of the first row; an error where Postgres cannot be asked.
async fn ask(url: &str, sql: &str) -> Result<String, tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    let rows = client.simple_query(sql).await?;
    let value = rows.iter().find_map(|row| {
        if let SimpleQueryMessage::Row(row) = row { row.get(0).map(str::to_owned) } else { None }
    });
    Ok(value.unwrap_or_default())
}

fn postmaster(data: &Path) -> Pid {
    let lock = fs::read_to_string(data.join("postgres/postmaster.pid")).unwrap();
    Pid::from_raw(lock.lines().next().unwrap().parse().unwrap())
}

#[tokio::test]
async fn a_first_start_makes_the_database_and_a_second_finds_it() {
    let scratch = Scratch::new();
    // What a kill -9 in the middle of initdb leaves behind.
    fs::create_dir_all(scratch.data().join("postgres.init/base")).unwrap();
    let first = start(&scratch.data()).await;
    assert_eq!(
        ask(first.url(), "SELECT current_user || '@' || current_database()").await.unwrap(),
        "hygeia@hygeia"
    );
    ask(first.url(), "CREATE TABLE kept AS SELECT 42 AS value").await.unwrap();
    assert_eq!(running_url(&scratch.data()).as_deref(), Some(first.url()));
    let refused = PrivatePostgres::start(&settings(&scratch.data())).await.unwrap_err();
    assert!(
        matches!(refused, PrivatePostgresError::InUse { process, .. } if process == Some(std::process::id()))
    );
    first.stop().await.unwrap();
    assert_eq!(running_url(&scratch.data()), None);
    let begun = Instant::now();
    let second = start(&scratch.data()).await;
    let took = begun.elapsed();
    assert_eq!(ask(second.url(), "SELECT value FROM kept").await.unwrap(), "42");
    // Under a second on an idle machine; tests run on busy ones.
    assert!(took < Duration::from_secs(5), "{took:?}");
    println!("warm start: {took:?}");
    second.stop().await.unwrap();
}

#[tokio::test]
async fn nothing_of_a_failed_statement_reaches_the_log() {
    let scratch = Scratch::new();
    let postgres = start(&scratch.data()).await;
    for sql in [
        "SELECT 'Jane'::int",
        "CREATE TABLE one (name text PRIMARY KEY); INSERT INTO one VALUES ('Jane'), ('Jane')",
        "DO $$ BEGIN RAISE WARNING 'Jane'; END $$",
        "SELECT pg_sleep(0), 'Jane' FROM missing",
    ] {
        let _ = ask(postgres.url(), sql).await;
    }
    postgres.stop().await.unwrap();
    let log = fs::read_to_string(scratch.data().join("postgres.log")).unwrap();
    assert!(log.contains("ready to accept connections"), "{log}");
    assert!(!log.contains("Jane"), "{log}");
}

#[tokio::test]
async fn a_killed_postgres_is_started_again_until_it_is_stopped() {
    let scratch = Scratch::new();
    let postgres = start(&scratch.data()).await;
    ask(postgres.url(), "CREATE TABLE kept AS SELECT 42 AS value").await.unwrap();
    let before = postmaster(&scratch.data());
    kill(before, Signal::SIGKILL).unwrap();
    let begun = Instant::now();
    let value = loop {
        assert!(begun.elapsed() < Duration::from_secs(30), "not started again");
        // A backend that has not noticed yet may still answer.
        let answer = ask(postgres.url(), "SELECT value FROM kept").await;
        match answer {
            Ok(value)
                if fs::exists(scratch.data().join("postgres/postmaster.pid")).unwrap()
                    && postmaster(&scratch.data()) != before =>
            {
                break value;
            }
            _ => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    };
    assert_eq!(value, "42");
    let url = postgres.url().to_owned();
    postgres.stop().await.unwrap();
    assert!(ask(&url, "SELECT 1").await.is_err());
}

#[tokio::test]
async fn a_stale_lock_whose_process_id_is_taken_by_another_program_does_not_block() {
    let scratch = Scratch::new();
    start(&scratch.data()).await.stop().await.unwrap();
    let lock = format!("{}\n{}\n1\n5432\n\n\n\nready\n", std::process::id(), scratch.data().display());
    fs::write(scratch.data().join("postgres/postmaster.pid"), &lock).unwrap();
    fs::write(scratch.data().join("postgres-socket/.s.PGSQL.5432.lock"), &lock).unwrap();
    assert_eq!(running_url(&scratch.data()), None);
    start(&scratch.data()).await.stop().await.unwrap();
}

#[tokio::test]
async fn a_cluster_of_another_version_is_refused() {
    let scratch = Scratch::new();
    fs::create_dir_all(scratch.data().join("postgres")).unwrap();
    fs::write(scratch.data().join("postgres/PG_VERSION"), "9.6\n").unwrap();
    let refused = PrivatePostgres::start(&settings(&scratch.data())).await.unwrap_err();
    assert!(matches!(refused, PrivatePostgresError::OtherVersion { found: 9, .. }), "{refused}");
    assert_eq!(fs::read_dir(scratch.data().join("postgres")).unwrap().count(), 1);
}

#[tokio::test]
async fn a_setting_that_postgres_refuses_is_told_with_its_log() {
    let scratch = Scratch::new();
    let mut settings = settings(&scratch.data());
    settings.extra.push(("shared_buffers".into(), "none".into()));
    let refused = PrivatePostgres::start(&settings).await.unwrap_err().to_string();
    assert!(refused.contains("invalid value for parameter \"shared_buffers\""), "{refused}");
    // The refusal has freed the folder.
    start(&scratch.data()).await.stop().await.unwrap();
}

#[tokio::test]
async fn a_long_path_and_odd_characters_are_no_obstacle() {
    let scratch = Scratch::new();
    let data = scratch.0.join("a, \"b\" % é ".repeat(9)).join("data");
    fs::create_dir_all(&data).unwrap();
    // Where root must hand Postgres a folder that it could not reach by its path.
    if Uid::effective().is_root() {
        fs::set_permissions(&scratch.0, fs::Permissions::from_mode(0o700)).unwrap();
    }
    let postgres = start(&data).await;
    assert!(postgres.url().starts_with("postgres://hygeia@%2Ftmp%2Fhygeia-"), "{}", postgres.url());
    assert_eq!(running_url(&data).as_deref(), Some(postgres.url()));
    assert_eq!(ask(postgres.url(), "SELECT 1").await.unwrap(), "1");
    postgres.stop().await.unwrap();
    let socket = super::Folders::find(&data).unwrap().socket;
    fs::remove_dir(socket).unwrap();

    let short = Scratch::new();
    let data = short.0.join("a, \"b\" % é");
    let postgres = start(&data).await;
    assert_eq!(ask(postgres.url(), "SELECT 1").await.unwrap(), "1");
    postgres.stop().await.unwrap();
}
