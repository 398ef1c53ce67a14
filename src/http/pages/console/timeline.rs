//! `/console/patients/{id}`: what happened to a patient, with plots of what was measured.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::frame::Frame;
use super::operations::READ_TIMELINE;
use super::plot::{self, Plot};
use super::staff::Staff;
use super::words::{happened, moment, summary, title};
use crate::fhir::ResourceType;
use crate::fhir::unconfirmed::is_unconfirmed;
use crate::http::pages::fault;
use crate::http::pages::opening::Answer;
use crate::http::pages::page;
use crate::http::pages::shown::ShownPatient;
use crate::records::search::{Query, Total, Within};
use crate::records::{Error, Stored};

/// The list that the page belongs to.
const LIST: &str = "/console/patients";
/// So many events a page.
const COUNT: u16 = 40;
/// So many Observations are drawn, from the newest.
const DRAWN: u16 = 500;
/// Types that tell when something happened, by one search parameter.
const DATED: &str = "AllergyIntolerance,CarePlan,Composition,DiagnosticReport,DocumentReference,Encounter,Flag,Immunization,Observation,Procedure,RiskAssessment";

#[derive(Template)]
#[template(path = "console/timeline.html")]
struct TimelinePage<'a> {
    frame: Frame<'a>,
    patient: ShownPatient,
    plots: Vec<Plot>,
    /// Whether there were more values than are drawn.
    is_cut: bool,
    /// Whether events are in the order in which they were written.
    by_writing: bool,
    events: Vec<Event>,
    next: Option<String>,
    width: f64,
    height: f64,
}

struct Event {
    at: String,
    of: String,
    address: String,
    title: String,
    summary: String,
    is_open: bool,
}

/// Shows the page.
pub async fn show(staff: Staff, id: web::Path<String>) -> Answer {
    let of = ResourceType::parse("Patient").ok_or(Error::UnknownType)?;
    let patient = match staff.records().read(&staff.caller.quietly(), of, &id).await {
        Ok(patient) => patient,
        Err(Error::NotFound | Error::Gone | Error::Withheld) => {
            return Ok(fault(StatusCode::NOT_FOUND, "There is no such patient."));
        }
        Err(other) => return Err(other.into()),
    };
    let by_writing = staff.visit.one("order") == "written";
    let (events, next) = events(&staff, (of, &id), by_writing).await?;
    let is_first = staff.visit.one("after").is_empty();
    let (plots, is_cut) = if is_first { drawn(&staff, &id).await? } else { (Vec::new(), false) };
    staff.records().audit_answer(&staff.caller, READ_TIMELINE, &patient).await?;
    let [width, height] = plot::SIDES;
    let patient = ShownPatient::of(&patient)?;
    let frame = staff.frame(LIST);
    let template = TimelinePage { frame, patient, plots, is_cut, by_writing, events, next, width, height };
    Ok(page(StatusCode::OK, &template, None))
}

/// What was measured of the patient, drawn.
async fn drawn(staff: &Staff, patient: &str) -> Result<(Vec<Plot>, bool), Error> {
    let of = ResourceType::parse("Observation").ok_or(Error::UnknownType)?;
    let parameters = [("patient", patient.to_owned()), ("code", plot::codes())];
    let query = Query {
        parameters: parameters.map(|(name, value)| (name.to_owned(), value)).to_vec(),
        sort: Some("-date".to_owned()),
        count: DRAWN,
        total: Total::Unwanted,
        ..Query::default()
    };
    let page = staff.records().search(&staff.caller.quietly(), of, &query).await?;
    let observations = page.resources.iter().map(Stored::json).collect::<Result<Vec<_>, _>>()?;
    Ok((plot::plots(&observations), page.next.is_some()))
}

/// What happened, the newest first.
async fn events(
    staff: &Staff,
    (of, id): (ResourceType, &str),
    by_writing: bool,
) -> Result<(Vec<Event>, Option<String>), Error> {
    let after = Some(staff.visit.one("after").to_owned()).filter(|after| !after.is_empty());
    let dated = ("_type".to_owned(), DATED.to_owned());
    let query = Query {
        parameters: if by_writing { Vec::new() } else { vec![dated] },
        sort: Some(if by_writing { "-_lastUpdated" } else { "-date" }.to_owned()),
        count: COUNT,
        total: Total::Unwanted,
        after,
        ..Query::default()
    };
    let within = Within { resource_type: None, compartment: Some((of, id.to_owned())) };
    let page = staff.records().search_within(&staff.caller.quietly(), &within, &query).await?;
    let events = page.resources.iter().map(|stored| event(stored, by_writing)).collect::<Result<_, _>>()?;
    Ok((events, page.next))
}

fn event(stored: &Stored, by_writing: bool) -> Result<Event, Error> {
    let json = stored.json()?;
    let told = happened(&json).filter(|_| !by_writing).map(short);
    Ok(Event {
        at: told.unwrap_or_else(|| moment(stored.updated)),
        of: stored.resource_type.clone(),
        address: format!("/console/records/{}/{}", stored.resource_type, stored.id),
        title: title(&json),
        summary: summary(&json),
        is_open: is_unconfirmed(&json),
    })
}

/// A time to the minute, as it was written.
fn short(time: &str) -> String {
    time.chars().take(16).collect::<String>().replace('T', " ")
}
