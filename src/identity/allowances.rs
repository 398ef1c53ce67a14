//! How much an account may ask for: its plan, and what an operator gave it.

pub use crate::core::config::plans::RequestLimits;
pub use crate::storage::account_limits::Allowance;

use super::{Account, Identity};
use crate::storage::{StorageError, TenantId, account_limits};

/// The one plan whose limits an operator may choose.
pub const ENTERPRISE: &str = "enterprise";

impl Identity {
    /// The allowance of an account.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn allowance(&self, account: &Account) -> Result<Allowance, StorageError> {
        let plan = account.plan.clone();
        if plan != ENTERPRISE {
            return Ok(Allowance { plan, given: None });
        }
        let tenant = TenantId::from_row(account.tenant);
        let mut connection = self.store.alone(tenant).await?;
        let given = account_limits::find(&mut connection, tenant, account.id).await;
        Ok(Allowance { plan, given: connection.finish(given).await? })
    }
}
