//! Where an EHR launches a client from, known by a value of which the SHA-256 is kept.

use chrono::{DateTime, Utc};
use diesel::prelude::{Insertable, Queryable, Selectable};
use diesel::{OptionalExtension, QueryDsl, SelectableHelper};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::storage::schema::oauth_launch;
use crate::storage::{Connection, StorageError, TenantId};

/// A launch's row.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = oauth_launch)]
pub struct LaunchRow {
    /// Tenant.
    pub tenant: i64,
    /// SHA-256 of the value, hexadecimal.
    pub hash: String,
    /// The one client that it is for; none for any of the tenant.
    pub client: Option<Uuid>,
    /// Id of the Patient.
    pub patient: Option<String>,
    /// Id of the Encounter.
    pub encounter: Option<String>,
    /// Other resources, as a JSON array.
    pub fhir_context: Option<String>,
    /// What the person means to do.
    pub intent: Option<String>,
    /// Whether the client must show whose data it is.
    pub need_patient_banner: Option<bool>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

/// Adds a launch.
///
/// # Errors
/// When the database fails.
pub async fn insert(connection: &mut Connection, launch: &LaunchRow) -> Result<(), StorageError> {
    diesel::insert_into(oauth_launch::table).values(launch).execute(connection).await?;
    Ok(())
}

/// The launch with this hash.
///
/// # Errors
/// When the database fails.
pub async fn find(
    connection: &mut Connection,
    tenant: TenantId,
    hash: &str,
) -> Result<Option<LaunchRow>, StorageError> {
    Ok(oauth_launch::table
        .find((tenant.number(), hash))
        .select(LaunchRow::as_select())
        .first(connection)
        .await
        .optional()?)
}

/// Uses a launch up; false when it had been.
///
/// # Errors
/// When the database fails.
pub async fn remove(connection: &mut Connection, tenant: TenantId, hash: &str) -> Result<bool, StorageError> {
    let removed =
        diesel::delete(oauth_launch::table.find((tenant.number(), hash))).execute(connection).await?;
    Ok(removed == 1)
}
