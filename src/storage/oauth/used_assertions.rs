//! Assertions by which clients have shown who they are, each good for once (RFC 7523, 3).

use chrono::{DateTime, Utc};
use diesel::ExpressionMethods;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::storage::schema::used_assertion;
use crate::storage::{Connection, StorageError, TenantId};

/// Notes that a client used the assertion with this hash; false when it had been used.
///
/// # Errors
/// When the database fails.
pub async fn note(
    connection: &mut Connection,
    tenant: TenantId,
    client: Uuid,
    assertion: &str,
    expires_at: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let added = diesel::insert_into(used_assertion::table)
        .values((
            used_assertion::tenant.eq(tenant.number()),
            used_assertion::client.eq(client),
            used_assertion::assertion.eq(assertion),
            used_assertion::expires_at.eq(expires_at),
        ))
        .on_conflict_do_nothing()
        .execute(connection)
        .await?;
    Ok(added == 1)
}
