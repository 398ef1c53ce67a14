//! Waits until the new server takes connections, and makes the one database.

use std::time::{Duration, Instant};

use tokio_postgres::{Client, Config, NoTls, error::SqlState};

use super::{
    errors::PrivatePostgresError as Error,
    folders::{DATABASE, Folders, PORT, USER},
    leftovers,
};

const LOOK_AGAIN: Duration = Duration::from_millis(10);
/// Recovery after a crash replays at most the write-ahead log between two checkpoints.
const PATIENCE: Duration = Duration::from_secs(600);
const SAY_SO_EVERY: Duration = Duration::from_secs(10);

/// Returns when the database takes connections, or when `has_ended` says that nothing will come.
pub(super) async fn ready(folders: &Folders, has_ended: impl Fn() -> bool) -> Result<(), Error> {
    let begun = Instant::now();
    let mut said = begun;
    loop {
        // Not asked before it says so: each refusal would be a line in its log.
        if leftovers::says_ready(&folders.cluster) {
            return match connect(folders, DATABASE).await {
                Ok(_) => Ok(()),
                Err(error) if error.code() == Some(&SqlState::INVALID_CATALOG_NAME) => {
                    make_database(folders).await
                }
                Err(error) => Err(error.into()),
            };
        }
        if has_ended() {
            return Err(Error::Ended { log: folders.log.clone(), tail: folders.log_tail() });
        }
        if begun.elapsed() > PATIENCE {
            return Err(Error::NotReady { seconds: PATIENCE.as_secs(), log: folders.log.clone() });
        }
        if said.elapsed() > SAY_SO_EVERY {
            said = Instant::now();
            tracing::info!(waited_s = begun.elapsed().as_secs(), "Postgres is still starting");
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

async fn make_database(folders: &Folders) -> Result<(), Error> {
    let client = connect(folders, "postgres").await?;
    client.batch_execute(&format!("CREATE DATABASE {DATABASE}")).await?;
    Ok(())
}

async fn connect(folders: &Folders, database: &str) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = Config::new()
        .user(USER)
        .dbname(database)
        .host_path(&folders.socket)
        .port(PORT)
        .connect(NoTls)
        .await?;
    // Ends when the client is dropped; a broken connection also shows in the client's next call.
    tokio::spawn(connection);
    Ok(client)
}
