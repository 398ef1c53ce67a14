//! People's sign-ins, one a surface.

use std::collections::BTreeSet;
use std::fmt;

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::{AsChangeset, Insertable, Queryable, Selectable};
use diesel::sql_types::{Bool, Text};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::schema::account;
use super::{Connection, StorageError, TenantId};

/// An account's row.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = account)]
pub struct Account {
    /// Tenant.
    pub tenant: i64,
    /// Row id: the subject of the surface's tokens.
    pub id: Uuid,
    /// The surface that it signs in to.
    pub surface: String,
    /// E-mail address in lower case.
    pub email: String,
    /// Argon2id hash in PHC form.
    pub password: String,
    /// `admin`, `user`, or another role of its surface.
    pub role: String,
    /// `free`, `basic`, `pro` or `enterprise`.
    pub plan: String,
    /// Id of the Practitioner with the person's name; empty where the person is a patient.
    pub practitioner: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Whether it can be used.
    pub active: bool,
    /// When its sessions were ended, if they were.
    pub sessions_from: Option<DateTime<Utc>>,
    /// Id of the organisation that it was opened in, where an operator did.
    pub organization: Option<String>,
    /// Hemato's regions that it is permitted in.
    pub regions: Vec<String>,
    /// Id of the Patient that the person is, where it is one.
    pub patient: Option<String>,
    /// When the person showed that the e-mail address is theirs.
    pub email_verified_at: Option<DateTime<Utc>>,
    /// Whether the person opened it: nobody else vouches for the e-mail address.
    pub signed_up: bool,
    /// Whether nobody knows the password: it was opened for somebody whom a provider recognised.
    pub passwordless: bool,
}

impl Account {
    /// The resources that stand for the person and for whom the person works.
    pub fn actors(&self) -> impl Iterator<Item = String> {
        let person = match &self.patient {
            Some(patient) => Some(format!("Patient/{patient}")),
            None => (!self.practitioner.is_empty()).then(|| format!("Practitioner/{}", self.practitioner)),
        };
        person.into_iter().chain(self.organization.as_ref().map(|id| format!("Organization/{id}")))
    }
}

impl fmt::Debug for Account {
    /// The row's key, never what it holds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Account({})", self.id)
    }
}

/// What [`super::Store::begin_presented`] takes to find an account before its tenant is known.
#[must_use]
pub fn presented(surface: &str, email: &str) -> String {
    format!("{surface}:{email}")
}

/// Adds an account.
///
/// # Errors
/// [`StorageError::Duplicate`] when the surface has one with this e-mail address.
pub async fn insert(connection: &mut Connection, account: &Account) -> Result<(), StorageError> {
    diesel::insert_into(account::table).values(account).execute(connection).await?;
    Ok(())
}

/// The account with this e-mail address (in lower case), in a transaction that presents it.
///
/// # Errors
/// When the database fails.
pub async fn find_by_email(
    connection: &mut Connection,
    surface: &str,
    email: &str,
) -> Result<Option<Account>, StorageError> {
    Ok(account::table
        .filter(account::surface.eq(surface))
        .filter(account::email.eq(email))
        .select(Account::as_select())
        .first(connection)
        .await
        .optional()?)
}

/// Notes which Patient a person is.
///
/// # Errors
/// When the database fails.
pub async fn is_patient(
    connection: &mut Connection,
    tenant: TenantId,
    id: Uuid,
    patient: &str,
) -> Result<(), StorageError> {
    diesel::update(account::table.find((tenant.number(), id)))
        .set(account::patient.eq(patient))
        .execute(connection)
        .await?;
    Ok(())
}

/// The account with this id.
///
/// # Errors
/// When the database fails.
pub async fn find(
    connection: &mut Connection,
    tenant: TenantId,
    id: Uuid,
) -> Result<Option<Account>, StorageError> {
    Ok(account::table
        .find((tenant.number(), id))
        .select(Account::as_select())
        .first(connection)
        .await
        .optional()?)
}

/// The account with this id, held: nobody changes or removes it before this transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn find_held(
    connection: &mut Connection,
    tenant: TenantId,
    id: Uuid,
) -> Result<Option<Account>, StorageError> {
    Ok(account::table
        .find((tenant.number(), id))
        .select(Account::as_select())
        .for_share()
        .first(connection)
        .await
        .optional()?)
}

/// The account with this id, held by who is about to change it.
///
/// # Errors
/// When the database fails.
pub async fn find_to_change(
    connection: &mut Connection,
    tenant: TenantId,
    id: Uuid,
) -> Result<Option<Account>, StorageError> {
    Ok(account::table
        .find((tenant.number(), id))
        .select(Account::as_select())
        .for_no_key_update()
        .first(connection)
        .await
        .optional()?)
}

/// The account with this id, in a transaction that presents it.
///
/// # Errors
/// When the database fails.
pub async fn find_presented(connection: &mut Connection, id: Uuid) -> Result<Option<Account>, StorageError> {
    Ok(account::table
        .filter(account::id.eq(id))
        .select(Account::as_select())
        .first(connection)
        .await
        .optional()?)
}

/// What is to change of an account; none stays.
#[derive(Clone, Default, AsChangeset)]
#[diesel(table_name = account)]
pub struct Change {
    /// Argon2id hash in PHC form.
    pub password: Option<String>,
    /// Whether nobody knows the password.
    pub passwordless: Option<bool>,
    /// Role.
    pub role: Option<String>,
    /// Plan.
    pub plan: Option<String>,
    /// Whether it can be used.
    pub active: Option<bool>,
    /// When its sessions end.
    pub sessions_from: Option<DateTime<Utc>>,
    /// Hemato's regions.
    pub regions: Option<Vec<String>>,
    /// When the person showed that the e-mail address is theirs.
    pub email_verified_at: Option<DateTime<Utc>>,
}

/// Changes an account, of which something must change, and gives it as it is then; none when there is none.
///
/// # Errors
/// When the database fails.
pub async fn change(
    connection: &mut Connection,
    tenant: TenantId,
    id: Uuid,
    change: &Change,
) -> Result<Option<Account>, StorageError> {
    let row = account::table.find((tenant.number(), id));
    let changed = diesel::update(row).set(change).returning(Account::as_returning());
    Ok(changed.get_result(connection).await.optional()?)
}

/// The tenant's accounts of a surface, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn of_surface(
    connection: &mut Connection,
    tenant: TenantId,
    surface: &str,
) -> Result<Vec<Account>, StorageError> {
    Ok(account::table
        .filter(account::tenant.eq(tenant.number()))
        .filter(account::surface.eq(surface))
        .order((account::created_at, account::id))
        .select(Account::as_select())
        .load(connection)
        .await?)
}

/// The regions of all accounts of an organisation together, also of those that cannot be used now.
///
/// # Errors
/// When the database fails.
pub async fn regions_of(
    connection: &mut Connection,
    tenant: TenantId,
    organization: &str,
) -> Result<BTreeSet<String>, StorageError> {
    let regions: Vec<Vec<String>> = account::table
        .filter(account::tenant.eq(tenant.number()))
        .filter(account::organization.eq(organization))
        .select(account::regions)
        .load(connection)
        .await?;
    Ok(regions.into_iter().flatten().collect())
}

/// The tenant's accounts of a surface whose Practitioner's id begins so, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn by_person(
    connection: &mut Connection,
    tenant: TenantId,
    surface: &str,
    beginning: &str,
) -> Result<Vec<Account>, StorageError> {
    // A range, for LIKE may not look at rows before the policies have, and so uses no index. Of an id's letters each comes before a tilde.
    let within = sql::<Bool>("practitioner COLLATE \"C\" >= ").bind::<Text, _>(beginning);
    let within = within.sql(" AND practitioner COLLATE \"C\" < ").bind::<Text, _>(format!("{beginning}~"));
    Ok(account::table
        .filter(account::tenant.eq(tenant.number()))
        .filter(within)
        .filter(account::surface.eq(surface))
        .order((account::created_at, account::id))
        .select(Account::as_select())
        .load(connection)
        .await?)
}

/// Ids of the tenant's accounts of a surface that have this role and can be used, held by who is about to change one of them.
///
/// # Errors
/// When the database fails.
pub async fn hold_active(
    connection: &mut Connection,
    tenant: TenantId,
    surface: &str,
    role: &str,
) -> Result<Vec<Uuid>, StorageError> {
    Ok(account::table
        .filter(account::tenant.eq(tenant.number()))
        .filter(account::surface.eq(surface))
        .filter(account::role.eq(role))
        .filter(account::active)
        .order(account::id)
        .select(account::id)
        .for_no_key_update()
        .load(connection)
        .await?)
}

/// How many accounts are of this Practitioner.
///
/// # Errors
/// When the database fails.
pub async fn count_of(
    connection: &mut Connection,
    tenant: TenantId,
    practitioner: &str,
) -> Result<i64, StorageError> {
    Ok(account::table
        .filter(account::tenant.eq(tenant.number()))
        .filter(account::practitioner.eq(practitioner))
        .count()
        .get_result(connection)
        .await?)
}

/// Removes an account, and gives it as it was; none when there was none.
///
/// # Errors
/// When the database fails.
pub async fn remove(
    connection: &mut Connection,
    tenant: TenantId,
    id: Uuid,
) -> Result<Option<Account>, StorageError> {
    let row = account::table.find((tenant.number(), id));
    let removed = diesel::delete(row).returning(Account::as_returning());
    Ok(removed.get_result(connection).await.optional()?)
}

/// Whether the tenant has no account yet.
///
/// # Errors
/// When the database fails.
pub async fn none(connection: &mut Connection, tenant: TenantId) -> Result<bool, StorageError> {
    let any = account::table
        .filter(account::tenant.eq(tenant.number()))
        .select(account::id)
        .first::<Uuid>(connection)
        .await
        .optional()?;
    Ok(any.is_none())
}
