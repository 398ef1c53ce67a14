//! API keys of projects: `dk_` and 256 random bits, shown once, kept as SHA-256 (contract SS-05, SS-46).

use uuid::Uuid;

use super::allowances::Allowance;
use super::{Agent, Caller, Identity, Scopes, Surface, fingerprint};
use crate::core::Secret;
pub use crate::storage::api_keys::ApiKey;
use crate::storage::audit::Note;
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
    /// The first characters of the key.
    pub key_prefix: String,
    /// What those may do who can use the surface in the tenant: one at least.
    pub allowances: Vec<Allowance>,
}

/// Why a key was not replaced.
#[derive(Debug, thiserror::Error)]
pub enum NotRotated {
    /// The tenant has no such key.
    #[error("there is no such key")]
    Unknown,
    /// It was revoked before.
    #[error("the key is revoked already")]
    Revoked,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Identity {
    /// Makes a key for a project of the caller's tenant and surface. The `note` of it, as of each change of a key, is kept with it or not
    /// at all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn make_api_key(
        &self,
        caller: &Caller,
        project: &str,
        name: &str,
        note: Note,
    ) -> Result<(ApiKey, Secret<String>), StorageError> {
        let (row, key) = self.new_api_key(caller, project, name);
        let mut transaction = self.store.begin(caller.tenant).await?;
        let kept = async {
            api_keys::insert(&mut transaction, &row).await?;
            note.add(&mut transaction, caller.tenant, Agent::ApiKey(row.id).kind(), row.id).await
        }
        .await;
        transaction.finish(kept).await?;
        Ok((row, key))
    }

    fn new_api_key(&self, caller: &Caller, project: &str, name: &str) -> (ApiKey, Secret<String>) {
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
        (row, Secret::new(key))
    }

    /// The caller with this key; none when it is unknown, of another surface, or revoked, or when nobody of its tenant can use the
    /// surface any more.
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
        let mut connection = self.store.alone(tenant).await?;
        let allowances = api_keys::note_use(&mut connection, &row, self.clock.now()).await;
        let allowances = connection.finish(allowances).await?;
        if allowances.is_empty() {
            return Ok(None);
        }
        let caller = Caller {
            tenant,
            agent: Agent::ApiKey(row.id),
            actors: vec![format!("Organization/{}", row.project)],
            scopes: Scopes::all(),
            ..Caller::anonymous(surface)
        };
        Ok(Some((caller, Project { organization: row.project, key_prefix: row.prefix, allowances })))
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

    /// How many keys of a surface in the tenant were not revoked.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_api_keys(&self, caller: &Caller) -> Result<i64, StorageError> {
        let mut connection = self.store.alone(caller.tenant).await?;
        let count = api_keys::count_active(&mut connection, caller.tenant, caller.surface.as_str()).await;
        connection.finish(count).await
    }

    /// What those may do who can use the caller's surface in the tenant: what its keys are held to.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn allowances(&self, caller: &Caller) -> Result<Vec<Allowance>, StorageError> {
        let mut connection = self.store.alone(caller.tenant).await?;
        let allowed = api_keys::allowances(&mut connection, caller.tenant, caller.surface.as_str()).await;
        connection.finish(allowed).await
    }

    /// Revokes a key of the caller's tenant and surface at once, unless it was revoked before; the key as it is then, none when
    /// there is no such key.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_api_key(
        &self,
        caller: &Caller,
        id: Uuid,
        note: Note,
    ) -> Result<Option<ApiKey>, StorageError> {
        let (tenant, surface) = (caller.tenant, caller.surface.as_str());
        let mut transaction = self.store.begin(tenant).await?;
        let revoked = async {
            api_keys::revoke(&mut transaction, tenant, surface, id, self.clock.now()).await?;
            let found = api_keys::find_by_id(&mut transaction, tenant, surface, id).await?;
            if found.is_some() {
                note.add(&mut transaction, tenant, Agent::ApiKey(id).kind(), id).await?;
            }
            Ok(found)
        }
        .await;
        transaction.finish(revoked).await
    }

    /// Replaces a key of the caller's tenant and surface by a new one of the same project and name. Both happens, or nothing; of
    /// two rotations at once one finds the key revoked.
    ///
    /// # Errors
    /// Why it was not replaced; then nothing is changed.
    pub async fn rotate_api_key(
        &self,
        caller: &Caller,
        id: Uuid,
        note: Note,
    ) -> Result<(ApiKey, Secret<String>), NotRotated> {
        let (tenant, surface) = (caller.tenant, caller.surface.as_str());
        let mut transaction = self.store.begin(tenant).await?;
        let rotated = async {
            let old = api_keys::find_by_id(&mut transaction, tenant, surface, id).await?;
            let old = old.ok_or(NotRotated::Unknown)?;
            if !api_keys::revoke(&mut transaction, tenant, surface, id, self.clock.now()).await? {
                return Err(NotRotated::Revoked);
            }
            let (row, key) = self.new_api_key(caller, &old.project, &old.name);
            api_keys::insert(&mut transaction, &row).await?;
            note.add(&mut transaction, tenant, Agent::ApiKey(id).kind(), id).await?;
            Ok((row, key))
        }
        .await;
        transaction.finish(rotated).await
    }
}
