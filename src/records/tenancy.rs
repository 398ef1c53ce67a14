//! Tenants, their surfaces and their organisations, as operators see them.
//!
//! A tenant is an organisation whose data is kept apart; the vendors' APIs that it uses are attached to it. Cross-surface reads
//! happen only inside a tenant. What an operator does is audited in the tenant that it is done to.

use serde_json::{Value, json};
use xxhash_rust::xxh3::xxh3_64;

use super::audit::rendered::audit_event;
use super::transact::Write;
use super::{Error, Records, is_id};
use crate::identity::{Caller, Surface};
pub use crate::storage::audit::search::{About, Narrow, Wanted};
use crate::storage::audit::{self as rows, search};
use crate::storage::locks::{self, Lock};
pub use crate::storage::organizations::Organization;
pub use crate::storage::tenants::Tenant;
use crate::storage::{
    Connection, StorageError, TenantId, consents, organizations, region_parts, search_parameters, tenants,
};

/// Why a tenant was not founded.
#[derive(Debug, thiserror::Error)]
pub enum NotFounded {
    /// There is one of that name.
    #[error("a tenant of this name exists")]
    Taken,
    /// It failed otherwise.
    #[error(transparent)]
    Other(#[from] Error),
}

impl From<StorageError> for NotFounded {
    fn from(error: StorageError) -> Self {
        if let StorageError::Duplicate(constraint) = &error
            && constraint.starts_with("tenant_name")
        {
            return Self::Taken;
        }
        Self::Other(error.into())
    }
}

impl Records {
    /// Founds a tenant without surfaces.
    ///
    /// # Errors
    /// When the name is taken, or the database fails.
    pub async fn found_tenant(&self, operator: &Caller, name: &str) -> Result<Tenant, NotFounded> {
        let mut transaction = self.store.begin(TenantId::PLATFORM).await?;
        let founded = async {
            let now = self.clock.now();
            let tenant = tenants::found(&mut transaction, name, now).await?;
            let caller = Caller { tenant, ..operator.clone() };
            rows::insert(&mut transaction, &self.audit_row(&caller, "create-tenant", None)).await?;
            Ok(Tenant { number: tenant.number(), name: name.to_owned(), created_at: now })
        }
        .await;
        transaction.finish(founded).await
    }

    /// Up to `limit` tenants with numbers above `after`. It is audited in the operator's own tenant.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tenants(&self, operator: &Caller, after: i64, limit: i64) -> Result<Vec<Tenant>, Error> {
        let page = tenants::page(&self.store, after, limit).await?;
        self.audit_success(operator, "list-tenants").await?;
        Ok(page)
    }

    /// A tenant with its surfaces; none when there is no such tenant.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tenant(&self, id: TenantId) -> Result<Option<(Tenant, Vec<String>)>, Error> {
        let mut transaction = self.store.begin(id).await?;
        let found = async {
            let Some(tenant) = tenants::read(&mut transaction, id).await? else { return Ok(None) };
            let surfaces = tenants::surfaces(&mut transaction, id).await?;
            Ok::<_, StorageError>(Some((tenant, surfaces)))
        }
        .await;
        Ok(transaction.finish(found).await?)
    }

    /// The tenant of this name, or all tenants and the platform, each with its name.
    ///
    /// # Errors
    /// When there is no tenant of the name, or the database fails.
    pub async fn trails(&self, name: Option<&str>) -> Result<Vec<(TenantId, String)>, Error> {
        if let Some(name) = name {
            let tenant = tenants::find(&self.store, name).await?;
            return Ok(vec![(tenant.ok_or(Error::NotFound)?, name.to_owned())]);
        }
        let mut all = vec![(TenantId::PLATFORM, "platform".to_owned())];
        loop {
            let last = all.last().map_or(0, |(tenant, _)| tenant.number());
            let page = tenants::page(&self.store, last, 1_000).await?;
            if page.is_empty() {
                return Ok(all);
            }
            all.extend(page.into_iter().map(|tenant| (TenantId::from_row(tenant.number), tenant.name)));
        }
    }

    /// Attaches a vendor's surface to the caller's tenant, and gives all that it has then.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn attach_surface(&self, caller: &Caller, surface: Surface) -> Result<Vec<String>, Error> {
        let mut transaction = self.store.begin(caller.tenant).await?;
        let attached = async {
            let now = self.clock.now();
            tenants::attach_surface(&mut transaction, caller.tenant, surface.as_str(), now).await?;
            rows::insert(&mut transaction, &self.audit_row(caller, "attach-surface", None)).await?;
            tenants::surfaces(&mut transaction, caller.tenant).await
        }
        .await;
        Ok(transaction.finish(attached).await?)
    }

    /// Says whether patients of whom no Consent says anything keep everybody out, in the caller's tenant and those that have the data of its
    /// other regions. It holds from the next request on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn change_consent_default(&self, caller: &Caller, denies: bool) -> Result<(), Error> {
        let mut transaction = self.store.begin(caller.tenant).await?;
        let changed = async {
            let others = region_parts::others(&mut transaction, caller.tenant).await?;
            for tenant in std::iter::once(caller.tenant).chain(others) {
                let caller = Caller { tenant, ..caller.clone() };
                tenants::turn_to(&mut transaction, tenant).await?;
                search_parameters::renew(&mut transaction, tenant).await?;
                consents::set_default(&mut transaction, tenant, denies).await?;
                rows::insert(&mut transaction, &self.audit_row(&caller, "change-tenant", None)).await?;
            }
            tenants::turn_to(&mut transaction, caller.tenant).await
        }
        .await;
        Ok(transaction.finish(changed).await?)
    }

    /// Opens an organisation of a vendor: in the caller's tenant, or, where that is the platform, in a new one with that one surface.
    ///
    /// # Errors
    /// [`Error::Duplicate`] where the tenant may have one of the vendor alone, and has it; or when the database fails.
    pub async fn open_organization(
        &self,
        caller: &Caller,
        surface: Surface,
        name: &str,
    ) -> Result<Organization, Error> {
        let mut transaction = self.store.begin(caller.tenant).await?;
        let opened = async {
            let now = self.clock.now();
            let mut caller = caller.clone();
            if caller.tenant == TenantId::PLATFORM {
                let of_tenant = format!("{}-{}", surface.as_str(), self.new_id());
                caller.tenant = tenants::found(&mut transaction, &of_tenant, now).await?;
                tenants::attach_surface(&mut transaction, caller.tenant, surface.as_str(), now).await?;
            } else if surface == Surface::Hemato {
                none_before(&mut transaction, caller.tenant, surface).await?;
            }
            let id = self.new_id();
            let (tenant, surface) = (caller.tenant.number(), surface.as_str().to_owned());
            let row = Organization { tenant, id: id.clone(), surface, created_at: now };
            organizations::insert(&mut transaction, &row).await?;
            let resource = json!({ "resourceType": "Organization", "active": true, "name": name });
            let prepared = self.prepare(&caller, Write::Create { resource, id: Some(id) })?;
            self.write_all(&caller, vec![prepared], &mut transaction).await?;
            Ok::<_, Error>(row)
        }
        .await;
        transaction.finish(opened).await
    }

    /// The organisation with this id, whichever tenant's it is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn organization(&self, id: &str) -> Result<Option<Organization>, Error> {
        if !is_id(id) {
            return Ok(None);
        }
        Ok(organizations::find(&self.store, id).await?)
    }

    /// The AuditEvents of the caller's tenant that are wanted, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn audit_trail(&self, caller: &Caller, wanted: &Wanted) -> Result<Vec<Value>, Error> {
        let mut transaction = self.store.begin(caller.tenant).await?;
        let page = search::page(&mut transaction, caller.tenant, wanted).await;
        let page = transaction.finish(page).await?.rows;
        self.audit_success(caller, "read-audit").await?;
        Ok(page.iter().map(|row| audit_event(&row.row, &self.trail.site)).collect())
    }
}

/// Makes sure that a tenant has no organisation of a vendor whose organisations see all that their tenant has.
async fn none_before(connection: &mut Connection, tenant: TenantId, surface: Surface) -> Result<(), Error> {
    // Those who add one at the same time look one after another.
    let number = xxh3_64(format!("organizations/{}/{}", tenant.number(), surface.as_str()).as_bytes());
    let lock = Lock { number: i64::from_ne_bytes(number.to_ne_bytes()), shared: false };
    locks::hold(connection, &[lock]).await?;
    if organizations::any(connection, tenant, surface.as_str()).await? {
        return Err(Error::Duplicate("the place of this vendor's organisation"));
    }
    Ok(())
}
