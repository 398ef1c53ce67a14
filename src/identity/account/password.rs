//! Setting a new password: with the old one, or with a secret that was mailed. Whatever was signed in or granted before ends with it.

use std::net::IpAddr;

use super::mails::{MailKind, to_account, to_address};
use super::tokens::Purpose;
use crate::core::Secret;
use crate::identity::oauth::web_session::SignedInBrowser;
use crate::identity::passwords::{self, Weak};
use crate::identity::sign_in::SignInError;
use crate::identity::throttle::Guess;
use crate::identity::{Account, Identity, Surface};
use crate::storage::account_tokens::{self, AccountToken};
use crate::storage::accounts::{self, Change};
use crate::storage::{Connection, StorageError, TenantId, mail_jobs, oauth, second_factors};

/// Why no password was set.
#[derive(Debug, thiserror::Error)]
pub enum NotSet {
    /// The mailed secret does not hold.
    #[error("the secret does not hold")]
    Ended,
    /// The password breaks a rule.
    #[error(transparent)]
    Weak(#[from] Weak),
    /// The old password is wrong, or it failed.
    #[error(transparent)]
    SignIn(#[from] SignInError),
}

impl From<StorageError> for NotSet {
    fn from(error: StorageError) -> Self {
        Self::SignIn(error.into())
    }
}

impl Identity {
    /// Has a mail sent by which the owner of the account with this address can set a new password. Whether there is one is looked up
    /// when the mail is sent: neither the answer nor the time that it takes tells.
    ///
    /// # Errors
    /// [`SignInError::TooMany`] when many were sent; or when the database fails.
    pub async fn ask_reset(&self, email: &str, from: Option<IpAddr>) -> Result<(), SignInError> {
        let email = email.trim().to_ascii_lowercase();
        self.count_mail(&email, from).await?;
        // Nobody's address is so long or has them, and Postgres fails at one of them.
        if email.len() > 254 || email.contains(char::is_control) {
            return Ok(());
        }
        let job = to_address(MailKind::Reset, &email, self.ids.uuid(), self.clock.now());
        let mut transaction = self.store.begin(TenantId::PLATFORM).await?;
        let added = mail_jobs::add(&mut transaction, &job).await;
        Ok(transaction.finish(added).await?)
    }

    /// The account whose password a mailed secret would set.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn resettable(&self, token: &str) -> Result<Option<Account>, StorageError> {
        let found = self.account_by_token(token, Purpose::Reset).await?;
        Ok(found.map(|(_, account)| account))
    }

    /// Sets a new password by a mailed secret.
    ///
    /// # Errors
    /// Why it was not set. A password that breaks a rule does not use the secret up.
    pub async fn reset_password(
        &self,
        token: &str,
        password: &Secret<String>,
        from: Option<IpAddr>,
    ) -> Result<Account, NotSet> {
        let found = self.account_by_token(token, Purpose::Reset).await?;
        let (row, account) = found.ok_or(NotSet::Ended)?;
        let account = self.set_password(&account, password, Some(&row)).await?;
        // Who reads the owner's mails is the owner, however often somebody else guessed.
        self.forget_guesses(Guess::Password(Surface::Fhir, &account.email), from).await?;
        Ok(account)
    }

    /// Sets a new password by the old one.
    ///
    /// # Errors
    /// Why it was not set.
    pub async fn change_password(
        &self,
        browser: &SignedInBrowser,
        old: Secret<String>,
        password: &Secret<String>,
        from: Option<IpAddr>,
    ) -> Result<Account, NotSet> {
        let account = self.show_password(browser, old, from).await?;
        self.set_password(&account, password, None).await
    }

    /// The account of a person who shows the password once more.
    pub(super) async fn show_password(
        &self,
        browser: &SignedInBrowser,
        password: Secret<String>,
        from: Option<IpAddr>,
    ) -> Result<Account, SignInError> {
        let email = &browser.account.email;
        let account = self.verified_account(Surface::Fhir, email, password, from).await?;
        Some(account).filter(|account| account.id == browser.account.id).ok_or(SignInError::Wrong)
    }

    async fn set_password(
        &self,
        account: &Account,
        password: &Secret<String>,
        mailed: Option<&AccountToken>,
    ) -> Result<Account, NotSet> {
        passwords::check(password, &account.email)?;
        let hash = passwords::hash(password.clone()).await.map_err(SignInError::from)?;
        let tenant = TenantId::from_row(account.tenant);
        let mut transaction = self.store.begin(tenant).await?;
        let set = async {
            if let Some(row) = mailed
                && !account_tokens::use_up(&mut transaction, row).await?
            {
                return Err(NotSet::Ended);
            }
            self.set(&mut transaction, account, hash, mailed.is_some()).await
        }
        .await;
        let (taken, account) = transaction.finish(set).await?;
        self.forget(&taken);
        Ok(account)
    }

    /// Sets the hash and ends all else, the account last, as by whoever gives tokens. An old password that was shown must still be the
    /// account's: another may have been set since.
    async fn set(
        &self,
        connection: &mut Connection,
        account: &Account,
        hash: String,
        is_mailed: bool,
    ) -> Result<(Vec<String>, Account), NotSet> {
        let tenant = TenantId::from_row(account.tenant);
        let taken = oauth::remove_of_account(connection, tenant, account.id).await?;
        if is_mailed && account.email_verified_at.is_none() {
            // Whoever was there before never showed that the address is theirs, and is not to keep its owner out.
            second_factors::remove(connection, tenant, account.id).await?;
        }
        for purpose in [Purpose::Reset, Purpose::Code] {
            account_tokens::remove_of(connection, tenant, account.id, purpose.as_str()).await?;
        }
        let current = accounts::find_to_change(connection, tenant, account.id).await?;
        if !current.is_some_and(|current| is_mailed || current.password == account.password) {
            return Err(NotSet::Ended);
        }
        // Whoever held the account to begin a session has begun it by now, before this moment.
        let now = self.clock.now();
        let verified = account.email_verified_at.or_else(|| is_mailed.then_some(now));
        let change = Change {
            password: Some(hash),
            passwordless: Some(false),
            // What another transaction is just giving is from before, and ends all the same.
            sessions_from: Some(now),
            email_verified_at: verified,
            ..Change::default()
        };
        let changed =
            accounts::change(connection, tenant, account.id, &change).await?.ok_or(NotSet::Ended)?;
        mail_jobs::add(connection, &to_account(MailKind::Changed, account, self.ids.uuid(), now)).await?;
        Ok((taken, changed))
    }
}
