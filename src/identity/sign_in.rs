//! Signing in with e-mail and password, and telling who signed in.

use std::net::IpAddr;

use chrono::{DateTime, Utc};

use super::passwords::NotHashed;
use super::session_tokens::{LIFETIME_S, Session, SigningFailed};
use super::throttle::{Ended, Guess};
use super::{Agent, Caller, Identity, Scopes, Surface, passwords};
use crate::core::Secret;
pub use crate::storage::accounts::Account;
use crate::storage::{StorageError, TenantId, accounts};

/// What somebody who signed in receives.
#[derive(Debug)]
pub struct SignedIn {
    /// Who it is.
    pub account: Account,
    /// The token to send with each request.
    pub token: Secret<String>,
    /// How long it is good for.
    pub expires_in_s: i64,
}

/// Why somebody could not sign in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// No such account, or another password: the caller is not told which.
    #[error("wrong e-mail address or password")]
    Wrong,
    /// Too many were wrong: the next is looked at in so many seconds. The caller is not told whether there is such an account.
    #[error("too many attempts: try again in {wait_s} seconds")]
    TooMany {
        /// How long to wait.
        wait_s: i64,
        /// So many were free,
        most: i32,
        /// within so many seconds.
        window_s: i64,
    },
    /// Too many sign in at the same time.
    #[error("too many sign in at the same time")]
    Busy,
    /// A password could not be looked at.
    #[error("a password could not be looked at")]
    Failed,
    /// The surface has no sign-in of this kind, or signing failed.
    #[error(transparent)]
    Signing(#[from] SigningFailed),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<NotHashed> for SignInError {
    fn from(reason: NotHashed) -> Self {
        match reason {
            NotHashed::Busy => Self::Busy,
            NotHashed::Failed => Self::Failed,
        }
    }
}

impl Identity {
    /// Signs a person in to a surface, from an address.
    ///
    /// # Errors
    /// [`SignInError::Wrong`] for an unknown e-mail address and for a wrong password alike, after the same time;
    /// [`SignInError::TooMany`] for both alike, without looking.
    pub async fn sign_in(
        &self,
        surface: Surface,
        email: &str,
        password: Secret<String>,
        from: Option<IpAddr>,
    ) -> Result<SignedIn, SignInError> {
        let begun = self.clock.now();
        let account = self.verified_account(surface, email, password, from).await?;
        // From before the password was looked at: one that was set since then ends the token.
        let token = self.session_token_since(surface, &account, begun)?;
        Ok(SignedIn { account, token, expires_in_s: LIFETIME_S })
    }

    /// The account of a surface with this e-mail address and password. Every sign-in by password comes through here.
    pub(super) async fn verified_account(
        &self,
        surface: Surface,
        email: &str,
        password: Secret<String>,
        from: Option<IpAddr>,
    ) -> Result<Account, SignInError> {
        let (identity, email) = (self.clone(), email.to_ascii_lowercase());
        // In a task of its own: a client that goes away before the answer has made its guess all the same.
        let looked = tokio::spawn(async move {
            let turn = identity.take_turn(Guess::Password(surface, &email), from).await?;
            let looked = identity.look(surface, &email, password).await;
            let ended = match &looked {
                Ok(_) => Ended::Right,
                Err(SignInError::Wrong) => Ended::Wrong,
                Err(_) => Ended::Unseen,
            };
            identity.end_turn(&turn, ended).await?;
            looked
        });
        looked.await.unwrap_or(Err(SignInError::Failed))
    }

    async fn look(
        &self,
        surface: Surface,
        email: &str,
        password: Secret<String>,
    ) -> Result<Account, SignInError> {
        let found = self.account_by_email(surface, email).await?;
        let hash = found.as_ref().map(|account| account.password.clone());
        let verified = passwords::verify(password, hash).await?;
        found.filter(|account| verified && account.active).ok_or(SignInError::Wrong)
    }

    /// The account with this e-mail address, in lower case.
    pub(super) async fn account_by_email(
        &self,
        surface: Surface,
        email: &str,
    ) -> Result<Option<Account>, StorageError> {
        // Nobody's address has them, and Postgres fails at one of them.
        if email.contains(char::is_control) {
            return Ok(None);
        }
        let presented = accounts::presented(surface.as_str(), email);
        let mut transaction = self.store.begin_presented(&presented).await?;
        let found = accounts::find_by_email(&mut transaction, surface.as_str(), email).await;
        transaction.finish(found).await
    }

    /// A token for an account of the surface.
    ///
    /// # Errors
    /// When the surface has no such tokens, or signing fails.
    pub fn session_token(
        &self,
        surface: Surface,
        account: &Account,
    ) -> Result<Secret<String>, SigningFailed> {
        self.session_token_since(surface, account, self.clock.now())
    }

    fn session_token_since(
        &self,
        surface: Surface,
        account: &Account,
        begun: DateTime<Utc>,
    ) -> Result<Secret<String>, SigningFailed> {
        let issued_at = begun.timestamp().max(good_from(account));
        let session = Session { tenant: TenantId::from_row(account.tenant), account: account.id, issued_at };
        let tokens = self.session_tokens(surface).ok_or(SigningFailed)?;
        tokens.issue(session, None, self.ids.uuid())
    }

    /// The caller with this session token, and the account behind it; none when the token does not hold.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn authenticate_session(
        &self,
        surface: Surface,
        token: &str,
    ) -> Result<Option<(Caller, Account)>, StorageError> {
        let tokens = self.session_tokens(surface);
        let Some(session) = tokens.and_then(|tokens| tokens.check(token, self.clock.now())) else {
            return Ok(None);
        };
        let mut transaction = self.store.begin(session.tenant).await?;
        let found = accounts::find(&mut transaction, session.tenant, session.account).await;
        let account = transaction.finish(found).await?;
        Ok(account
            .filter(|account| account.surface == surface.as_str() && account.active)
            .filter(|account| session.issued_at >= good_from(account))
            .map(|account| (Caller::of_account(surface, &account), account)))
    }

    /// From when on a session's token is good for nothing, in seconds since 1970; none where it is good for nothing now.
    #[must_use]
    pub fn session_until(&self, surface: Surface, token: &str) -> Option<i64> {
        let session = self.session_tokens(surface)?.check(token, self.clock.now())?;
        Some(session.issued_at.saturating_add(LIFETIME_S))
    }
}

/// The first second, since 1970, whose tokens hold: tokens tell no parts of a second, and those from before the account's password was set
/// end with it, in the same second too.
pub(super) fn good_from(account: &Account) -> i64 {
    account.sessions_from.map_or(i64::MIN, |from| from.timestamp().saturating_add(1))
}

impl Caller {
    /// The person with an account, who has shown to be that.
    #[must_use]
    pub fn of_account(surface: Surface, account: &Account) -> Self {
        Self {
            tenant: TenantId::from_row(account.tenant),
            agent: Agent::Account(account.id),
            actors: account.actors().collect(),
            scopes: Scopes::all(),
            ..Self::anonymous(surface)
        }
    }
}
