//! Showing that an e-mail address is one's own. Nothing waits for it (contract X-07).

use std::net::IpAddr;

use super::mails::{MailKind, to_account};
use super::tokens::Purpose;
use crate::identity::sign_in::SignInError;
use crate::identity::{Account, Identity};
use crate::storage::accounts::{self, Change};
use crate::storage::{StorageError, TenantId, account_tokens, mail_jobs};

impl Identity {
    /// Has a mail sent by which the person can show that the address is theirs.
    ///
    /// # Errors
    /// [`SignInError::TooMany`] when many were sent; or when the database fails.
    pub async fn ask_verification(&self, account: &Account, from: Option<IpAddr>) -> Result<(), SignInError> {
        self.count_mail(&account.email, from).await?;
        let job = to_account(MailKind::Verify, account, self.ids.uuid(), self.clock.now());
        let mut transaction = self.store.begin(TenantId::from_row(account.tenant)).await?;
        let added = mail_jobs::add(&mut transaction, &job).await;
        Ok(transaction.finish(added).await?)
    }

    /// The account whose address a mailed secret would verify.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn verifiable(&self, token: &str) -> Result<Option<Account>, StorageError> {
        let found = self.account_by_token(token, Purpose::Verify).await?;
        Ok(found.map(|(_, account)| account))
    }

    /// Notes that an address is the person's own, by a mailed secret; the account, or none when the secret does not hold.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn verify_email(&self, token: &str) -> Result<Option<Account>, StorageError> {
        let Some((row, account)) = self.account_by_token(token, Purpose::Verify).await? else {
            return Ok(None);
        };
        let tenant = TenantId::from_row(row.tenant);
        let change = Change { email_verified_at: Some(self.clock.now()), ..Change::default() };
        let mut transaction = self.store.begin(tenant).await?;
        let verified = async {
            if !account_tokens::use_up(&mut transaction, &row).await? {
                return Ok(None);
            }
            account_tokens::remove_of(&mut transaction, tenant, account.id, Purpose::Verify.as_str()).await?;
            accounts::change(&mut transaction, tenant, account.id, &change).await
        }
        .await;
        transaction.finish(verified).await
    }
}
