//! Removing old rows of the trail. Their seals stay, so that the chain still holds.

use chrono::{DateTime, Utc};

use super::verify::{Finding, Held, differences, faults, listed};
use super::{digest, verify};
use crate::core::Secret;
use crate::identity::{Caller, Surface};
use crate::records::{Error, Records};
use crate::storage::audit::retention;
use crate::storage::audit::seals::SealRow;
use crate::storage::{Connection, StorageError, TenantId};

/// What was removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// So many rows.
    pub rows: usize,
    /// The seals that do not hold: their rows are kept as they are, for they are what shows it.
    pub kept: Vec<i64>,
    /// So many tenants whose rows could not be looked through to the end; the log says why.
    pub failed: usize,
}

impl Records {
    /// Removes rows of all tenants and of the platform from before `before`, as [`Records::retain_audit`] does. Where that fails for one,
    /// the others are gone on with.
    ///
    /// # Errors
    /// When the database cannot be reached; what was removed before stays so.
    pub async fn retain_audit_of_all(
        &self,
        before: DateTime<Utc>,
        owner: &Secret<String>,
    ) -> Result<Removed, Error> {
        let (mut connection, mut all) = (retention::owner(owner).await?, Removed::default());
        for (tenant, _) in self.trails(None).await? {
            if let Err(error) = self.retain(&mut connection, tenant, before, &mut all).await {
                error.log();
                all.failed = all.failed.saturating_add(1);
                // The transaction that failed goes with its connection.
                connection = retention::owner(owner).await?;
            }
        }
        Ok(all)
    }

    /// Removes a tenant's rows from before `before`, seal by seal, and tells the trail. `owner` is the address of the database by which
    /// the schema's owner reaches it: the server's own role cannot remove anything.
    ///
    /// # Errors
    /// When the database fails; what was removed before stays so.
    pub async fn retain_audit(
        &self,
        tenant: TenantId,
        before: DateTime<Utc>,
        owner: &Secret<String>,
    ) -> Result<Removed, Error> {
        let (mut connection, mut removed) = (retention::owner(owner).await?, Removed::default());
        self.retain(&mut connection, tenant, before, &mut removed).await?;
        Ok(removed)
    }

    async fn retain(
        &self,
        connection: &mut Connection,
        tenant: TenantId,
        before: DateTime<Utc>,
        removed: &mut Removed,
    ) -> Result<(), Error> {
        let rows = removed.rows;
        let ended = self.remove_before(connection, tenant, before, removed).await;
        // What was removed is told, however it ended.
        if removed.rows > rows {
            self.audit_success(&Caller::system(tenant, Surface::Operator), "retain-audit").await?;
        }
        Ok(ended?)
    }

    async fn remove_before(
        &self,
        connection: &mut Connection,
        tenant: TenantId,
        before: DateTime<Utc>,
        removed: &mut Removed,
    ) -> Result<(), StorageError> {
        let mut number = 0;
        loop {
            retention::begin(connection, tenant).await?;
            let Some(seal) = retention::next(connection, tenant, number, before).await? else {
                return retention::commit(connection).await;
            };
            number = seal.number;
            let rows = self.remove(connection, tenant, &seal).await?;
            retention::commit(connection).await?;
            match rows {
                Some(rows) => removed.rows = removed.rows.saturating_add(rows),
                None => removed.kept.push(number),
            }
        }
    }

    /// Removes the rows of a seal, if it holds.
    async fn remove(
        &self,
        connection: &mut Connection,
        tenant: TenantId,
        seal: &SealRow,
    ) -> Result<Option<usize>, StorageError> {
        let entries = listed(seal).unwrap_or_default();
        let found: Vec<Finding> =
            differences(connection, tenant, seal.number, &entries, &mut Held::default()).await?;
        let faults: Vec<verify::Fault> = faults(seal, &self.trail.keys);
        if !found.is_empty() || !faults.is_empty() {
            return Ok(None);
        }
        let ids: Vec<_> = entries.iter().map(|entry| entry.id).collect();
        let rows = retention::remove(connection, tenant, &ids).await?;
        let now = self.clock.now();
        let (key, code) = self.trail.keys.code(&digest::removal(&seal.hash, now.timestamp_micros()));
        retention::note(connection, seal, now, (&key, &code)).await?;
        Ok(Some(rows))
    }
}
