//! `/console/jobs`: work that waits, is done just now, or did not come off and is tried again.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::frame::Frame;
use super::operations::{LIST_JOBS, RETRY_JOB};
use super::staff::Administration;
use super::words::moment;
use crate::http::pages::opening::Answer;
use crate::http::pages::{fault, go_on, page};
use crate::platform::work::{Seen, State, Work};
use crate::records::Error;

/// The page's address.
const AT: &str = "/console/jobs";
/// So many jobs a page.
const COUNT: i64 = 50;

#[derive(Template)]
#[template(path = "console/jobs.html")]
struct JobsPage<'a> {
    frame: Frame<'a>,
    jobs: Vec<Row>,
    next: Option<i64>,
}

struct Row {
    kind: String,
    subject: String,
    state: &'static str,
    asked: String,
    due: String,
    tries: i64,
    progress: i64,
    may_retry: bool,
}

/// Shows the page.
pub async fn show(Administration(staff): Administration, work: web::Data<Work>) -> Answer {
    let skip = staff.visit.one("skip").parse::<i64>().unwrap_or_default().clamp(0, 1_000_000);
    let mut jobs = work.page(staff.caller.tenant, (skip, COUNT + 1)).await.map_err(Error::from)?;
    let is_cut = jobs.len() > usize::try_from(COUNT).unwrap_or(usize::MAX);
    if is_cut {
        jobs.pop();
    }
    staff.note(LIST_JOBS).await?;
    let next = is_cut.then(|| skip.saturating_add(COUNT));
    let jobs = jobs.into_iter().map(row).collect();
    Ok(page(StatusCode::OK, &JobsPage { frame: staff.frame(AT), jobs, next }, None))
}

/// Has a job done now.
pub async fn retry(Administration(staff): Administration, work: web::Data<Work>) -> Answer {
    let of = (staff.visit.one("kind"), staff.visit.one("subject"));
    let note = staff.records().note(&staff.caller, RETRY_JOB);
    if work.again(staff.caller.tenant, of, note).await.map_err(Error::from)? {
        return Ok(go_on(AT));
    }
    Ok(fault(StatusCode::CONFLICT, "It is done, waits its turn, or somebody works on it."))
}

fn row(Seen { job, state }: Seen) -> Row {
    Row {
        state: match state {
            State::Running => "running",
            State::Waiting => "waiting",
            State::Failed => "to be tried again",
        },
        may_retry: state == State::Failed,
        asked: moment(job.asked),
        due: moment(job.due),
        tries: job.tries,
        progress: job.progress,
        kind: job.kind,
        subject: job.subject,
    }
}
