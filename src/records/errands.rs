//! Addresses that a job needs and that are secrets, such as those that let whoever has them fetch a file. They are no part of any resource.

use super::{Error, Records};
use crate::core::Secret;
use crate::identity::Caller;
use crate::storage::errand_addresses as rows;

/// What an address is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A list of files is there.
    List,
    /// A file is there.
    File,
    /// Somebody is to be told there.
    Callback,
    /// The base of the addresses that they are told.
    Base,
}

impl Purpose {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::File => "file",
            Self::Callback => "callback",
            Self::Base => "base",
        }
    }
}

impl Records {
    /// Keeps the addresses of a purpose in the place of those that there were; within an open transaction, as a part of it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_addresses(
        &self,
        caller: &Caller,
        subject: &str,
        purpose: Purpose,
        addresses: &[String],
    ) -> Result<(), Error> {
        let mut transaction = self.store.begin(caller.tenant).await?;
        let kept = rows::set(&mut transaction, caller.tenant, (subject, purpose.as_str()), addresses).await;
        Ok(transaction.finish(kept).await?)
    }

    /// The addresses of a purpose, in their order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn addresses(
        &self,
        caller: &Caller,
        subject: &str,
        purpose: Purpose,
    ) -> Result<Vec<Secret<String>>, Error> {
        let mut connection = self.store.alone(caller.tenant).await?;
        let found = rows::find(&mut connection, caller.tenant, (subject, purpose.as_str())).await;
        Ok(connection.finish(found).await?.into_iter().map(Secret::new).collect())
    }
}
