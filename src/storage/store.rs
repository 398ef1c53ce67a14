//! The connection pool, and transactions that are bound to one tenant.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use deadpool::managed::{Object, Pool};
use diesel_async::{
    AnsiTransactionManager, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection, TransactionManager,
};
use tokio::sync::{Mutex, OwnedMappedMutexGuard, OwnedMutexGuard};

use super::pool::{Connections as Opener, pool};
use super::statement::{Parameter, Statement};
use super::{StorageError, TenantId};
use crate::core::Secret;
use crate::core::metrics::Connections;

/// The role that every connection takes; it owns nothing and cannot bypass row-level security.
pub const ROLE: &str = "hygeia_app";

/// One database connection.
pub type Connection = AsyncPgConnection;

/// A connection that several parts of one request use by turns; empty once its transaction is over.
type Shared = Arc<Mutex<Option<Own>>>;
/// A connection of the pool.
type Own = Box<Object<Opener>>;

/// A pool of connections that cannot bypass row-level security.
#[derive(Clone)]
pub struct Store {
    pool: Pool<Opener>,
    /// An open transaction that stands for every one of this tenant.
    within: Option<(TenantId, Shared)>,
}

impl Store {
    /// Prepares a pool for the server at `url`; connections are opened when they are needed.
    ///
    /// # Errors
    /// When the pool cannot be built.
    pub fn connect(url: &Secret<String>, size: usize) -> Result<Self, StorageError> {
        Ok(Self { pool: pool(url, size)?, within: None })
    }

    /// A store whose transactions for `tenant` are all part of this open one, and see what it has written. They end with it
    /// alone: whoever meets an error in one must not commit it. [`Within::end`] gives the transaction back.
    ///
    /// # Errors
    /// When the transaction is such a part itself.
    pub fn within(&self, tenant: TenantId, transaction: Transaction) -> Result<(Self, Within), StorageError> {
        let Held::Own(pooled) = transaction.connection else { return Err(in_use()) };
        let shared = Arc::new(Mutex::new(Some(pooled)));
        Ok((Self { pool: self.pool.clone(), within: Some((tenant, Arc::clone(&shared))) }, Within(shared)))
    }

    /// Opens a transaction that sees the rows of `tenant` alone.
    ///
    /// # Errors
    /// When no connection can be had.
    pub async fn begin(&self, tenant: TenantId) -> Result<Transaction, StorageError> {
        self.begin_by("BEGIN", tenant).await
    }

    /// Opens a transaction whose statements all see the rows of `tenant` as they were when the first of them began.
    ///
    /// # Errors
    /// When no connection can be had.
    pub async fn begin_snapshot(&self, tenant: TenantId) -> Result<Transaction, StorageError> {
        self.begin_by("BEGIN ISOLATION LEVEL REPEATABLE READ", tenant).await
    }

    async fn begin_by(&self, begin: &'static str, tenant: TenantId) -> Result<Transaction, StorageError> {
        if let Some(part) = self.part(tenant)? {
            return Ok(part);
        }
        let pooled = self.pooled().await?;
        if pooled.tenant == Some(tenant) {
            return open(pooled, begin).await;
        }
        // One round trip for both statements; the number needs no quoting.
        open(pooled, &format!("{begin}; SET LOCAL hygeia.tenant = '{}'", tenant.number())).await
    }

    /// A connection that sees the rows of `tenant` alone, for statements of which each is a transaction of its own: that spares
    /// the round trips of beginning and ending one.
    ///
    /// # Errors
    /// When no connection can be had.
    pub async fn alone(&self, tenant: TenantId) -> Result<Transaction, StorageError> {
        if let Some(part) = self.part(tenant)? {
            return Ok(part);
        }
        let mut pooled = self.pooled().await?;
        pooled.is_left = true;
        if pooled.tenant != Some(tenant) {
            pooled.connection.batch_execute(&format!("SET hygeia.tenant = '{}'", tenant.number())).await?;
            pooled.tenant = Some(tenant);
        }
        Ok(Transaction { connection: Held::Alone(pooled) })
    }

    /// Opens a transaction that sees no tenant's rows, but the one that `presented` names: a secret's hash, a
    /// surface and e-mail address, or a tenant's name.
    ///
    /// # Errors
    /// When no connection can be had.
    pub async fn begin_presented(&self, presented: &str) -> Result<Transaction, StorageError> {
        let pooled = self.pooled().await?;
        // What we make ourselves (hashes, names) and plain addresses need no quoting, and save a round trip.
        if presented.bytes().all(|b| b.is_ascii_alphanumeric() || b"@.:_+-".contains(&b)) {
            let begin =
                format!("BEGIN; SET LOCAL hygeia.tenant = ''; SET LOCAL hygeia.presented = '{presented}'");
            return open(pooled, &begin).await;
        }
        let mut transaction = open(pooled, "BEGIN; SET LOCAL hygeia.tenant = ''").await?;
        let setting = vec![Parameter::Text(presented)];
        Statement::fixed("SELECT set_config('hygeia.presented', $1, true)", setting)
            .execute(&mut *transaction)
            .await?;
        Ok(transaction)
    }

    /// Whether an open transaction stands for all of a tenant.
    #[must_use]
    pub fn is_within(&self) -> bool {
        self.within.is_some()
    }

    /// A part of the open transaction that stands for all of this tenant, where there is one.
    fn part(&self, tenant: TenantId) -> Result<Option<Transaction>, StorageError> {
        let Some((_, shared)) = self.within.as_ref().filter(|(of, _)| *of == tenant) else {
            return Ok(None);
        };
        // Whoever opens a second one before the first is finished would wait for itself.
        let guard = Arc::clone(shared).try_lock_owned().map_err(|_| in_use())?;
        let part = OwnedMutexGuard::try_map(guard, Option::as_mut).map_err(|_| in_use())?;
        Ok(Some(Transaction { connection: Held::Part(part) }))
    }

    /// How many connections there are.
    #[must_use]
    pub fn connections(&self) -> Connections {
        let status = self.pool.status();
        Connections {
            busy: status.size.saturating_sub(status.available),
            idle: status.available,
            waiting: status.waiting,
            most: status.max_size,
        }
    }

    async fn pooled(&self) -> Result<Own, StorageError> {
        let pooled = self.pool.get().await;
        pooled.map(Box::new).map_err(|e| StorageError::Unreachable(e.to_string()))
    }
}

async fn open(mut pooled: Own, begin: &str) -> Result<Transaction, StorageError> {
    // Where the second of two statements fails, the driver does not know that the first one began a transaction.
    pooled.is_left = true;
    AnsiTransactionManager::begin_transaction_sql(&mut pooled.connection, begin).await?;
    pooled.is_left = false;
    Ok(Transaction { connection: Held::Own(pooled) })
}

/// The open transaction of a [`Store::within`].
pub struct Within(Shared);

impl Within {
    /// The transaction, when none of its parts is in use any more.
    ///
    /// # Errors
    /// When one is.
    pub fn end(self) -> Result<Transaction, StorageError> {
        let pooled = self.0.try_lock().map_err(|_| in_use())?.take().ok_or_else(in_use)?;
        Ok(Transaction { connection: Held::Own(pooled) })
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
    /// No transaction: each statement is one.
    Alone(Own),
    /// A part of a longer transaction, which alone commits or rolls back.
    Part(OwnedMappedMutexGuard<Option<Own>, Own>),
}

impl Transaction {
    /// Commits when `result` is `Ok`, rolls back otherwise, and gives the result on.
    ///
    /// # Errors
    /// The error of `result`, or of the commit.
    pub async fn finish<T, E: From<StorageError>>(self, result: Result<T, E>) -> Result<T, E> {
        let mut pooled = match self.connection {
            Held::Own(pooled) => pooled,
            Held::Alone(mut pooled) => {
                pooled.is_left = false;
                return result;
            }
            Held::Part(_) => return result,
        };
        match result {
            Ok(value) => {
                AnsiTransactionManager::commit_transaction(&mut pooled.connection)
                    .await
                    .map_err(StorageError::from)?;
                Ok(value)
            }
            Err(error) => {
                // The first error is the one to tell; a connection that cannot roll back is closed by the pool.
                if let Err(also) = AnsiTransactionManager::rollback_transaction(&mut pooled.connection).await
                {
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
            Held::Own(pooled) | Held::Alone(pooled) => &pooled.connection,
            Held::Part(pooled) => &pooled.connection,
        }
    }
}

impl DerefMut for Transaction {
    fn deref_mut(&mut self) -> &mut Self::Target {
        match &mut self.connection {
            Held::Own(pooled) | Held::Alone(pooled) => &mut pooled.connection,
            Held::Part(pooled) => &mut pooled.connection,
        }
    }
}
