//! `/console/records/{type}/{id}`: a record with its versions, and what changed between two of them.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use super::frame::Frame;
use super::operations::{COMPARE_VERSIONS, READ_RECORD};
use super::staff::Staff;
use super::words::{moment, references, title};
use crate::fhir::ResourceType;
use crate::http::pages::fault;
use crate::http::pages::opening::{Answer, Turned};
use crate::http::pages::page;
use crate::records::history::{Of, Query as Versions};
use crate::records::{Error, Method, Stored, Version};

/// The list that the pages belong to.
const LIST: &str = "/console/records";
/// So many versions are listed at once.
const COUNT: u16 = 50;
/// Lines that stay the same are shown so far around one that does not.
const AROUND: usize = 3;
/// A text of more bytes is not shown on a page.
const LARGEST: usize = 512 * 1024;
/// Comparing takes no longer than this: what is left then is told as changed.
const PATIENCE: std::time::Duration = std::time::Duration::from_millis(500);

#[derive(Template)]
#[template(path = "console/record.html")]
struct RecordPage<'a> {
    frame: Frame<'a>,
    address: String,
    title: String,
    id: String,
    version: String,
    references: Vec<String>,
    timeline: Option<String>,
    text: String,
    versions: Vec<ShownVersion>,
    next: Option<String>,
}

struct ShownVersion {
    number: i64,
    at: String,
    how: &'static str,
}

#[derive(Template)]
#[template(path = "console/compare.html")]
struct ComparePage<'a> {
    frame: Frame<'a>,
    address: String,
    from: i64,
    to: i64,
    lines: Vec<Line>,
}

/// A line of a comparison.
#[derive(Debug, PartialEq, Eq)]
enum Line {
    Gone(String),
    Come(String),
    Same(String),
    /// So many lines that are the same.
    Skipped(usize),
}

/// Where a record is.
type Place = web::Path<(String, String)>;

/// Shows the record in a version, and which others there are.
pub async fn show(staff: Staff, place: Place) -> Answer {
    let resource_type = of_type(&staff, &place)?;
    let (_, id) = &*place;
    let asked = staff.visit.one("version");
    let stored = match asked {
        "" => staff.records().read(&staff.caller.quietly(), resource_type, id).await,
        number => vread(&staff, resource_type, id, number).await,
    };
    let after = Some(staff.visit.one("after").to_owned()).filter(|after| !after.is_empty());
    let query = Versions { count: COUNT, since: None, at: None, after };
    let of = Of::Instance(resource_type, id.clone());
    let history = staff.records().history(&staff.caller.quietly(), &of, &query).await.map_err(turned)?;
    let versions: Vec<_> = history.versions.iter().map(shown_version).collect();
    let (title, text, references, version) = match stored {
        Ok(stored) => {
            staff.records().audit_answer(&staff.caller, READ_RECORD, &stored).await?;
            let json = stored.json()?;
            (title(&json), pretty(&stored)?, references(&json), stored.version.to_string())
        }
        // Its versions are there all the same.
        Err(Error::Gone) => {
            staff.note(READ_RECORD).await?;
            (format!("{resource_type} that was deleted"), String::new(), Vec::new(), "deleted".to_owned())
        }
        Err(other) => return Err(turned(other)),
    };
    let is_patient = resource_type.as_str() == "Patient";
    let template = RecordPage {
        frame: staff.frame(LIST),
        address: format!("{LIST}/{resource_type}/{id}"),
        title,
        id: format!("{resource_type}/{id}"),
        version,
        references,
        timeline: is_patient.then(|| format!("/console/patients/{id}")),
        text,
        versions,
        next: history.next,
    };
    Ok(page(StatusCode::OK, &template, None))
}

/// Shows what changed between two versions.
pub async fn compare(staff: Staff, place: Place) -> Answer {
    let resource_type = of_type(&staff, &place)?;
    let (_, id) = &*place;
    let version =
        async |name: &str| vread(&staff, resource_type, id, staff.visit.one(name)).await.map_err(turned);
    let (from, to) = (version("from").await?, version("to").await?);
    staff.records().audit_answer(&staff.caller, COMPARE_VERSIONS, &to).await?;
    let template = ComparePage {
        frame: staff.frame(LIST),
        address: format!("{LIST}/{resource_type}/{id}"),
        from: from.version,
        to: to.version,
        lines: compared(&pretty(&from)?, &pretty(&to)?),
    };
    Ok(page(StatusCode::OK, &template, None))
}

fn of_type(staff: &Staff, place: &Place) -> Result<ResourceType, Turned> {
    let found = ResourceType::parse(&place.0).filter(|of| staff.may_see(of.as_str()));
    found.ok_or_else(|| none().into())
}

async fn vread(staff: &Staff, of: ResourceType, id: &str, number: &str) -> Result<Stored, Error> {
    let number = number.parse().map_err(|_| Error::NotFound)?;
    staff.records().vread(&staff.caller.quietly(), of, id, number).await
}

fn none() -> HttpResponse {
    fault(StatusCode::NOT_FOUND, "There is no such record.")
}

fn turned(error: Error) -> Turned {
    let is_none = matches!(error, Error::NotFound | Error::Gone | Error::Withheld | Error::BadRequest(..));
    if is_none { none().into() } else { error.into() }
}

/// The JSON with a line for each member.
fn pretty(stored: &Stored) -> Result<String, Error> {
    if stored.body.len() > LARGEST {
        return Ok(format!("It has {} bytes, too many for a page.", stored.body.len()));
    }
    let json: Value = stored.json()?;
    serde_json::to_string_pretty(&json).map_err(Error::internal)
}

fn shown_version(version: &Version) -> ShownVersion {
    let how = match (version.method, version.number, version.body.is_some()) {
        (_, _, false) => "deleted",
        (Method::Post, ..) | (_, 1, true) => "made",
        (Method::Put | Method::Delete, ..) => "changed",
    };
    ShownVersion { number: version.number, at: moment(version.updated), how }
}

/// What changed between two texts, line by line, with some lines around each change.
fn compared(from: &str, to: &str) -> Vec<Line> {
    let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(from, to);
    let changes: Vec<_> = diff.iter_all_changes().map(|change| (change.tag(), change.value())).collect();
    let is_near = |at: usize| {
        let (low, high) = (at.saturating_sub(AROUND), at.saturating_add(AROUND));
        changes
            .iter()
            .enumerate()
            .skip(low)
            .take_while(|(other, _)| *other <= high)
            .any(|(_, (tag, _))| *tag != ChangeTag::Equal)
    };
    let mut lines = Vec::new();
    for (at, (tag, text)) in changes.iter().enumerate() {
        let text = text.trim_end_matches('\n').to_owned();
        match (tag, lines.last_mut()) {
            (ChangeTag::Delete, _) => lines.push(Line::Gone(text)),
            (ChangeTag::Insert, _) => lines.push(Line::Come(text)),
            (ChangeTag::Equal, _) if is_near(at) => lines.push(Line::Same(text)),
            (ChangeTag::Equal, Some(Line::Skipped(count))) => *count = count.saturating_add(1),
            (ChangeTag::Equal, _) => lines.push(Line::Skipped(1)),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{Line, compared};

    #[test]
    fn a_comparison_tells_what_is_gone_and_what_came() {
        let before = "a\nb\nc\nd\ne\nf\ng\nh\n";
        let after = "a\nb\nc\nd\ne\nf\nG\nh\n";
        let same = |text: &str| Line::Same(text.to_owned());
        assert_eq!(
            compared(before, after),
            [
                Line::Skipped(3),
                same("d"),
                same("e"),
                same("f"),
                Line::Gone("g".to_owned()),
                Line::Come("G".to_owned()),
                same("h")
            ]
        );
        assert_eq!(compared(before, before), [Line::Skipped(8)]);
    }
}
