//! Accounts of a tenant for those who look after it. Operators' own are not among them.

use uuid::Uuid;

use super::{Error, Records};
use crate::identity::{Account, Caller, Surface};
use crate::storage::account_lists as rows;

impl Records {
    /// The accounts in the caller's tenant after so many, up to a number: surface by surface, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn users_page(&self, caller: &Caller, window: (i64, i64)) -> Result<Vec<Account>, Error> {
        let mut transaction = self.store.begin(caller.tenant).await?;
        let found = rows::page(&mut transaction, caller.tenant, surfaces(), window).await;
        Ok(transaction.finish(found).await?)
    }

    /// Those in the caller's tenant that have these ids.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn users_by_ids(&self, caller: &Caller, ids: Vec<Uuid>) -> Result<Vec<Account>, Error> {
        let mut transaction = self.store.begin(caller.tenant).await?;
        let found = rows::by_ids(&mut transaction, caller.tenant, ids).await;
        Ok(transaction.finish(found).await?)
    }

    /// Those in the caller's tenant with an e-mail address, in whatever letters it is written.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn users_by_email(&self, caller: &Caller, email: &str) -> Result<Vec<Account>, Error> {
        let email = email.to_lowercase();
        let mut transaction = self.store.begin(caller.tenant).await?;
        let found = rows::by_email(&mut transaction, caller.tenant, surfaces(), &email).await;
        Ok(transaction.finish(found).await?)
    }
}

fn surfaces() -> Vec<&'static str> {
    Surface::VENDORS.into_iter().chain([Surface::Fhir]).map(Surface::as_str).collect()
}
