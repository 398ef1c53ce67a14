//! The clients that a tenant has: looked at, changed, and removed.

use uuid::Uuid;

use super::Client;
use super::registration::{NotRegistered, check_redirect_uris, checked_name, checked_scopes, grants};
use crate::core::Secret;
use crate::fhir::definitions;
use crate::identity::purposes::Purposes;
use crate::identity::{Identity, fingerprint};
use crate::storage::audit::Note;
use crate::storage::oauth::clients::{self, ClientRow};
use crate::storage::oauth::grants as granted;
use crate::storage::{Connection, StorageError, TenantId, access_tokens};

/// What a client is called where the audit trail names it.
pub const KIND: &str = "client";

/// What is to change of a client; none stays.
#[derive(Clone, Debug, Default)]
pub struct ClientChange {
    /// What people are shown.
    pub name: Option<String>,
    /// Where answers may be sent. Where one of before is missing, all that was given to the client is taken back.
    pub redirect_uris: Option<Vec<String>>,
    /// What it may ask for. Where that is less than before, all that was given to it is taken back.
    pub scope: Option<String>,
    /// What it may want data for. Where something of before is missing, all that was given to it is taken back.
    pub purposes: Option<Vec<String>>,
}

impl ClientChange {
    /// Whether nothing is to change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self { name, redirect_uris, scope, purposes } = self;
        name.is_none() && redirect_uris.is_none() && scope.is_none() && purposes.is_none()
    }
}

/// What became of a client's secret.
#[derive(Debug)]
pub enum Renewal {
    /// This is the new one; the old one is good for nothing.
    Renewed(Secret<String>),
    /// The client shows itself in another way.
    HasNone,
    /// There is no such client.
    Unknown,
}

impl Identity {
    /// So many clients of a tenant that come after this one, the oldest first, and whether there are more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn clients_of(
        &self,
        tenant: TenantId,
        after: Option<Uuid>,
        limit: i64,
    ) -> Result<(Vec<Client>, bool), StorageError> {
        let mut transaction = self.store.begin(tenant).await?;
        let one_more = limit.saturating_add(1);
        let rows = clients::page(&mut transaction, tenant, after.unwrap_or_default(), one_more).await;
        let mut rows = transaction.finish(rows).await?;
        let limit = usize::try_from(limit).unwrap_or_default();
        let is_cut = rows.len() > limit;
        rows.truncate(limit);
        Ok((rows.into_iter().map(Client::try_from).collect::<Result<_, _>>()?, is_cut))
    }

    /// A client of a tenant.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn client_of(&self, tenant: TenantId, id: Uuid) -> Result<Option<Client>, StorageError> {
        let mut transaction = self.store.begin(tenant).await?;
        let found = clients::find(&mut transaction, id).await;
        transaction.finish(found).await?.map(Client::try_from).transpose()
    }

    /// Changes a client of a tenant; none when there is none.
    ///
    /// # Errors
    /// Why it was not changed; then nothing is.
    pub async fn change_client(
        &self,
        tenant: TenantId,
        id: Uuid,
        change: &ClientChange,
        note: Note,
    ) -> Result<Option<Client>, NotRegistered> {
        let mut transaction = self.store.begin(tenant).await?;
        let changed = async {
            clients::lock(&mut transaction, tenant, id).await?;
            let Some(before) = clients::find(&mut transaction, id).await? else { return Ok(None) };
            let after = changed(&before, change)?;
            clients::update(&mut transaction, &after).await?;
            let taken_back = match is_narrower(&after, &before) {
                true => take_all_back(&mut transaction, tenant, id).await?,
                false => Vec::new(),
            };
            note.add(&mut transaction, tenant, KIND, id).await?;
            Ok::<_, NotRegistered>(Some((after, taken_back)))
        }
        .await;
        let Some((after, taken_back)) = transaction.finish(changed).await? else { return Ok(None) };
        self.forget(&taken_back);
        Ok(Some(after.try_into()?))
    }

    /// Gives a client of a tenant another secret.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn renew_secret(
        &self,
        tenant: TenantId,
        id: Uuid,
        note: Note,
    ) -> Result<Renewal, StorageError> {
        let secret = self.ids.random(32);
        let mut transaction = self.store.begin(tenant).await?;
        let renewed = async {
            clients::lock(&mut transaction, tenant, id).await?;
            let Some(row) = clients::find(&mut transaction, id).await? else { return Ok(Renewal::Unknown) };
            if row.secret.is_none() {
                return Ok(Renewal::HasNone);
            }
            clients::update(&mut transaction, &ClientRow { secret: Some(fingerprint(&secret)), ..row })
                .await?;
            note.add(&mut transaction, tenant, KIND, id).await?;
            Ok::<_, StorageError>(Renewal::Renewed(Secret::new(secret)))
        }
        .await;
        transaction.finish(renewed).await
    }

    /// Removes a client and takes back its tokens; false when the tenant has no such client.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove_client_of(
        &self,
        tenant: TenantId,
        id: Uuid,
        note: Note,
    ) -> Result<bool, StorageError> {
        let mut transaction = self.store.begin(tenant).await?;
        let removed = async {
            clients::lock(&mut transaction, tenant, id).await?;
            // Whatever names the client goes with it; these are named to be forgotten.
            let tokens = take_all_back(&mut transaction, tenant, id).await?;
            let removed = clients::remove(&mut transaction, tenant, id).await?;
            if removed {
                note.add(&mut transaction, tenant, KIND, id).await?;
            }
            Ok::<_, StorageError>((removed, tokens))
        }
        .await;
        let (removed, tokens) = transaction.finish(removed).await?;
        self.forget(&tokens);
        Ok(removed)
    }

    /// The clients of the tenant of that name, as [`Identity::clients_of`] gives them.
    ///
    /// # Errors
    /// When there is no such tenant, or the database fails.
    pub async fn clients(
        &self,
        tenant: &str,
        after: Option<Uuid>,
        limit: i64,
    ) -> Result<(Vec<Client>, bool), NotRegistered> {
        let tenant = self.tenant_named(tenant).await?;
        Ok(self.clients_of(tenant, after, limit).await?)
    }

    /// Removes a client of the tenant of that name, as [`Identity::remove_client_of`] does.
    ///
    /// # Errors
    /// When there is no such tenant, or the database fails.
    pub async fn remove_client(&self, tenant: &str, id: Uuid, note: Note) -> Result<bool, NotRegistered> {
        let tenant = self.tenant_named(tenant).await?;
        Ok(self.remove_client_of(tenant, id, note).await?)
    }
}

/// A client's row as it is to be.
fn changed(before: &ClientRow, change: &ClientChange) -> Result<ClientRow, NotRegistered> {
    let mut after = before.clone();
    if let Some(name) = &change.name {
        after.name = checked_name(name)?;
    }
    if let Some(uris) = &change.redirect_uris {
        check_redirect_uris(uris)?;
        after.redirect_uris.clone_from(uris);
    }
    if let Some(purposes) = &change.purposes {
        after.purposes = Purposes::parse(purposes)?.codes().to_vec();
    }
    let scopes = checked_scopes(change.scope.as_ref().unwrap_or(&before.scope))?;
    after.scope = scopes.to_string();
    after.grants = grants(&after.kind, &after.redirect_uris, &scopes)?;
    Ok(after)
}

/// Whether a client may have had what it may have no more.
fn is_narrower(after: &ClientRow, before: &ClientRow) -> bool {
    let allowed = checked_scopes(&after.scope);
    let allows_all = allowed.is_ok_and(|scopes| scopes.allow(&before.scope, definitions::is_resource_type));
    // Whoever had an address that is the client's no more may have been sent codes.
    let is_without = |before: &[String], after: &[String]| before.iter().any(|one| !after.contains(one));
    let purposes = |row: &ClientRow| Purposes::parse(&row.purposes).unwrap_or_default();
    !allows_all
        || !purposes(after).include(&purposes(before))
        || is_without(&before.grants, &after.grants)
        || is_without(&before.redirect_uris, &after.redirect_uris)
}

/// Takes back all that was given to a client; the hashes of its access tokens.
async fn take_all_back(
    connection: &mut Connection,
    tenant: TenantId,
    id: Uuid,
) -> Result<Vec<String>, StorageError> {
    granted::lock_of_client(connection, tenant, id).await?;
    let tokens = access_tokens::remove_of_client(connection, tenant, id).await?;
    granted::remove_of_client(connection, tenant, id).await?;
    Ok(tokens)
}
