//! `/console/patients`: finding a patient by name or number. A name is in no address.

use actix_web::http::StatusCode;
use askama::Template;

use super::frame::Frame;
use super::operations::SEARCH_PATIENTS;
use super::staff::Staff;
use crate::fhir::ResourceType;
use crate::http::pages::opening::Answer;
use crate::http::pages::page;
use crate::http::pages::shown::ShownPatient;
use crate::records::Error;
use crate::records::search::{Query, Total, escaped};

/// The page's address.
const AT: &str = "/console/patients";
/// So many patients a page.
const COUNT: u16 = 30;
/// So many words of a name are looked for.
const WORDS: usize = 8;

#[derive(Template)]
#[template(path = "console/patients.html")]
struct PatientsPage<'a> {
    frame: Frame<'a>,
    name: &'a str,
    number: &'a str,
    patients: Vec<ShownPatient>,
    next: Option<String>,
}

/// Shows the page; with what was looked for, where it comes in a form.
pub async fn show(staff: Staff) -> Answer {
    let (name, number) = (staff.visit.one("name").trim(), staff.visit.one("number").trim());
    let words = name.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    // Some records have a name only as a whole: a word of it may stand anywhere.
    let named = words.take(WORDS).map(|word| ("name:contains".to_owned(), escaped(word)));
    let numbered = Some(number).filter(|number| !number.is_empty());
    let numbered = numbered.map(|number| ("identifier".to_owned(), escaped(number)));
    let after = Some(staff.visit.one("after").to_owned()).filter(|after| !after.is_empty());
    let query = Query {
        parameters: named.chain(numbered).collect(),
        sort: Some("family,given".to_owned()),
        count: COUNT,
        total: Total::Unwanted,
        after,
        ..Query::default()
    };
    let of = ResourceType::parse("Patient").ok_or(Error::UnknownType)?;
    let caller = staff.caller.clone().doing(SEARCH_PATIENTS);
    let found = staff.records().search(&caller, of, &query).await?;
    let template = PatientsPage {
        frame: staff.frame(AT),
        name,
        number,
        patients: found.resources.iter().map(ShownPatient::of).collect::<Result<_, _>>()?,
        next: found.next,
    };
    Ok(page(StatusCode::OK, &template, None))
}
