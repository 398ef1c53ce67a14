//! `/console/records`: types with their numbers, and searches by any search parameter. What is searched for may be health data: it comes in
//! a form and is in no address.

use actix_web::http::StatusCode;
use askama::Template;

use super::frame::Frame;
use super::operations::{COUNT_RECORDS, SEARCH_RECORDS};
use super::staff::Staff;
use super::words::{moment, summary, title};
use crate::fhir::ResourceType;
use crate::fhir::definitions;
use crate::http::pages::opening::Answer;
use crate::http::pages::page;
use crate::identity::Right;
use crate::records::search::{Query, Total};
use crate::records::{Error, Stored};

/// The page's address.
const AT: &str = "/console/records";
/// So many resources a page.
const COUNT: u16 = 25;
/// Most characters of a search.
const LONGEST: usize = 2_000;

#[derive(Template)]
#[template(path = "console/records.html")]
struct RecordsPage<'a> {
    frame: Frame<'a>,
    types: Vec<&'static str>,
    chosen: &'a str,
    query: &'a str,
    problem: Option<String>,
    /// What was found, where something was searched for.
    found: Option<Found>,
    /// Types with how many there are, where nothing was.
    counts: Vec<(&'static str, i64)>,
}

struct Found {
    rows: Vec<Row>,
    total: Option<i64>,
    next: Option<String>,
}

struct Row {
    address: String,
    title: String,
    summary: String,
    at: String,
}

/// Shows the types.
pub async fn show(staff: Staff) -> Answer {
    let mut counts = staff.records().counts(&staff.caller).await?;
    counts.retain(|(of, _)| staff.may_see(of));
    staff.note(COUNT_RECORDS).await?;
    records_page(&staff, None, None, counts)
}

/// Searches.
pub async fn search(staff: Staff) -> Answer {
    match found(&staff).await {
        Ok(found) => records_page(&staff, Some(found), None, Vec::new()),
        Err(error) => match told(&error) {
            Some(problem) => records_page(&staff, None, Some(problem), Vec::new()),
            None => Err(error.into()),
        },
    }
}

async fn found(staff: &Staff) -> Result<Found, Error> {
    let of = ResourceType::parse(staff.visit.one("type")).ok_or(Error::UnknownType)?;
    if !staff.may_see(of.as_str()) {
        return Err(Error::Forbidden);
    }
    let text = staff.visit.one("query").trim().trim_start_matches('?');
    let text: String = text.chars().take(LONGEST).collect();
    let (mut parameters, mut sort) = (Vec::<(String, String)>::new(), None);
    for (name, value) in form_urlencoded::parse(text.as_bytes()).into_owned() {
        match name.as_str() {
            "_sort" => sort = Some(value),
            // How much is shown this page says.
            "_count" | "_total" | "_summary" | "_elements" | "_format" | "_pretty" => {}
            _ => parameters.push((name, value)),
        }
    }
    if !parameters.iter().all(|(name, value)| staff.may_ask(name) && staff.may_ask(value)) {
        return Err(Error::Forbidden);
    }
    let after = Some(staff.visit.one("after").to_owned()).filter(|after| !after.is_empty());
    let query = Query {
        parameters,
        sort,
        count: COUNT,
        total: Total::Exact,
        after,
        strict: true,
        ..Query::default()
    };
    let caller = staff.caller.clone().doing(SEARCH_RECORDS);
    let page = staff.records().search(&caller, of, &query).await?;
    let all = page.resources.iter().chain(&page.included);
    let rows = all.filter(|one| staff.may_see(&one.resource_type)).map(row).collect::<Result<_, _>>()?;
    Ok(Found { rows, total: page.total, next: page.next })
}

fn row(stored: &Stored) -> Result<Row, Error> {
    let json = stored.json()?;
    Ok(Row {
        address: format!("{AT}/{}/{}", stored.resource_type, stored.id),
        title: title(&json),
        summary: summary(&json),
        at: moment(stored.updated),
    })
}

/// What the person can do about an error; none where it is ours.
fn told(error: &Error) -> Option<String> {
    let (status, _) = error.status();
    let issues = || error.issues().into_iter().map(|issue| issue.diagnostics).collect::<Vec<_>>().join(" ");
    (status < 500).then(issues)
}

fn records_page(
    staff: &Staff,
    found: Option<Found>,
    problem: Option<String>,
    counts: Vec<(&'static str, i64)>,
) -> Answer {
    let status = if problem.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let allowed = |of: &ResourceType| {
        staff.caller.scopes.permit(Right::Search, of.as_str()) && staff.may_see(of.as_str())
    };
    let template = RecordsPage {
        frame: staff.frame(AT),
        types: definitions::resource_types().filter(allowed).map(ResourceType::as_str).collect(),
        chosen: match staff.visit.one("type") {
            "" => "Patient",
            chosen => chosen,
        },
        query: staff.visit.one("query"),
        problem,
        found,
        counts,
    };
    Ok(page(status, &template, None))
}
