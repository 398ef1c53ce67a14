//! Which account somebody has whom a provider recognised.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::core::Secret;
use crate::identity::session_tokens::LIFETIME_S;
use crate::identity::sign_in::{SignInError, SignedIn};
use crate::identity::{Account, Identity, Surface};
use crate::storage::federation::identities::{self, Identity as Link};
use crate::storage::federation::sessions::{self, Session};
use crate::storage::federation::steps::{self, Step};
use crate::storage::oauth::web_sessions::WebSession;
use crate::storage::{Connection, StorageError, TenantId, accounts, tenants};

use super::finish::Recognised;

/// What a session that began at a provider remembers of it.
#[derive(Clone, Debug)]
pub struct ByProvider {
    provider: String,
    issuer: String,
    identity: String,
    sid: Option<String>,
    id_token: Secret<String>,
    /// Whether the account is linked when the session begins.
    pub links: bool,
}

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
    /// None: the provider has verified an e-mail address of which it is not believed.
    Foreign,
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
        if !self.federation.speaks_for(&person.provider, email) {
            return Ok(Known::Foreign);
        }
        Ok(match self.account_by_email(surface, email).await? {
            None => Known::Stranger(email.clone()),
            Some(account) if !account.active => Known::Closed,
            Some(account)
                if !self.is_open_to(&person.provider, TenantId::from_row(account.tenant)).await? =>
            {
                Known::Closed
            }
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

    /// Whether the operator lets an e-mail address that this provider has verified lead to the accounts of a tenant.
    async fn is_open_to(&self, provider: &str, tenant: TenantId) -> Result<bool, StorageError> {
        let Ok(provider) = self.federation.find(provider) else { return Ok(false) };
        let names = &provider.settings.tenants;
        for name in names {
            if tenants::find(&self.store, name).await? == Some(tenant) {
                return Ok(true);
            }
        }
        Ok(names.is_empty())
    }

    /// Signs a person, whom a provider recognised, in to a surface whose people send session tokens. The token lasts as long as any
    /// other: that the provider ends its own session does not end it.
    ///
    /// # Errors
    /// [`SignInError::Wrong`] when the account was closed, or lost its link, since the person was recognised.
    pub async fn sign_in_by_provider(
        &self,
        surface: Surface,
        account: &Account,
        provider: &ByProvider,
    ) -> Result<SignedIn, SignInError> {
        let (tenant, now) = (TenantId::from_row(account.tenant), self.clock.now());
        let mut transaction = self.store.begin(tenant).await?;
        let signed_in = async {
            let current = accounts::find_held(&mut transaction, tenant, account.id).await?;
            let account = current.filter(|current| current.active).ok_or(SignInError::Wrong)?;
            if !provider.link(&mut transaction, tenant, account.id, now).await? {
                return Err(SignInError::Wrong);
            }
            // Made while the account is in hand: whatever ends its sessions from then on ends this one too.
            let token = self.session_token(surface, &account)?;
            Ok(SignedIn { account, token, expires_in_s: LIFETIME_S })
        }
        .await;
        transaction.finish(signed_in).await
    }

    /// How a person signs in whom a provider recognised. Where the account `is_linked` to them already, nothing is linked.
    #[must_use]
    pub fn by_provider(person: &Recognised, is_linked: bool) -> ByProvider {
        ByProvider {
            provider: person.provider.clone(),
            issuer: person.issuer.clone(),
            identity: person.identity.clone(),
            sid: person.sid.clone(),
            id_token: person.id_token.clone(),
            links: !is_linked,
        }
    }
}

impl ByProvider {
    /// Keeps it beside a session that begins, and links the account. False when the account was linked, and is not any more.
    pub(in crate::identity) async fn keep(
        &self,
        connection: &mut Connection,
        session: &WebSession,
    ) -> Result<bool, StorageError> {
        let beside = Session {
            tenant: session.tenant,
            session: session.id,
            provider: self.provider.clone(),
            identity: self.identity.clone(),
            sid: self.sid.clone(),
            id_token: self.id_token.expose().clone(),
        };
        sessions::insert(connection, &beside).await?;
        let tenant = TenantId::from_row(session.tenant);
        self.link(connection, tenant, session.account, session.created_at).await
    }

    /// Links the account, so that it is found whatever becomes of the e-mail address. False when the account was linked, and is not any
    /// more.
    async fn link(
        &self,
        connection: &mut Connection,
        tenant: TenantId,
        account: Uuid,
        linked_at: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        if !self.links {
            let link = identities::find_held(connection, tenant, account, &self.identity).await?;
            return Ok(link.is_some());
        }
        let (hash, issuer) = (self.identity.clone(), self.issuer.clone());
        let link = Link { tenant: tenant.number(), hash, account, issuer, linked_at };
        identities::insert(connection, &link).await?;
        Ok(true)
    }

    /// Keeps it beside the secret of the page that asks for the second factor.
    pub(in crate::identity) async fn wait(
        &self,
        connection: &mut Connection,
        tenant: TenantId,
        token: &str,
    ) -> Result<(), StorageError> {
        let step = Step {
            tenant: tenant.number(),
            token: token.to_owned(),
            provider: self.provider.clone(),
            issuer: self.issuer.clone(),
            identity: self.identity.clone(),
            sid: self.sid.clone(),
            id_token: self.id_token.expose().clone(),
            links: self.links,
        };
        steps::insert(connection, &step).await
    }
}

impl From<Step> for ByProvider {
    fn from(step: Step) -> Self {
        let Step { tenant: _, token: _, provider, issuer, identity, sid, id_token, links } = step;
        Self { provider, issuer, identity, sid, id_token: Secret::new(id_token), links }
    }
}
