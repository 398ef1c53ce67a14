//! What a person shows beside the password: the secret of time-based codes, and recovery codes of which the SHA-256 is kept.

use std::fmt;

use chrono::{DateTime, Utc};
use diesel::prelude::{Insertable, Queryable, Selectable};
use diesel::upsert::excluded;
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::schema::{recovery_code, second_factor};
use super::{Connection, StorageError, TenantId};

/// A second factor's row.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = second_factor)]
pub struct SecondFactor {
    /// Tenant.
    pub tenant: i64,
    /// The account.
    pub account: Uuid,
    /// What codes are made of.
    pub secret: Vec<u8>,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// When the person showed to have it; it is not asked for before.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// The last step of time whose code was taken.
    pub used: i64,
}

impl fmt::Debug for SecondFactor {
    /// The row's key, never what it holds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecondFactor({})", self.account)
    }
}

/// Puts a factor that is to be confirmed in the place of one that was not; one that was stays.
///
/// # Errors
/// When the database fails.
pub async fn put(connection: &mut Connection, factor: &SecondFactor) -> Result<(), StorageError> {
    let put = diesel::insert_into(second_factor::table)
        .values(factor)
        .on_conflict((second_factor::tenant, second_factor::account))
        .do_update()
        .set((
            second_factor::secret.eq(excluded(second_factor::secret)),
            second_factor::made_at.eq(excluded(second_factor::made_at)),
        ));
    diesel::query_dsl::methods::FilterDsl::filter(put, second_factor::confirmed_at.is_null())
        .execute(connection)
        .await?;
    Ok(())
}

/// The factor of an account.
///
/// # Errors
/// When the database fails.
pub async fn find(
    connection: &mut Connection,
    tenant: TenantId,
    account: Uuid,
) -> Result<Option<SecondFactor>, StorageError> {
    Ok(second_factor::table
        .find((tenant.number(), account))
        .select(SecondFactor::as_select())
        .first(connection)
        .await
        .optional()?)
}

/// Uses up the code of a step of time; false when it, or that of a later step, had been.
///
/// # Errors
/// When the database fails.
pub async fn use_step(
    connection: &mut Connection,
    factor: &SecondFactor,
    step: i64,
) -> Result<bool, StorageError> {
    let unused = second_factor::table
        .find((factor.tenant, factor.account))
        .filter(second_factor::used.lt(step))
        .filter(second_factor::secret.eq(&factor.secret));
    Ok(diesel::update(unused).set(second_factor::used.eq(step)).execute(connection).await? == 1)
}

/// Notes that a person has shown to have the factor, and keeps recovery codes for it.
///
/// # Errors
/// When the database fails.
pub async fn confirm(
    connection: &mut Connection,
    factor: &SecondFactor,
    hashes: &[String],
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    diesel::update(second_factor::table.find((factor.tenant, factor.account)))
        .set(second_factor::confirmed_at.eq(now))
        .execute(connection)
        .await?;
    keep_codes(connection, factor, hashes).await
}

/// Adds a factor as it is, with its recovery codes.
///
/// # Errors
/// When the database fails.
pub async fn insert(
    connection: &mut Connection,
    factor: &SecondFactor,
    hashes: &[String],
) -> Result<(), StorageError> {
    diesel::insert_into(second_factor::table).values(factor).execute(connection).await?;
    keep_codes(connection, factor, hashes).await
}

async fn keep_codes(
    connection: &mut Connection,
    factor: &SecondFactor,
    hashes: &[String],
) -> Result<(), StorageError> {
    let code = |hash: &String| {
        (
            recovery_code::tenant.eq(factor.tenant),
            recovery_code::account.eq(factor.account),
            recovery_code::hash.eq(hash.clone()),
        )
    };
    let codes: Vec<_> = hashes.iter().map(code).collect();
    diesel::insert_into(recovery_code::table).values(codes).execute(connection).await?;
    Ok(())
}

/// Takes the factor of an account out, with the hashes of the recovery codes that are left. What somebody uses or confirms at the same time
/// is used or confirmed either before that, or not at all.
///
/// # Errors
/// When the database fails.
pub async fn take(
    connection: &mut Connection,
    tenant: TenantId,
    account: Uuid,
) -> Result<Option<(SecondFactor, Vec<String>)>, StorageError> {
    // Its codes come with its confirmation, which holds the factor first.
    let held = second_factor::table.find((tenant.number(), account)).select(second_factor::account);
    held.for_update().load::<Uuid>(connection).await?;
    let codes = recovery_code::table
        .filter(recovery_code::tenant.eq(tenant.number()))
        .filter(recovery_code::account.eq(account));
    let codes = diesel::delete(codes).returning(recovery_code::hash).get_results(connection).await?;
    let factor = diesel::delete(second_factor::table.find((tenant.number(), account)))
        .returning(SecondFactor::as_returning())
        .get_result(connection)
        .await
        .optional()?;
    Ok(factor.map(|factor| (factor, codes)))
}

/// Uses a recovery code up; false when there is none.
///
/// # Errors
/// When the database fails.
pub async fn use_recovery_code(
    connection: &mut Connection,
    factor: &SecondFactor,
    hash: &str,
) -> Result<bool, StorageError> {
    let code = recovery_code::table.find((factor.tenant, factor.account, hash));
    Ok(diesel::delete(code).execute(connection).await? == 1)
}

/// How many recovery codes are left.
///
/// # Errors
/// When the database fails.
pub async fn recovery_codes(
    connection: &mut Connection,
    tenant: TenantId,
    account: Uuid,
) -> Result<i64, StorageError> {
    Ok(recovery_code::table
        .filter(recovery_code::tenant.eq(tenant.number()))
        .filter(recovery_code::account.eq(account))
        .count()
        .get_result(connection)
        .await?)
}

/// Removes the factor of an account with its recovery codes.
///
/// # Errors
/// When the database fails.
pub async fn remove(
    connection: &mut Connection,
    tenant: TenantId,
    account: Uuid,
) -> Result<(), StorageError> {
    diesel::delete(second_factor::table.find((tenant.number(), account))).execute(connection).await?;
    Ok(())
}
