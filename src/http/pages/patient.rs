//! `/oauth/patient`: which patient a client is to work with.

use actix_web::http::StatusCode;
use askama::Template;

use super::opening::{Answer, Asked};
use super::shown::ShownPatient;
use super::{go_on, page, visitor};
use crate::fhir::ResourceType;
use crate::http::oauth::audit;
use crate::identity::Caller;
use crate::records::search::{Query, Total};
use crate::records::{Error, Records};

/// So many patients a page.
const COUNT: u16 = 20;

#[derive(Template)]
#[template(path = "patient.html")]
struct PatientPage<'a> {
    client: &'a str,
    request: &'a str,
    name: &'a str,
    patients: Vec<ShownPatient>,
    is_cut: bool,
}

/// Shows the page.
pub async fn show(Asked { visit, flow }: Asked) -> Answer {
    let browser = visitor::signed_in(&visit.request, &visit.identity).await?;
    let browser = browser.map(|(browser, _)| browser).filter(|browser| flow.is_current(browser));
    let Some(browser) = browser.filter(|browser| browser.account.patient.is_none()) else {
        return Ok(go_on(&flow.next(None)));
    };
    let caller = audit::of_person(&visit.request, &browser);
    let name = visit.one("name");
    let (patients, is_cut) = find(&visit.records, &caller, name).await?;
    let client = flow.asked.client.name.as_str();
    let template = PatientPage { client, request: &flow.request, name, patients, is_cut };
    Ok(page(StatusCode::OK, &template, None))
}

async fn find(records: &Records, caller: &Caller, name: &str) -> Result<(Vec<ShownPatient>, bool), Error> {
    let patient = ResourceType::parse("Patient").ok_or_else(|| Error::internal("R4 has Patients"))?;
    // Commas and the like mean something in a search; people only mean the name.
    let words = name.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let words = words.map(|word| {
        let escaped = word.replace('\\', "\\\\").replace(',', "\\,").replace('$', "\\$").replace('|', "\\|");
        ("name".to_owned(), escaped)
    });
    let query = Query {
        parameters: words.take(8).collect(),
        sort: Some("family,given".to_owned()),
        count: COUNT,
        total: Total::Unwanted,
        ..Query::default()
    };
    let found = records.search(caller, patient, &query).await?;
    let patients = found.resources.iter().map(ShownPatient::of).collect::<Result<_, _>>()?;
    Ok((patients, found.next.is_some()))
}
