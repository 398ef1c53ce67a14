//! Which Consents changed since when, and what holds where none says anything.

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use diesel_async::RunQueryDsl;

use super::statement::{Parameter, Statement};
use super::{Connection, StorageError, TenantId};

/// A Consent that changed.
#[derive(Clone, QueryableByName)]
pub struct Change {
    /// The address of the resource.
    #[diesel(sql_type = BigInt)]
    pub address: i64,
    /// The version that the change made.
    #[diesel(sql_type = BigInt)]
    pub version: i64,
    /// The resource; none where it is deleted.
    #[diesel(sql_type = Nullable<Text>)]
    pub body: Option<String>,
}

/// All changes there are, told so that two sets of them can be compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, QueryableByName)]
pub struct Sum {
    /// How many Consents there are.
    #[diesel(sql_type = BigInt)]
    pub count: i64,
    /// The sum of what [`mixed`] makes of each.
    #[diesel(sql_type = BigInt)]
    pub versions: i64,
    /// Whether a patient of whom no Consent says anything keeps everybody out.
    #[diesel(sql_type = Bool)]
    pub denies: bool,
}

/// A number for a Consent in its version, so that other versions of others hardly ever come to the same sum. It is below 10^12.
#[must_use]
pub fn mixed(address: i64, version: i64) -> i64 {
    const PRIME: i64 = 1_000_003;
    (address % PRIME).saturating_mul(version % PRIME)
}

/// What all changes come to.
///
/// # Errors
/// When the database fails.
pub async fn sum(connection: &mut Connection, tenant: TenantId) -> Result<Sum, StorageError> {
    const SQL: &str = "
        SELECT count(*) AS count, coalesce(sum((address % 1000003) * (version % 1000003)), 0)::bigint AS versions,
            coalesce((SELECT consent_default = 'deny' FROM search_parameter_set WHERE tenant = $1), false) AS denies
        FROM consent_change WHERE tenant = $1";
    let parameters = vec![Parameter::Number(tenant.number())];
    Ok(Statement::fixed(SQL, parameters).get_result(connection).await?)
}

/// The changes after that version.
///
/// # Errors
/// When the database fails.
pub async fn changes(
    connection: &mut Connection,
    tenant: TenantId,
    after: i64,
) -> Result<Vec<Change>, StorageError> {
    const SQL: &str = "
        SELECT c.address, c.version, r.body
        FROM consent_change c LEFT JOIN resource r ON r.tenant = c.tenant AND r.address = c.address AND r.type = 'Consent'
        WHERE c.tenant = $1 AND c.version > $2";
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Number(after)];
    Ok(Statement::fixed(SQL, parameters).load(connection).await?)
}

/// Notes that these Consents changed, under the version that the set of what limits the tenant has by now.
///
/// # Errors
/// When the database fails.
pub async fn note(
    connection: &mut Connection,
    tenant: TenantId,
    addresses: &[i64],
) -> Result<(), StorageError> {
    const SQL: &str = "
        INSERT INTO consent_change (tenant, address, version)
        SELECT $1, a.address, s.version FROM unnest($2::bigint[]) AS a (address), search_parameter_set s WHERE s.tenant = $1
        ON CONFLICT (tenant, address) DO UPDATE SET version = EXCLUDED.version";
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Numbers(addresses.to_vec())];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

/// Says what holds for a patient of whom no Consent says anything.
///
/// # Errors
/// When the database fails.
pub async fn set_default(
    connection: &mut Connection,
    tenant: TenantId,
    denies: bool,
) -> Result<(), StorageError> {
    const SQL: &str = "UPDATE search_parameter_set SET consent_default = $2 WHERE tenant = $1";
    let parameters =
        vec![Parameter::Number(tenant.number()), Parameter::Text(if denies { "deny" } else { "permit" })];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}
