//! Signing in to the authorisation server, in a browser.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::core::Secret;
use crate::identity::federation::link::ByProvider;
use crate::identity::sign_in::SignInError;
use crate::identity::{Account, Identity, Surface, fingerprint};
use crate::storage::oauth::web_sessions::{self, WebSession};
use crate::storage::{StorageError, TenantId, accounts};

/// How long a person stays signed in.
pub const LIFETIME_S: i64 = 12 * 60 * 60;

/// A browser in which somebody has signed in.
#[derive(Clone, Debug)]
pub struct SignedInBrowser {
    /// The session's id.
    pub id: Uuid,
    /// Who it is.
    pub account: Account,
    /// Since when.
    pub signed_in_at: DateTime<Utc>,
}

/// What a session is told from others by.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// The browser's name.
    pub browser: Option<String>,
    /// Where the person is.
    pub address: Option<IpAddr>,
}

impl SignedInBrowser {
    /// The resource that stands for the person, relative to the FHIR base.
    #[must_use]
    pub fn fhir_user(&self) -> String {
        fhir_user(&self.account)
    }
}

/// Whether somebody who signed in then may go on: the account is active, and has no other password since.
pub(in crate::identity) fn may_go_on(account: &Account, signed_in_at: DateTime<Utc>) -> bool {
    account.active && account.sessions_from.is_none_or(|from| signed_in_at >= from)
}

/// The resource that stands for a person.
pub(super) fn fhir_user(account: &Account) -> String {
    match &account.patient {
        Some(patient) => format!("Patient/{patient}"),
        None => format!("Practitioner/{}", account.practitioner),
    }
}

impl Identity {
    /// The account of a person with this e-mail address and password, who may have to show a second factor before a browser is
    /// signed in.
    ///
    /// # Errors
    /// As for [`Identity::sign_in`].
    pub async fn person(
        &self,
        email: &str,
        password: Secret<String>,
        from: Option<IpAddr>,
    ) -> Result<Account, SignInError> {
        self.verified_account(Surface::Fhir, email, password, from).await
    }

    /// Signs a person, who has shown to be that, in to a browser; the value for its cookie. Where a provider recognised the person, the
    /// session lasts as long as the provider does not end it.
    ///
    /// # Errors
    /// [`SignInError::Wrong`] when the account was closed, got another password, or lost its link, since the person showed it.
    pub async fn begin_session(
        &self,
        account: Account,
        provider: Option<&ByProvider>,
        seen: Seen,
    ) -> Result<(SignedInBrowser, Secret<String>), SignInError> {
        let tenant = TenantId::from_row(account.tenant);
        let (session, value) = self.new_browser_session(&account, seen);
        let mut transaction = self.store.begin(tenant).await?;
        let kept = async {
            // Held and as it was when its password was looked at: a new password ends every session, also one that just begins.
            let current = accounts::find_held(&mut transaction, tenant, account.id).await?;
            if !current.is_some_and(|current| current.active && current.password == account.password) {
                return Err(SignInError::Wrong);
            }
            web_sessions::insert(&mut transaction, &session).await?;
            if let Some(provider) = provider
                && !provider.keep(&mut transaction, &session).await?
            {
                return Err(SignInError::Wrong);
            }
            Ok(())
        }
        .await;
        transaction.finish(kept).await?;
        Ok((SignedInBrowser { id: session.id, account, signed_in_at: session.created_at }, value))
    }

    /// A session that begins now, and the value for its cookie; it is not kept yet.
    fn new_browser_session(&self, account: &Account, seen: Seen) -> (WebSession, Secret<String>) {
        let (value, now) = (self.ids.random(32), self.clock.now());
        let session = WebSession {
            tenant: account.tenant,
            id: self.ids.uuid(),
            hash: fingerprint(&value),
            account: account.id,
            created_at: now,
            expires_at: now + TimeDelta::seconds(LIFETIME_S),
            browser: seen.browser,
            address: seen.address.map(|address| address.to_canonical().to_string()),
        };
        (session, Secret::new(value))
    }

    /// Who has signed in to the browser with this cookie.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn signed_in_browser(&self, value: &str) -> Result<Option<SignedInBrowser>, StorageError> {
        let hash = fingerprint(value);
        let mut transaction = self.store.begin_presented(&hash).await?;
        let found = web_sessions::find(&mut transaction, &hash).await;
        let session =
            transaction.finish(found).await?.filter(|session| session.expires_at > self.clock.now());
        let Some(session) = session else { return Ok(None) };
        let tenant = TenantId::from_row(session.tenant);
        let mut transaction = self.store.begin(tenant).await?;
        let found = accounts::find(&mut transaction, tenant, session.account).await;
        let account = transaction.finish(found).await?;
        let account = account.filter(|account| may_go_on(account, session.created_at));
        Ok(account.map(|account| SignedInBrowser {
            id: session.id,
            account,
            signed_in_at: session.created_at,
        }))
    }

    /// Ends a session: with it end the refresh tokens that were given for as long as it lasts.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sign_out_browser(&self, browser: &SignedInBrowser) -> Result<(), StorageError> {
        let tenant = TenantId::from_row(browser.account.tenant);
        let mut transaction = self.store.begin(tenant).await?;
        let removed = web_sessions::remove(&mut transaction, tenant, browser.id).await;
        transaction.finish(removed).await
    }
}
