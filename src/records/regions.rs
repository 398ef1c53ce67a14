//! Where a tenant's data of a region is kept (decision 35).
//!
//! What is stored in one region does not exist in another, so each has a tenant of its own: the organisation's tenant itself for the region
//! that it uses first, and a further one, named after it, for each other. What holds for patients without a Consent is the same there.

use super::{Error, Records};
use crate::core::config::mounts::Region;
use crate::identity::{Caller, Surface};
use crate::storage::{StorageError, TenantId, consents, region_parts as rows, search_parameters, tenants};

/// So often it is tried again when several requests are the first.
const ATTEMPTS: u8 = 5;

impl Records {
    /// The tenant that has the data of a region of the caller's tenant; it is made when it is first asked for.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn part_of_region(&self, caller: &Caller, region: Region) -> Result<TenantId, Error> {
        for _ in 0..ATTEMPTS {
            let mut connection = self.store.alone(caller.tenant).await?;
            let found = rows::find(&mut connection, caller.tenant, region.as_str()).await;
            if let Some(part) = connection.finish(found).await? {
                return Ok(part);
            }
            match self.begin_region(caller.tenant, region).await {
                Ok(part) => return Ok(part),
                // Another request was first.
                Err(StorageError::Duplicate(_)) => {}
                Err(other) => return Err(other.into()),
            }
        }
        Err(Error::Conflict)
    }

    async fn begin_region(&self, tenant: TenantId, region: Region) -> Result<TenantId, StorageError> {
        let mut transaction = self.store.begin(tenant).await?;
        let begun = async {
            if !rows::any(&mut transaction, tenant).await? {
                rows::add(&mut transaction, tenant, region.as_str(), tenant).await?;
                return Ok(tenant);
            }
            let of = tenants::read(&mut transaction, tenant).await?;
            let of = of.map_or_else(|| tenant.number().to_string(), |of| of.name);
            let denies = consents::sum(&mut transaction, tenant).await?.denies;
            // Somebody may have a tenant that is named as if it were a region of this one.
            let name = format!("{of}-{}-{}", region.as_str(), tenant.number());
            let now = self.clock.now();
            let part = tenants::found(&mut transaction, &name, now).await?;
            tenants::attach_surface(&mut transaction, part, Surface::Hemato.as_str(), now).await?;
            if denies {
                search_parameters::renew(&mut transaction, part).await?;
                consents::set_default(&mut transaction, part, denies).await?;
            }
            tenants::turn_to(&mut transaction, tenant).await?;
            rows::add(&mut transaction, tenant, region.as_str(), part).await?;
            Ok(part)
        }
        .await;
        transaction.finish(begun).await
    }
}
