//! Pooled connections, and what each is known to be.

use std::time::Duration;

use deadpool::managed::{Manager, Metrics, Pool, RecycleError, RecycleResult};
use diesel::ConnectionError;
use diesel_async::pooled_connection::PoolableConnection;
use diesel_async::{AsyncConnection as _, AsyncPgConnection, SimpleAsyncConnection};

use super::connect;
use super::sql_spans::SqlSpans;
use super::store::ROLE;
use super::{StorageError, TenantId};
use crate::core::{Secret, trace};

/// How long a request waits for a connection of the pool, or for a new one.
const PATIENCE: Duration = Duration::from_secs(10);

/// A connection of the pool.
pub(super) struct Pooled {
    pub(super) connection: AsyncPgConnection,
    /// The tenant whose rows statements outside of transactions see.
    pub(super) tenant: Option<TenantId>,
    /// Whether somebody left it before the answer to his statement was there, or it is in an unknown state.
    pub(super) is_left: bool,
}

/// Opens connections, and tells which can be used again. What a request that went away has left locked, its transaction being open, is free
/// again when that has been idle for half a minute, if nobody has wanted the connection before.
#[derive(Debug)]
pub(super) struct Connections {
    url: Secret<String>,
}

/// A pool of up to `size` connections to the server at `url`.
pub(super) fn pool(url: &Secret<String>, size: usize) -> Result<Pool<Connections>, StorageError> {
    Pool::builder(Connections { url: url.clone() })
        .max_size(size)
        .wait_timeout(Some(PATIENCE))
        .create_timeout(Some(PATIENCE))
        .runtime(deadpool::Runtime::Tokio1)
        .build()
        .map_err(|e| StorageError::Unreachable(e.to_string()))
}

impl Manager for Connections {
    type Type = Pooled;
    type Error = ConnectionError;

    async fn create(&self) -> Result<Pooled, ConnectionError> {
        let mut connection = connect::open(self.url.expose()).await?;
        connection
            .batch_execute(&format!(
                "SET ROLE {ROLE}; SET statement_timeout = '30s'; SET idle_in_transaction_session_timeout = '30s'; \
                 SET TIME ZONE 'UTC'"
            ))
            .await
            .map_err(ConnectionError::CouldntSetupConfiguration)?;
        if trace::are_exported() {
            connection.set_instrumentation(SqlSpans::default());
        }
        Ok(Pooled { connection, tenant: None, is_left: false })
    }

    /// Asks the server nothing: that would be a round trip for each request.
    async fn recycle(&self, pooled: &mut Pooled, _: &Metrics) -> RecycleResult<ConnectionError> {
        if pooled.is_left || pooled.connection.is_broken() {
            return Err(RecycleError::message("it cannot be used again"));
        }
        Ok(())
    }
}
