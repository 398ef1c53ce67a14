//! Which account somebody has whom a provider recognised.

use crate::core::Secret;
use crate::identity::oauth::web_session::{Seen, SignedInBrowser};
use crate::identity::{Account, Identity, Surface};
use crate::storage::federation::identities::{self, Identity as Link};
use crate::storage::federation::sessions::{self, Session};
use crate::storage::oauth::web_sessions;
use crate::storage::{StorageError, TenantId, accounts};

use super::finish::Recognised;

/// Which account it is.
#[derive(Clone, Debug)]
pub enum Known {
    /// The one that was linked before.
    Linked(Account),
    /// The one with the e-mail address that the provider has verified; nothing is linked yet.
    ByEmail(Account),
    /// None has this e-mail address, which the provider has verified.
    Stranger(String),
    /// None: the provider has not verified an e-mail address.
    Unverified,
    /// One that somebody opened who never showed that the e-mail address is theirs: it may be another person's than whom the provider
    /// means, made to have that one sign in to it.
    Unproven,
    /// One that belongs to somebody else whom the same provider knows: the e-mail address was theirs before.
    Another,
    /// One that cannot be used.
    Closed,
}

impl Identity {
    /// The account of a surface that somebody has whom a provider recognised.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn account_of(&self, surface: Surface, person: &Recognised) -> Result<Known, StorageError> {
        if let Some(link) = self.linked(&person.identity).await? {
            let tenant = TenantId::from_row(link.tenant);
            let mut transaction = self.store.begin(tenant).await?;
            let account = accounts::find(&mut transaction, tenant, link.account).await;
            let account = transaction.finish(account).await?.filter(|account| account.active);
            return Ok(account.map_or(Known::Closed, Known::Linked));
        }
        let Some(email) = &person.email else { return Ok(Known::Unverified) };
        Ok(match self.account_by_email(surface, email).await? {
            None => Known::Stranger(email.clone()),
            Some(account) if !account.active => Known::Closed,
            Some(account) if account.signed_up && account.email_verified_at.is_none() => Known::Unproven,
            Some(account) if self.is_another(&account, person).await? => Known::Another,
            Some(account) => Known::ByEmail(account),
        })
    }

    /// The link of somebody whom a provider knows.
    pub(super) async fn linked(&self, identity: &str) -> Result<Option<Link>, StorageError> {
        let mut transaction = self.store.begin_presented(identity).await?;
        let found = identities::find(&mut transaction, identity).await;
        transaction.finish(found).await
    }

    /// Whether an account belongs to somebody else whom the provider knows. An address is given to the next person one day, and what
    /// the last one had is not theirs.
    async fn is_another(&self, account: &Account, person: &Recognised) -> Result<bool, StorageError> {
        let tenant = TenantId::from_row(account.tenant);
        let mut transaction = self.store.begin(tenant).await?;
        let linked = identities::is_linked(&mut transaction, tenant, account.id, &person.issuer).await;
        transaction.finish(linked).await
    }

    /// Links an account, so that it is found whatever becomes of the e-mail address.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn link(&self, account: &Account, person: &Recognised) -> Result<(), StorageError> {
        let link = Link {
            tenant: account.tenant,
            hash: person.identity.clone(),
            account: account.id,
            issuer: person.issuer.clone(),
            linked_at: self.clock.now(),
        };
        let mut transaction = self.store.begin(TenantId::from_row(account.tenant)).await?;
        let kept = identities::insert(&mut transaction, &link).await;
        match transaction.finish(kept).await {
            // The person came twice at the same moment.
            Err(StorageError::Duplicate(_)) => Ok(()),
            other => other,
        }
    }

    /// Signs the person with this account in to a browser, for as long as the provider does not end it; the value for its cookie.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_browser_by_provider(
        &self,
        account: Account,
        person: &Recognised,
        seen: Seen,
    ) -> Result<(SignedInBrowser, Secret<String>), StorageError> {
        let (session, value) = self.new_browser_session(&account, seen);
        let beside = Session {
            tenant: session.tenant,
            session: session.id,
            provider: person.provider.clone(),
            identity: person.identity.clone(),
            sid: person.sid.clone(),
            id_token: person.id_token.expose().clone(),
        };
        let mut transaction = self.store.begin(TenantId::from_row(account.tenant)).await?;
        let kept = async {
            web_sessions::insert(&mut transaction, &session).await?;
            sessions::insert(&mut transaction, &beside).await
        }
        .await;
        transaction.finish(kept).await?;
        Ok((SignedInBrowser { id: session.id, account, signed_in_at: session.created_at }, value))
    }
}
