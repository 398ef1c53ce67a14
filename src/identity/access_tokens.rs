//! Opaque bearer tokens for `/fhir`, given out by the operator.

use chrono::{DateTime, TimeDelta, Utc};

use super::scopes::NotAScope;
use super::{Agent, Caller, Identity, Scopes, Surface, fingerprint};
use crate::core::Secret;
use crate::fhir::definitions;
use crate::storage::{StorageError, TenantId, access_tokens, tenants};

/// Every token opens so, which lets a secret scanner know it.
const PREFIX: &str = "hyg_";

/// How long a token is good for.
pub const LIFETIME_S: i64 = 12 * 60 * 60;

/// So many seconds a token that was found is not looked up again: the longest time that one works on after it was taken back.
const REMEMBERED_S: i64 = 5;
/// So many tokens are remembered.
pub(super) const REMEMBERED: usize = 10_000;

/// A token that was found.
#[derive(Clone)]
pub(super) struct Known {
    caller: Caller,
    until: DateTime<Utc>,
}

/// Why no token was given out.
#[derive(Debug, thiserror::Error)]
pub enum NotIssued {
    /// A scope is not one.
    #[error(transparent)]
    Scope(#[from] NotAScope),
    /// There is no tenant of that name.
    #[error("there is no tenant named {0:?}")]
    Tenant(String),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Identity {
    /// Makes a token with these scopes for a client of the tenant of that name.
    ///
    /// # Errors
    /// When a scope or the tenant is unknown, or the database fails.
    pub async fn issue_access_token(&self, tenant: &str, scope: &str) -> Result<Secret<String>, NotIssued> {
        Scopes::parse(scope, definitions::is_resource_type)?;
        let found = tenants::find(&self.store, tenant).await?;
        let tenant = found.ok_or_else(|| NotIssued::Tenant(tenant.to_owned()))?;
        let token = format!("{PREFIX}{}", self.ids.random(32));
        let now = self.clock.now();
        let row = access_tokens::AccessToken {
            tenant: tenant.number(),
            id: self.ids.uuid(),
            hash: fingerprint(&token),
            scope: scope.to_owned(),
            created_at: now,
            expires_at: now + TimeDelta::seconds(LIFETIME_S),
        };
        let mut transaction = self.store.begin(tenant).await?;
        let kept = access_tokens::insert(&mut transaction, &row).await;
        transaction.finish(kept).await?;
        Ok(Secret::new(token))
    }

    /// The caller with this token; none when it is unknown or expired.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn authenticate_client(&self, token: &str) -> Result<Option<Caller>, StorageError> {
        if !token.starts_with(PREFIX) {
            return Ok(None);
        }
        let hash = fingerprint(token);
        let now = self.clock.now();
        if let Some(known) = self.tokens.get(&hash)
            && now < known.until
        {
            return Ok(Some(known.caller));
        }
        let mut transaction = self.store.begin_presented(&hash).await?;
        let found = access_tokens::find(&mut transaction, &hash).await;
        let Some(row) = transaction.finish(found).await? else { return Ok(None) };
        if row.expires_at <= now {
            return Ok(None);
        }
        let scopes = Scopes::parse(&row.scope, definitions::is_resource_type).map_err(|_| {
            StorageError::Corrupt { table: "access_token", column: "scope", row: row.id.to_string() }
        })?;
        let tenant = TenantId::from_row(row.tenant);
        let caller =
            Caller { tenant, agent: Agent::Client(row.id), scopes, ..Caller::anonymous(Surface::Fhir) };
        let until = row.expires_at.min(now + TimeDelta::seconds(REMEMBERED_S));
        self.tokens.insert(hash, Known { caller: caller.clone(), until });
        Ok(Some(caller))
    }

    /// Removes tokens of all tenants that ended more than a day ago, and says how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_ended_tokens(&self) -> Result<usize, StorageError> {
        let mut transaction = self.store.begin(TenantId::PLATFORM).await?;
        let removed = access_tokens::remove_ended(&mut transaction).await;
        transaction.finish(removed).await
    }
}
