//! `/console`: what there is, and what waits for somebody.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::frame::Frame;
use super::operations::READ_OVERVIEW;
use super::review::Sources;
use super::staff::Staff;
use crate::fhir::ResourceType;
use crate::http::pages::opening::Answer;
use crate::http::pages::page;
use crate::records::Error;
use crate::records::search::{Query, Total};

/// Types that are counted, and what people call them.
const COUNTED: [(&str, &str); 6] = [
    ("Patient", "Patients"),
    ("Observation", "Observations"),
    ("DiagnosticReport", "Reports"),
    ("ImagingStudy", "Studies"),
    ("Encounter", "Encounters"),
    ("Device", "Devices"),
];

#[derive(Template)]
#[template(path = "console/home.html")]
struct HomePage<'a> {
    frame: Frame<'a>,
    waiting: Vec<(&'static str, &'static str, i64)>,
    counted: Vec<(&'static str, i64)>,
}

/// Shows the page.
pub async fn show(staff: Staff, sources: web::Data<Sources>) -> Answer {
    let mut waiting = Vec::new();
    for source in &sources.0 {
        let count = staff.records().count_unjudged(&staff.caller, source).await?;
        waiting.push((source.word, source.name, count));
    }
    let mut counted = Vec::new();
    for (of, name) in COUNTED {
        counted.push((name, count(&staff, of).await?));
    }
    staff.note(READ_OVERVIEW).await?;
    Ok(page(StatusCode::OK, &HomePage { frame: staff.frame("/console"), waiting, counted }, None))
}

/// How many resources of a type the person may see.
async fn count(staff: &Staff, of: &str) -> Result<i64, Error> {
    let of = ResourceType::parse(of).ok_or(Error::UnknownType)?;
    let query = Query { count: 0, total: Total::Exact, ..Query::default() };
    let page = staff.records().search(&staff.caller.quietly(), of, &query).await?;
    Ok(page.total.unwrap_or_default())
}
