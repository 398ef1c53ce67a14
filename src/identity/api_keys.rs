//! API keys of projects: `dk_` and 256 random bits, shown once, kept as SHA-256 (contract SS-05, SS-46).

use uuid::Uuid;

use super::{Agent, Caller, Identity, Scopes, Surface, fingerprint};
use crate::core::Secret;
pub use crate::storage::api_keys::ApiKey;
use crate::storage::{StorageError, TenantId, api_keys};

/// How every key opens.
pub const PREFIX: &str = "dk_";

/// So many characters of a key are kept readable, for its owner to tell it from others.
const SHOWN: usize = 10;

/// The project behind a key.
#[derive(Clone, Debug)]
pub struct Project {
    /// Id of the Organization that is the project.
    pub organization: String,
}

impl Identity {
    /// Makes a key for a project of the caller's tenant and surface.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn make_api_key(
        &self,
        caller: &Caller,
        project: &str,
        name: &str,
    ) -> Result<(ApiKey, Secret<String>), StorageError> {
        let key = format!("{PREFIX}{}", self.ids.random(32));
        let row = ApiKey {
            tenant: caller.tenant.number(),
            id: self.ids.uuid(),
            surface: caller.surface.as_str().to_owned(),
            hash: fingerprint(&key),
            prefix: key.chars().take(SHOWN).collect(),
            project: project.to_owned(),
            name: name.to_owned(),
            created_at: self.clock.now(),
            last_used_at: None,
            revoked_at: None,
        };
        let mut transaction = self.store.begin(caller.tenant).await?;
        let kept = api_keys::insert(&mut transaction, &row).await;
        transaction.finish(kept).await?;
        Ok((row, Secret::new(key)))
    }

    /// The caller with this key; none when it is unknown, of another surface, or revoked.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn authenticate_api_key(
        &self,
        surface: Surface,
        key: &str,
    ) -> Result<Option<(Caller, Project)>, StorageError> {
        if !key.starts_with(PREFIX) {
            return Ok(None);
        }
        let hash = fingerprint(key);
        let mut transaction = self.store.begin_presented(&hash).await?;
        let found = api_keys::find(&mut transaction, &hash).await;
        let found = transaction.finish(found).await?;
        let Some(row) = found.filter(|row| row.revoked_at.is_none() && row.surface == surface.as_str())
        else {
            return Ok(None);
        };
        let tenant = TenantId::from_row(row.tenant);
        let mut transaction = self.store.begin(tenant).await?;
        let noted = api_keys::note_use(&mut transaction, tenant, row.id, self.clock.now()).await;
        transaction.finish(noted).await?;
        let caller = Caller {
            tenant,
            agent: Agent::ApiKey(row.id),
            scopes: Scopes::all(),
            ..Caller::anonymous(surface)
        };
        Ok(Some((caller, Project { organization: row.project })))
    }

    /// The keys of a surface in the tenant, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn api_keys(&self, caller: &Caller) -> Result<Vec<ApiKey>, StorageError> {
        let mut transaction = self.store.begin(caller.tenant).await?;
        let rows = api_keys::list(&mut transaction, caller.tenant, caller.surface.as_str()).await;
        transaction.finish(rows).await
    }

    /// Revokes a key at once; false when the tenant has no such key in use.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_api_key(&self, caller: &Caller, id: Uuid) -> Result<bool, StorageError> {
        let mut transaction = self.store.begin(caller.tenant).await?;
        let revoked = api_keys::revoke(&mut transaction, caller.tenant, id, self.clock.now()).await;
        transaction.finish(revoked).await
    }
}
