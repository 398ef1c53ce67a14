//! `/console/tenants/{id}`: a tenant with its surfaces and accounts, for operators.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use uuid::Uuid;

use super::operations::{CHANGE_TENANT, READ_TENANT};
use super::operator::Operator;
use super::users;
use crate::http::pages::opening::{Answer, Turned};
use crate::http::pages::{fault, go_on, page};
use crate::identity::{Account, Surface, TenantId};
use crate::records::Error;
use crate::records::accounts::NotOpened;
use crate::records::users::UserChange;

/// The list that the page belongs to.
const LIST: &str = "/console/tenants";

#[derive(Template)]
#[template(path = "console/tenant.html")]
struct TenantPage<'a> {
    email: &'a str,
    form: &'a str,
    number: i64,
    name: String,
    surfaces: Vec<String>,
    /// Those that it has not.
    others: Vec<&'static str>,
    users: Vec<Row>,
    /// How many accounts are before those of the next page.
    next: Option<i64>,
}

struct Row {
    id: String,
    email: String,
    surface: String,
    role: String,
    is_active: bool,
}

/// Shows the page.
pub async fn show(operator: Operator, id: web::Path<String>) -> Answer {
    let tenant = tenant(&id).ok_or_else(none)?;
    let (found, surfaces) = operator.records().tenant(tenant).await?.ok_or_else(none)?;
    let caller = operator.within(tenant);
    let skip = users::skip(operator.visit.one("skip"));
    let mut accounts = operator.records().users_page(&caller, (skip, users::COUNT + 1)).await?;
    let next = users::cut(&mut accounts, skip);
    operator.records().audit_success(&caller, READ_TENANT).await?;
    let has = |surface: &Surface| surfaces.iter().any(|known| known == surface.as_str());
    let template = TenantPage {
        email: &operator.account.email,
        form: &operator.proof,
        number: found.number,
        name: found.name,
        others: Surface::VENDORS.into_iter().filter(|one| !has(one)).map(Surface::as_str).collect(),
        surfaces,
        users: accounts.into_iter().map(row).collect(),
        next,
    };
    Ok(page(StatusCode::OK, &template, None))
}

/// Attaches a surface, or closes or opens an account.
pub async fn change(operator: Operator, id: web::Path<String>) -> Answer {
    let tenant = tenant(&id).ok_or_else(none)?;
    operator.records().tenant(tenant).await?.ok_or_else(none)?;
    let visit = &operator.visit;
    match visit.one("action") {
        "attach" => {
            let surface = Surface::parse(visit.one("surface")).filter(|one| Surface::VENDORS.contains(one));
            let Some(surface) = surface else {
                return Ok(fault(StatusCode::BAD_REQUEST, "There is no such surface."));
            };
            operator.records().attach_surface(&operator.within(tenant), surface).await?;
        }
        word @ ("close" | "open") => set_active(&operator, tenant, word == "open").await?,
        _ => return Ok(fault(StatusCode::BAD_REQUEST, "The form says nothing to do.")),
    }
    Ok(go_on(&format!("{LIST}/{}", tenant.number())))
}

async fn set_active(operator: &Operator, tenant: TenantId, active: bool) -> Result<(), Turned> {
    let nobody = || fault(StatusCode::NOT_FOUND, "There is no such account.");
    let id = Uuid::try_parse(operator.visit.one("user")).map_err(|_| nobody())?;
    let account = operator.records().user(id).await?;
    let of_tenant = |account: &Account| {
        account.tenant == tenant.number() && account.surface != Surface::Operator.as_str()
    };
    let account = account.filter(of_tenant).ok_or_else(nobody)?;
    let surface = Surface::parse(&account.surface).ok_or_else(nobody)?;
    let change = UserChange { active: Some(active), ..UserChange::default() };
    let caller = operator.caller.clone().doing(CHANGE_TENANT);
    let changed = operator.records().change_user(&caller, &account, surface, &change).await;
    let (_, taken) = match changed {
        Ok(changed) => changed,
        Err(NotOpened::Other(error)) => return Err(error.into()),
        Err(other) => return Err(Error::internal(other).into()),
    };
    operator.visit.identity.forget_taken(&taken);
    Ok(())
}

fn tenant(id: &str) -> Option<TenantId> {
    id.parse::<i64>().ok().filter(|number| *number > 0).map(TenantId::from_row)
}

fn none() -> HttpResponse {
    fault(StatusCode::NOT_FOUND, "There is no such tenant.")
}

fn row(account: Account) -> Row {
    Row {
        id: account.id.to_string(),
        is_active: account.active,
        email: account.email,
        surface: account.surface,
        role: account.role,
    }
}
