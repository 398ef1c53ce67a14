//! `/console/review`: what models said and no person has judged, of all vendors, newest first.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use chrono::{DateTime, SecondsFormat, Utc};

use super::frame::Frame;
use super::names::Names;
use super::operations::LIST_UNJUDGED;
use super::staff::Staff;
use super::words::{moment, summary, title};
use crate::http::pages::opening::Answer;
use crate::http::pages::{fault, page};
use crate::records::Error;
use crate::records::review::{Listed, Source};

/// The page's address.
const AT: &str = "/console/review";
/// So many results a page, of one time more.
const COUNT: usize = 25;

/// Where results of models come from.
pub struct Sources(pub Vec<Source>);

impl Sources {
    /// Which source a result is of that a page names.
    pub fn by_word(&self, word: &str) -> Option<&Source> {
        self.0.iter().find(|source| source.word == word)
    }
}

#[derive(Template)]
#[template(path = "console/review.html")]
struct ReviewPage<'a> {
    frame: Frame<'a>,
    /// Word and name of each source, with how many resources wait.
    sources: Vec<Tab>,
    /// The word of the source that is shown alone, or nothing.
    chosen: &'a str,
    results: Vec<Row>,
    /// The time before which the next page begins.
    next: Option<String>,
}

struct Tab {
    word: &'static str,
    name: &'static str,
    waiting: i64,
}

struct Row {
    source: &'static str,
    word: &'static str,
    address: String,
    title: String,
    summary: String,
    patient: String,
    others: usize,
    at: String,
}

/// Shows the page.
pub async fn show(staff: Staff, sources: web::Data<Sources>) -> Answer {
    let chosen = staff.visit.one("source").to_owned();
    if !chosen.is_empty() && sources.by_word(&chosen).is_none() {
        return Ok(fault(StatusCode::NOT_FOUND, "There is no such source of results."));
    }
    let before = match staff.visit.one("before") {
        "" => None,
        text => match DateTime::parse_from_rfc3339(text) {
            Ok(time) => Some(time.to_utc()),
            Err(_) => return Ok(fault(StatusCode::BAD_REQUEST, "The address names no time.")),
        },
    };
    let mut tabs = Vec::new();
    for source in &sources.0 {
        let waiting = staff.records().count_unjudged(&staff.caller, source).await?;
        tabs.push(Tab { word: source.word, name: source.name, waiting });
    }
    let (results, next) = results(&staff, &sources, &chosen, before).await?;
    staff.note(LIST_UNJUDGED).await?;
    let template = ReviewPage { frame: staff.frame(AT), sources: tabs, chosen: &chosen, results, next };
    Ok(page(StatusCode::OK, &template, None))
}

/// The newest results of the sources, and the time before which there are others.
async fn results(
    staff: &Staff,
    sources: &Sources,
    chosen: &str,
    before: Option<DateTime<Utc>>,
) -> Result<(Vec<Row>, Option<String>), Error> {
    let (mut all, mut is_cut, mut from) = (Vec::new(), false, None);
    for source in sources.0.iter().filter(|source| chosen.is_empty() || source.word == chosen) {
        let listing = staff.records().unjudged(&staff.caller, source, before, COUNT).await?;
        is_cut |= listing.is_cut;
        // What is older than the last of a source that goes on may have others of that source before it.
        let last = listing.results.last().filter(|_| listing.is_cut).map(|last| last.stored.updated);
        from = from.max(last);
        all.extend(listing.results.into_iter().map(|one| (source, one)));
    }
    all.sort_by_key(|(_, one)| std::cmp::Reverse(one.stored.updated));
    let mut shown: Vec<(&Source, Listed)> = Vec::new();
    for (source, one) in all {
        let time = one.stored.updated;
        let is_full =
            shown.len() >= COUNT && shown.last().is_some_and(|(_, last)| last.stored.updated != time);
        if is_full || from.is_some_and(|from| time < from) {
            is_cut = true;
            break;
        }
        shown.push((source, one));
    }
    let next = shown.last().filter(|_| is_cut).map(|(_, last)| last.stored.updated);
    let bodies: Vec<_> = shown.iter().map(|(_, one)| &one.json).collect();
    let names = Names::of(staff, &bodies).await?;
    let rows = shown.iter().map(|(source, one)| row(source, one, &names)).collect();
    Ok((rows, next.map(|time| time.to_rfc3339_opts(SecondsFormat::Micros, true))))
}

fn row(source: &Source, one: &Listed, names: &Names) -> Row {
    Row {
        source: source.name,
        word: source.word,
        address: format!("{AT}/{}/{}/{}", source.word, one.stored.resource_type, one.stored.id),
        title: title(&one.json),
        summary: summary(&one.json),
        patient: names.name(&one.json),
        others: one.others,
        at: moment(one.stored.updated),
    }
}
