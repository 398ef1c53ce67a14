//! `/console/tenants`: all tenants, for operators.

use actix_web::http::StatusCode;
use askama::Template;

use super::operator::Operator;
use super::words::moment;
use crate::http::pages::opening::Answer;
use crate::http::pages::{go_on, page};
use crate::records::Error;
use crate::records::tenancy::{NotFounded, Tenant};

/// The page's address.
const AT: &str = "/console/tenants";
/// So many tenants a page.
const COUNT: i64 = 50;
/// Most characters of a name.
const LONGEST: usize = 200;

#[derive(Template)]
#[template(path = "console/tenants.html")]
struct TenantsPage<'a> {
    email: &'a str,
    form: &'a str,
    tenants: Vec<Row>,
    next: Option<i64>,
    name: &'a str,
    problem: Option<&'static str>,
}

struct Row {
    number: i64,
    name: String,
    since: String,
}

/// Shows the page.
pub async fn show(operator: Operator) -> Answer {
    shown(&operator, None).await
}

/// Founds a tenant.
pub async fn found(operator: Operator) -> Answer {
    let name = operator.visit.one("name").trim();
    if !(1..=LONGEST).contains(&name.chars().count()) || name.contains(char::is_control) {
        return shown(&operator, Some((StatusCode::BAD_REQUEST, "A name has 1 to 200 characters."))).await;
    }
    match operator.records().found_tenant(&operator.caller, name).await {
        Ok(tenant) => Ok(go_on(&format!("{AT}/{}", tenant.number))),
        Err(NotFounded::Taken) => {
            shown(&operator, Some((StatusCode::CONFLICT, "There is a tenant of this name."))).await
        }
        Err(NotFounded::Other(error)) => Err(error.into()),
    }
}

async fn shown(operator: &Operator, problem: Option<(StatusCode, &'static str)>) -> Answer {
    let after = operator.visit.one("after").parse::<i64>().unwrap_or_default().max(0);
    let mut found = list(operator, after, problem.is_some()).await?;
    let is_cut = found.len() > usize::try_from(COUNT).unwrap_or(usize::MAX);
    if is_cut {
        found.pop();
    }
    let next = found.last().filter(|_| is_cut).map(|last| last.number);
    let (status, problem) = problem.map_or((StatusCode::OK, None), |(status, told)| (status, Some(told)));
    let template = TenantsPage {
        email: &operator.account.email,
        form: &operator.proof,
        tenants: found.into_iter().map(row).collect(),
        next,
        name: if problem.is_some() { operator.visit.one("name") } else { "" },
        problem,
    };
    Ok(page(status, &template, None))
}

/// The tenants after this one. What is shown beside a refusal leaves no row beside the refusal's.
async fn list(operator: &Operator, after: i64, is_refused: bool) -> Result<Vec<Tenant>, Error> {
    if is_refused {
        return Ok(Vec::new());
    }
    operator.records().tenants(&operator.caller, after, COUNT.saturating_add(1)).await
}

fn row(tenant: Tenant) -> Row {
    Row { number: tenant.number, since: moment(tenant.created_at), name: tenant.name }
}
