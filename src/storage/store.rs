//! The connection pool, and transactions that are bound to one tenant.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::Duration;

use diesel::{ConnectionError, ConnectionResult};
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::{
    AnsiTransactionManager, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection, TransactionManager,
};
use futures_util::FutureExt;
use tokio::sync::{Mutex, OwnedMappedMutexGuard, OwnedMutexGuard};

use super::connect;
use super::statement::{Parameter, Statement};
use super::{StorageError, TenantId};
use crate::core::Secret;

/// The role that every connection takes; it owns nothing and cannot bypass row-level security.
pub const ROLE: &str = "hygeia_app";

/// One database connection.
pub type Connection = AsyncPgConnection;

/// A connection that several parts of one request use by turns; empty once its transaction is over.
type Shared = Arc<Mutex<Option<Own>>>;
/// A connection of the pool.
type Own = Box<Object<AsyncPgConnection>>;

/// A pool of connections that cannot bypass row-level security.
#[derive(Clone)]
pub struct Store {
    pool: Pool<AsyncPgConnection>,
    /// An open transaction that stands for every one of this tenant.
    within: Option<(TenantId, Shared)>,
}

impl Store {
    /// Prepares a pool for the server at `url`; connections are opened when they are needed.
    ///
    /// # Errors
    /// When the pool cannot be built.
    pub fn connect(url: &Secret<String>, size: usize) -> Result<Self, StorageError> {
        let mut config = ManagerConfig::default();
        // A connection that broke shows in its next statement, which asks nothing that a test query would not.
        config.recycling_method = RecyclingMethod::Fast;
        config.custom_setup = Box::new(|url| establish(url).boxed());
        let manager = AsyncDieselConnectionManager::new_with_config(url.expose(), config);
        let pool = Pool::builder(manager)
            .max_size(size)
            .wait_timeout(Some(Duration::from_secs(10)))
            .create_timeout(Some(Duration::from_secs(10)))
            .runtime(deadpool::Runtime::Tokio1)
            .build()
            .map_err(|e| StorageError::Unreachable(e.to_string()))?;
        Ok(Self { pool, within: None })
    }

    /// A store whose transactions for `tenant` are all part of this open one, and see what it has written. They end with it
    /// alone: whoever meets an error in one must not commit it. [`Within::end`] gives the transaction back.
    ///
    /// # Errors
    /// When the transaction is such a part itself.
    pub fn within(&self, tenant: TenantId, transaction: Transaction) -> Result<(Self, Within), StorageError> {
        let Held::Own(connection) = transaction.connection else { return Err(in_use()) };
        let shared = Arc::new(Mutex::new(Some(connection)));
        Ok((Self { pool: self.pool.clone(), within: Some((tenant, Arc::clone(&shared))) }, Within(shared)))
    }

    /// Opens a transaction that sees the rows of `tenant` alone.
    ///
    /// # Errors
    /// When no connection can be had.
    pub async fn begin(&self, tenant: TenantId) -> Result<Transaction, StorageError> {
        if let Some((_, shared)) = self.within.as_ref().filter(|(of, _)| *of == tenant) {
            // Whoever opens a second one before the first is finished would wait for itself.
            let guard = Arc::clone(shared).try_lock_owned().map_err(|_| in_use())?;
            let part = OwnedMutexGuard::try_map(guard, Option::as_mut).map_err(|_| in_use())?;
            return Ok(Transaction { connection: Held::Part(part) });
        }
        // One round trip for both statements; the number needs no quoting.
        self.open(&format!("BEGIN; SET LOCAL hygeia.tenant = '{}'", tenant.number())).await
    }

    /// Opens a transaction that sees no tenant's rows, but the one that `presented` names: a secret's hash, a
    /// surface and e-mail address, or a tenant's name.
    ///
    /// # Errors
    /// When no connection can be had.
    pub async fn begin_presented(&self, presented: &str) -> Result<Transaction, StorageError> {
        // What we make ourselves (hashes, names) and plain addresses need no quoting, and save a round trip.
        if presented.bytes().all(|b| b.is_ascii_alphanumeric() || b"@.:_+-".contains(&b)) {
            return self.open(&format!("BEGIN; SET LOCAL hygeia.presented = '{presented}'")).await;
        }
        let mut transaction = self.open("BEGIN").await?;
        let setting = vec![Parameter::Text(presented)];
        Statement::fixed("SELECT set_config('hygeia.presented', $1, true)", setting)
            .execute(&mut *transaction)
            .await?;
        Ok(transaction)
    }

    async fn open(&self, begin: &str) -> Result<Transaction, StorageError> {
        let mut connection = self.pool.get().await.map_err(|e| StorageError::Unreachable(e.to_string()))?;
        AnsiTransactionManager::begin_transaction_sql(&mut *connection, begin).await?;
        Ok(Transaction { connection: Held::Own(Box::new(connection)) })
    }
}

/// The open transaction of a [`Store::within`].
pub struct Within(Shared);

impl Within {
    /// The transaction, when none of its parts is in use any more.
    ///
    /// # Errors
    /// When one is.
    pub fn end(self) -> Result<Transaction, StorageError> {
        let connection = self.0.try_lock().map_err(|_| in_use())?.take().ok_or_else(in_use)?;
        Ok(Transaction { connection: Held::Own(connection) })
    }
}

fn in_use() -> StorageError {
    StorageError::Unreachable("the transaction is in use".to_owned())
}

/// An open transaction. Dropped without [`Transaction::finish`], it is rolled back and its connection closed.
pub struct Transaction {
    connection: Held,
}

enum Held {
    Own(Own),
    /// A part of a longer transaction, which alone commits or rolls back.
    Part(OwnedMappedMutexGuard<Option<Own>, Own>),
}

impl Transaction {
    /// Commits when `result` is `Ok`, rolls back otherwise, and gives the result on.
    ///
    /// # Errors
    /// The error of `result`, or of the commit.
    pub async fn finish<T, E: From<StorageError>>(self, result: Result<T, E>) -> Result<T, E> {
        let Held::Own(mut connection) = self.connection else { return result };
        match result {
            Ok(value) => {
                AnsiTransactionManager::commit_transaction(&mut **connection)
                    .await
                    .map_err(StorageError::from)?;
                Ok(value)
            }
            Err(error) => {
                // The first error is the one to tell; a connection that cannot roll back is closed by the pool.
                if let Err(also) = AnsiTransactionManager::rollback_transaction(&mut **connection).await {
                    tracing::debug!(error = %also, "a transaction could not be rolled back");
                }
                Err(error)
            }
        }
    }
}

impl Deref for Transaction {
    type Target = AsyncPgConnection;
    fn deref(&self) -> &Self::Target {
        match &self.connection {
            Held::Own(connection) => connection,
            Held::Part(connection) => connection,
        }
    }
}

impl DerefMut for Transaction {
    fn deref_mut(&mut self) -> &mut Self::Target {
        match &mut self.connection {
            Held::Own(connection) => connection,
            Held::Part(connection) => connection,
        }
    }
}

async fn establish(url: &str) -> ConnectionResult<AsyncPgConnection> {
    let mut connection = connect::open(url).await?;
    connection
        .batch_execute(&format!("SET ROLE {ROLE}; SET statement_timeout = '30s'; SET TIME ZONE 'UTC'"))
        .await
        .map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(connection)
}
