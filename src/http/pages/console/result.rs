//! `/console/review/{source}/{type}/{id}`: a result of models with its pictures and values, to confirm, correct or reject.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::frame::Frame;
use super::names::{Names, patient};
use super::operations::{CONFIRM, CORRECT, READ_RESULT, REJECT};
use super::review::Sources;
use super::staff::Staff;
use super::words::{moment, summary, text, title};
use crate::fhir::unconfirmed::{Edit, Kind, Stated, stated};
use crate::http::pages::opening::{Answer, Turned};
use crate::http::pages::{fault, go_on, page_with_pictures};
use crate::records::Error;
use crate::records::review::{Item, NotJudged, Part, Source, Verdict};

/// The list that the page belongs to.
const LIST: &str = "/console/review";
/// Most characters of a reason.
const LONGEST: usize = 1_000;
/// So many pictures are shown.
const PICTURES: usize = 6;

#[derive(Template)]
#[template(path = "console/result.html")]
struct ResultPage<'a> {
    frame: Frame<'a>,
    address: String,
    source: &'a Source,
    title: String,
    /// Id and name of the patient.
    patient: Option<(String, String)>,
    conclusion: &'a str,
    models: String,
    at: String,
    pictures: Vec<String>,
    parts: Vec<ShownPart>,
    seen: String,
    is_open: bool,
    lacks_some: bool,
    problem: Option<String>,
    reason: &'a str,
}

struct ShownPart {
    address: String,
    title: String,
    status: String,
    summary: String,
    values: Vec<ShownValue>,
}

struct ShownValue {
    stated: Stated,
    /// The name of its field.
    field: String,
    may_change: bool,
    percent: Option<String>,
}

impl ShownValue {
    fn is_flag(&self) -> bool {
        self.stated.kind == Kind::Flag
    }
}

/// Where a result is.
type Place = web::Path<(String, String, String)>;

/// Shows the page.
pub async fn show(staff: Staff, place: Place, sources: web::Data<Sources>) -> Answer {
    let (source, item) = find(&staff, &place, &sources).await?;
    if let Some(root) = item.root() {
        staff.records().audit_answer(&staff.caller, READ_RESULT, &root.stored).await?;
    }
    shown(&staff, source, &item, &place, None).await
}

/// Judges the result.
pub async fn judge(staff: Staff, place: Place, sources: web::Data<Sources>) -> Answer {
    let (source, item) = find(&staff, &place, &sources).await?;
    let reason = staff.visit.one("reason").trim();
    let is_right = reason.chars().count() <= LONGEST
        && !reason.contains(|c: char| c.is_control() && c != '\n' && c != '\r');
    if !is_right {
        let told = "The reason may have at most 1000 characters.".to_owned();
        return shown(&staff, source, &item, &place, Some((StatusCode::BAD_REQUEST, told))).await;
    }
    let (operation, verdict) = match staff.visit.one("verdict") {
        "confirm" => (CONFIRM, Verdict::Confirmed),
        "correct" if source.may_correct => (CORRECT, Verdict::Corrected(edits(&staff, &item))),
        "reject" if reason.is_empty() => {
            let told = "Say why it is wrong.".to_owned();
            return shown(&staff, source, &item, &place, Some((StatusCode::BAD_REQUEST, told))).await;
        }
        "reject" => (REJECT, Verdict::Rejected),
        _ => return Ok(fault(StatusCode::BAD_REQUEST, "The form says nothing to do.")),
    };
    if staff.visit.one("seen") != item.seen() {
        return refused(&staff, source, &item, &place, NotJudged::Changed).await;
    }
    let caller = staff.caller.clone().doing(operation);
    let author = staff.author().await?;
    match staff.records().judge(&caller, &item, &verdict, (author, reason)).await {
        Ok(()) => Ok(go_on(&format!("{LIST}?source={}", source.word))),
        Err(refusal) => refused(&staff, source, &item, &place, refusal).await,
    }
}

/// The source and the result that an address names.
async fn find<'a>(staff: &Staff, place: &Place, sources: &'a Sources) -> Result<(&'a Source, Item), Turned> {
    let none = || fault(StatusCode::NOT_FOUND, "There is no such result.");
    let (word, resource_type, id) = &**place;
    let source = sources.by_word(word).ok_or_else(none)?;
    // What may be done to a result, its source says: no other source's word opens it.
    let is_of_source = source.resource_type == resource_type.as_str()
        && staff.records().is_of(&staff.caller, source, id).await?;
    if !is_of_source {
        return Err(none().into());
    }
    match staff.records().result(&staff.caller, resource_type, id).await {
        Ok(item) => Ok((source, item)),
        Err(Error::NotFound | Error::Gone | Error::Withheld | Error::UnknownType) => Err(none().into()),
        Err(other) => Err(other.into()),
    }
}

/// The page again, with why nothing was done.
async fn refused(staff: &Staff, source: &Source, item: &Item, place: &Place, refusal: NotJudged) -> Answer {
    let (status, told) = match refusal {
        NotJudged::Changed => {
            let told = "It has changed since you read it, or somebody has judged it. This is how it is now: look again.";
            (StatusCode::CONFLICT, told.to_owned())
        }
        NotJudged::InPart => {
            let told = "You cannot see all of it, so that you cannot answer for it.";
            (StatusCode::FORBIDDEN, told.to_owned())
        }
        NotJudged::Same => (
            StatusCode::BAD_REQUEST,
            "Every value is as it was. Confirm the result, or put a value right.".to_owned(),
        ),
        NotJudged::Value(fault) => (StatusCode::BAD_REQUEST, format!("{fault}.")),
        NotJudged::Records(Error::Invalid(_)) => {
            (StatusCode::BAD_REQUEST, "The value is none that such a result can have.".to_owned())
        }
        NotJudged::Records(error) => return Err(error.into()),
    };
    // As it is by now.
    let now = match item.root() {
        Some(root) => {
            staff.records().result(&staff.caller, &root.stored.resource_type, &root.stored.id).await?
        }
        None => return Ok(fault(status, &told)),
    };
    shown(staff, source, &now, place, Some((status, told))).await
}

/// The values of the form that are to take the place of those of the result.
fn edits(staff: &Staff, item: &Item) -> Vec<(String, Edit)> {
    let open = item.parts.iter().filter(|part| part.is_unconfirmed());
    open.flat_map(|part| stated(&part.json).into_iter().map(move |one| (&part.stored.id, one)))
        .filter_map(|(id, one)| {
            let sent = staff.visit.all(&field(id, &one.place)).next()?;
            Some((id.clone(), Edit { place: one.place, value: sent.to_owned() }))
        })
        .collect()
}

fn field(id: &str, place: &str) -> String {
    format!("{id}/{place}")
}

async fn shown(
    staff: &Staff,
    source: &Source,
    item: &Item,
    place: &Place,
    problem: Option<(StatusCode, String)>,
) -> Answer {
    let Some(root) = item.root() else {
        return Ok(fault(StatusCode::NOT_FOUND, "There is no such result."));
    };
    let names = Names::of(staff, &[&root.json]).await?;
    let (word, resource_type, id) = &**place;
    let (status, problem) = problem.map_or((StatusCode::OK, None), |(status, told)| (status, Some(told)));
    let reports = item.parts.iter().filter_map(|part| text(&part.json, "conclusion"));
    let template = ResultPage {
        frame: staff.frame(LIST),
        address: format!("{LIST}/{word}/{resource_type}/{id}"),
        source,
        title: title(&root.json),
        patient: patient(&root.json).map(|id| (id.to_owned(), named(&names.name(&root.json)))),
        conclusion: reports.into_iter().next().unwrap_or_default(),
        models: item.models.join(", "),
        at: moment(root.stored.updated),
        pictures: pictures(item),
        parts: item.parts.iter().map(|part| shown_part(part, source)).collect(),
        seen: item.seen(),
        is_open: item.is_unconfirmed(),
        lacks_some: item.lacks_some,
        reason: if problem.is_some() { staff.visit.one("reason") } else { "" },
        problem,
    };
    Ok(answer(status, &template))
}

fn answer(status: StatusCode, template: &ResultPage<'_>) -> HttpResponse {
    page_with_pictures(status, template)
}

fn named(name: &str) -> String {
    if name.is_empty() { "without a name".to_owned() } else { name.to_owned() }
}

/// The addresses of the pictures that the result was made of.
fn pictures(item: &Item) -> Vec<String> {
    let ids = item.media.iter().filter(|media| super::picture::binary(media).is_some());
    let ids = ids.filter_map(|media| text(media, "id")).take(PICTURES);
    ids.map(|id| format!("/console/pictures/{id}")).collect()
}

fn shown_part(part: &Part, source: &Source) -> ShownPart {
    let is_open = part.is_unconfirmed();
    let is_report = part.stored.resource_type == "DiagnosticReport";
    let values = if is_report { Vec::new() } else { stated(&part.json) };
    ShownPart {
        address: format!("/console/records/{}/{}", part.stored.resource_type, part.stored.id),
        title: title(&part.json),
        status: text(&part.json, "status").unwrap_or_default().to_owned(),
        summary: if is_report { String::new() } else { summary(&part.json) },
        values: values
            .into_iter()
            .map(|one| shown_value(one, &part.stored.id, is_open && source.may_correct))
            .collect(),
    }
}

fn shown_value(stated: Stated, id: &str, may_change: bool) -> ShownValue {
    let percent = stated.confidence.as_deref().and_then(|share| share.parse::<f64>().ok());
    ShownValue {
        field: field(id, &stated.place),
        may_change: may_change && stated.kind != Kind::Fixed,
        percent: percent.map(|share| format!("{:.0} %", share * 100.0)),
        stated,
    }
}
