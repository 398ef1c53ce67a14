//! What goes over the line.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::core::Secret;
use crate::identity::Account;
use crate::records::tenancy::Tenant;

/// A refusal (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`: the status says what kind it is.
    #[serde(rename = "type")]
    #[schema(example = "about:blank")]
    pub kind: &'static str,
    /// The status in words.
    #[schema(example = "Bad Request")]
    pub title: &'static str,
    /// The status.
    #[schema(example = 400)]
    pub status: u16,
    /// What is wrong, for the reader.
    #[schema(example = "vendor must be smartscan, imagemedix, smartz or hemato.")]
    pub detail: String,
    /// The field that is wrong, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "vendor")]
    pub field: Option<&'static str>,
}

/// An operator who signs in.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Login {
    /// E-mail address.
    #[schema(example = "admin@example.org")]
    pub email: String,
    /// Password.
    #[schema(value_type = String)]
    pub password: Secret<String>,
}

/// What a signed-in operator receives.
#[derive(Serialize, ToSchema)]
pub struct SignedIn {
    /// The token to send as `Authorization: Bearer`.
    pub token: String,
    /// For how many seconds it is good.
    pub expires_in: i64,
}

/// The tenant that is wanted.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewTenant {
    /// Its name, which no other has.
    #[schema(example = "Wonderland Clinic")]
    pub name: String,
}

/// A tenant: an organisation whose data is kept apart.
#[derive(Serialize, ToSchema)]
pub struct TenantView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// When it was founded.
    pub created_at: DateTime<Utc>,
}

/// What is to change of a tenant.
#[derive(Debug, Deserialize, ToSchema)]
pub struct TenantChange {
    /// What holds for the data of patients of whom no Consent says anything: `permit` or `deny`.
    #[schema(example = "deny")]
    pub consent_default: String,
}

/// What was changed of a tenant.
#[derive(Serialize, ToSchema)]
pub struct TenantChanged {
    /// Its id.
    pub tenant_id: String,
    /// What holds for the data of patients of whom no Consent says anything: `permit` or `deny`.
    pub consent_default: String,
}

/// Some tenants.
#[derive(Serialize, ToSchema)]
pub struct Tenants {
    /// In the order in which they were founded.
    pub items: Vec<TenantView>,
    /// `after` of the next page; none on the last.
    pub next: Option<String>,
}

/// Which tenants are wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TenantsQuery {
    /// `next` of the page before.
    pub after: Option<String>,
    /// So many at most: 1 to 100, else 100.
    pub limit: Option<i64>,
}

/// Which clients are wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ClientsQuery {
    /// `next` of the page before.
    pub after: Option<String>,
    /// So many at most: 1 to 100, else 100.
    pub limit: Option<i64>,
}

/// A surface to attach.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewSurface {
    /// `smartscan`, `imagemedix`, `smartz` or `hemato`.
    #[schema(example = "imagemedix")]
    pub vendor: String,
}

/// The surfaces of a tenant.
#[derive(Serialize, ToSchema)]
pub struct Surfaces {
    /// The tenant.
    pub tenant_id: String,
    /// The vendors whose APIs it uses.
    pub surfaces: Vec<String>,
}

/// An account to move into a tenant.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewAccount {
    /// Its id.
    pub user_id: String,
}

/// An organisation that is wanted.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewOrganization {
    /// `smartscan`, `imagemedix`, `smartz` or `hemato`.
    #[schema(example = "hemato")]
    pub vendor: String,
    /// Its name.
    #[schema(example = "lab.example.org")]
    pub name: String,
    /// The tenant that it is to be in; a new one without it.
    #[serde(default)]
    pub tenant_id: Option<String>,
}

/// An organisation of a vendor.
#[derive(Serialize, ToSchema)]
pub struct OrganizationView {
    /// Its id, also that of the Organization.
    pub id: String,
    /// The vendor.
    pub vendor: String,
    /// Its name.
    pub name: String,
    /// Its tenant.
    pub tenant_id: String,
}

/// A user who is wanted. With an organisation or a tenant the account is there, else in a tenant of its own.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewUser {
    /// `smartscan`, `imagemedix`, `smartz` or `hemato`; `operator` for another operator, whose role is `admin`.
    #[schema(example = "hemato")]
    pub vendor: String,
    /// The organisation, of the same vendor.
    #[serde(default)]
    pub organization_id: Option<String>,
    /// The tenant, which must have the vendor's surface.
    #[serde(default)]
    pub tenant_id: Option<String>,
    /// E-mail address.
    #[schema(example = "alice@example.org")]
    pub email: String,
    /// Password.
    #[schema(value_type = String)]
    pub password: Secret<String>,
    /// The person's name.
    #[schema(value_type = String, example = "Alice Liddell")]
    pub name: Secret<String>,
    /// SmartScan and Smartz: `user`, `admin`; ImageMedix: `doctor`, `admin`; Hemato: `admin`, `user`, `device`, `service`.
    #[schema(example = "user")]
    pub role: String,
    /// Hemato's regions that the account is permitted in: `dev`, `qa`, `us`, `ca`, `eu`.
    #[serde(default)]
    pub regions: Option<Vec<String>>,
}

/// What is to change of a user; what is absent stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserChange {
    /// Role.
    #[serde(default)]
    pub role: Option<String>,
    /// Whether the account can be used.
    #[serde(default)]
    pub active: Option<bool>,
    /// Hemato's regions.
    #[serde(default)]
    pub regions: Option<Vec<String>>,
    /// SmartScan's plan: `free`, `basic`, `pro` or `enterprise`.
    #[serde(default)]
    pub plan: Option<String>,
    /// Password.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub password: Option<Secret<String>>,
}

/// The plan that a user is to have.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewPlan {
    /// `free`, `basic`, `pro` or `enterprise`.
    #[schema(example = "enterprise")]
    pub plan: String,
    /// Limits for this user alone, of the plan `enterprise`; without them, the server's.
    #[serde(default)]
    pub limits: Option<PlanLimits>,
}

/// How many requests are allowed.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanLimits {
    /// In an hour.
    #[schema(minimum = 1, example = 20_000)]
    pub hour: i64,
    /// In a day.
    #[schema(minimum = 1, example = 200_000)]
    pub day: i64,
    /// In a month.
    #[schema(minimum = 1, example = 2_000_000)]
    pub month: i64,
}

/// A user with a plan.
#[derive(Serialize, ToSchema)]
pub struct PlannedUser {
    /// The user as it is now.
    #[serde(flatten)]
    pub user: User,
    /// Limits for this user alone.
    pub limits: Option<PlanLimits>,
}

/// A user: an account at one surface. What secures it is never shown.
#[derive(Serialize, ToSchema)]
pub struct User {
    /// Its id.
    pub id: String,
    /// The vendor.
    pub vendor: String,
    /// E-mail address.
    pub email: String,
    /// Role.
    pub role: String,
    /// Plan.
    pub plan: String,
    /// Whether the account can be used.
    pub active: bool,
    /// Hemato's regions.
    pub regions: Vec<String>,
    /// The organisation that it was opened in.
    pub organization_id: Option<String>,
    /// The tenant.
    pub tenant_id: String,
    /// Id of the Practitioner that stands for the person in FHIR.
    pub practitioner_id: String,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
}

impl From<Account> for User {
    fn from(account: Account) -> Self {
        Self {
            id: account.id.to_string(),
            vendor: account.surface,
            email: account.email,
            role: account.role,
            plan: account.plan,
            active: account.active,
            regions: account.regions,
            organization_id: account.organization,
            tenant_id: account.tenant.to_string(),
            practitioner_id: account.practitioner,
            created_at: account.created_at,
        }
    }
}

impl From<Tenant> for TenantView {
    fn from(tenant: Tenant) -> Self {
        Self { id: tenant.number.to_string(), name: tenant.name, created_at: tenant.created_at }
    }
}

/// Which of the audit trail is wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// The tenant; the operator's own without it, and with `0` requests of nobody that is known.
    pub tenant_id: Option<String>,
    /// The surface: a vendor's, `fhir` or `operator`.
    pub vendor: Option<String>,
    /// The agent's id.
    pub actor: Option<String>,
    /// Recorded then or later, such as `2026-11-21T12:00:00Z`.
    pub since: Option<String>,
    /// `next` of the page before.
    pub before: Option<String>,
    /// So many at most: 1 to 100, else 100.
    pub limit: Option<i64>,
}

/// A page of the audit trail.
#[derive(Serialize, ToSchema)]
pub struct AuditPage {
    /// AuditEvents of FHIR R4, newest first.
    #[schema(value_type = Vec<Object>)]
    pub items: Vec<Value>,
    /// `before` of the next page; none on the last.
    pub next: Option<String>,
}
