//! Secrets that the server makes for itself, one a name, shared by all replicas.

use chrono::{DateTime, Utc};
use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::RunQueryDsl;

use super::schema::signing_key;
use super::{StorageError, Store, TenantId};
use crate::core::Secret;

/// The secret of that name; `fresh` is kept when there is none yet. Of several replicas that start at once, one wins.
///
/// # Errors
/// When the database fails.
pub async fn find_or_make(
    store: &Store,
    name: &str,
    fresh: Vec<u8>,
    now: DateTime<Utc>,
) -> Result<Secret<Vec<u8>>, StorageError> {
    let platform = TenantId::PLATFORM;
    let mut transaction = store.begin(platform).await?;
    let kept = async {
        diesel::insert_into(signing_key::table)
            .values((
                signing_key::tenant.eq(platform.number()),
                signing_key::name.eq(name),
                signing_key::secret.eq(fresh),
                signing_key::created_at.eq(now),
            ))
            .on_conflict_do_nothing()
            .execute(&mut *transaction)
            .await?;
        Ok(signing_key::table
            .find((platform.number(), name))
            .select(signing_key::secret)
            .first::<Vec<u8>>(&mut *transaction)
            .await?)
    }
    .await;
    transaction.finish(kept).await.map(Secret::new)
}
