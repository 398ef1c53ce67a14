//! `grant_type=refresh_token`: more of what a person granted before.
//! <https://hl7.org/fhir/smart-app-launch/STU2.2/app-launch.html#refresh-access-token>
//!
//! Each refresh token is good once and gives the next (RFC 9700, 4.14.2). One that comes a second time is in two hands, of which
//! one is a thief's: the whole family ends.

use chrono::TimeDelta;

use super::client::Proof;
use super::code::{LIFETIME_S as ACCESS_LIFETIME_S, NOT_ALLOWED, take_back};
use super::web_session::may_go_on;
use super::{Client, GrantType, Refusal, Tokens};
use crate::core::Secret;
use crate::fhir::definitions;
use crate::identity::scopes::Scope;
use crate::identity::{Identity, Scopes, fingerprint};
use crate::storage::oauth::grants::{self, GrantRow};
use crate::storage::oauth::refresh_tokens::{self, RefreshToken};
use crate::storage::oauth::web_sessions;
use crate::storage::{Connection, StorageError, TenantId, accounts};

/// Every refresh token opens so, which lets a secret scanner know it.
pub const PREFIX: &str = "hyr_";
/// How long a refresh token waits for its use.
const OFFLINE_LIFETIME_S: i64 = 90 * 24 * 60 * 60;

/// One text for whatever a stranger might try.
const NO_TOKEN: &str = "there is no such refresh token for this client, or it has ended";

enum Refreshed {
    Given(Box<Tokens>),
    Refused(Refusal),
    /// It was used before; the access tokens that are taken back.
    Reused(Vec<String>),
}

impl Identity {
    /// Gives a client new tokens for a refresh token, with all scopes of the grant or those that it asks for, and for one of the purposes
    /// that the person was told.
    ///
    /// # Errors
    /// When the token does not hold, or more is asked for than was granted.
    pub async fn refresh(
        &self,
        client: &Client,
        token: &str,
        scope: Option<&str>,
        purpose: Option<&str>,
    ) -> Result<Tokens, Refusal> {
        if !client.grants.contains(&GrantType::RefreshToken) {
            return Err(Refusal::UnauthorizedClient);
        }
        let mut transaction = self.store.begin(client.tenant).await?;
        let refreshed = self.refreshed(&mut transaction, client, token, scope, purpose).await;
        match transaction.finish(refreshed).await? {
            Refreshed::Given(tokens) => Ok(*tokens),
            Refreshed::Refused(refusal) => Err(refusal),
            Refreshed::Reused(tokens) => {
                self.forget(&tokens);
                Err(Refusal::InvalidGrant("the refresh token was used before: what it gave is taken back"))
            }
        }
    }

    /// The public client that a refresh token was given to. Such a client need not say who it is (RFC 6749, 6): it could show nothing
    /// for it, and the token is its alone.
    ///
    /// # Errors
    /// When the token is none of a public client's.
    pub async fn client_of_refresh_token(&self, token: &str) -> Result<Client, Refusal> {
        let hash = fingerprint(token);
        let mut transaction = self.store.begin_presented(&hash).await?;
        let found = refresh_tokens::find_presented(&mut transaction, &hash).await;
        let row = transaction.finish(found).await?.ok_or(Refusal::InvalidGrant(NO_TOKEN))?;
        let tenant = TenantId::from_row(row.tenant);
        let mut transaction = self.store.begin(tenant).await?;
        let grant = grants::find(&mut transaction, tenant, row.of_grant).await;
        let grant = transaction.finish(grant).await?.ok_or(Refusal::InvalidGrant(NO_TOKEN))?;
        let client = self.client_of(tenant, grant.client).await?;
        let client = client.filter(|client| matches!(client.proof, Proof::None));
        client.ok_or(Refusal::InvalidClient("the client does not say who it is"))
    }

    async fn refreshed(
        &self,
        connection: &mut Connection,
        client: &Client,
        token: &str,
        scope: Option<&str>,
        purpose: Option<&str>,
    ) -> Result<Refreshed, StorageError> {
        let (tenant, now) = (client.tenant, self.clock.now());
        let Some(client) = &client.held(connection).await? else {
            return Ok(Refreshed::Refused(Refusal::InvalidGrant(NO_TOKEN)));
        };
        let found = refresh_tokens::find(connection, tenant, &fingerprint(token)).await?;
        let Some(row) = found.filter(|row| row.expires_at > now) else {
            return Ok(Refreshed::Refused(Refusal::InvalidGrant(NO_TOKEN)));
        };
        let grant = grants::find_locked(connection, tenant, row.of_grant).await?;
        let Some(grant) = grant.filter(|grant| grant.client == client.id) else {
            return Ok(Refreshed::Refused(Refusal::InvalidGrant(NO_TOKEN)));
        };
        if row.used_at.is_some() {
            return Ok(Refreshed::Reused(take_back(connection, tenant, grant.id).await?));
        }
        let granted = Scopes::known_in(&grant.scope, definitions::is_resource_type);
        if scope.is_some_and(|scope| !granted.allow(scope, definitions::is_resource_type)) {
            return Ok(Refreshed::Refused(Refusal::InvalidScope("scope asks for more than was granted")));
        }
        let Ok(purpose) = client.purpose_of(&grant, purpose) else {
            return Ok(Refreshed::Refused(Refusal::InvalidRequest(NOT_ALLOWED)));
        };
        if !self.is_session_alive(connection, tenant, &grant, &granted).await? {
            return Ok(Refreshed::Refused(Refusal::InvalidGrant("the person has signed out")));
        }
        if !refresh_tokens::use_up(connection, tenant, row.id, now).await? {
            return Ok(Refreshed::Reused(take_back(connection, tenant, grant.id).await?));
        }
        let scope = scope.unwrap_or(&grant.scope);
        let tokens = self.give_for(connection, client, &grant, scope, purpose.as_deref()).await?;
        Ok(Refreshed::Given(Box::new(tokens)))
    }

    /// A refresh token for a grant that has the scope for one. The grant is kept for as long as what is given for it.
    pub(super) async fn give_refresh_token(
        &self,
        connection: &mut Connection,
        client: &Client,
        grant: &GrantRow,
    ) -> Result<Option<Secret<String>>, StorageError> {
        let granted = Scopes::known_in(&grant.scope, definitions::is_resource_type);
        let is_lasting = granted.has(&Scope::OfflineAccess) || granted.has(&Scope::OnlineAccess);
        let is_given = is_lasting && client.grants.contains(&GrantType::RefreshToken);
        let lifetime_s = if is_given { OFFLINE_LIFETIME_S } else { ACCESS_LIFETIME_S };
        let until = self.clock.now() + TimeDelta::seconds(lifetime_s);
        grants::keep_until(connection, client.tenant, grant.id, until).await?;
        if !is_given {
            return Ok(None);
        }
        let token = format!("{PREFIX}{}", self.ids.random(32));
        let row = RefreshToken {
            tenant: client.tenant.number(),
            id: self.ids.uuid(),
            hash: fingerprint(&token),
            of_grant: grant.id,
            used_at: None,
            expires_at: until,
        };
        refresh_tokens::insert(connection, &row).await?;
        Ok(Some(Secret::new(token)))
    }

    /// Whether the account may be used, and the person is still signed in where the grant is only for so long.
    async fn is_session_alive(
        &self,
        connection: &mut Connection,
        tenant: TenantId,
        grant: &GrantRow,
        granted: &Scopes,
    ) -> Result<bool, StorageError> {
        // Held, so that a new password comes either before this, or after what is given here.
        let account = accounts::find_held(connection, tenant, grant.account).await?;
        if !account.is_some_and(|account| may_go_on(&account, grant.signed_in_at)) {
            return Ok(false);
        }
        if granted.has(&Scope::OfflineAccess) {
            return Ok(true);
        }
        let session = web_sessions::find_by_id(connection, tenant, grant.session).await?;
        Ok(session.is_some_and(|session| session.expires_at > self.clock.now()))
    }
}
