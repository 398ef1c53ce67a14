//! Analyses of scans: asking for them, and how far they are (contract IM-20, IM-25, IM-60 to IM-62).
//!
//! A scan's Task says what is asked for and what came of it, and a job of the queue has it done: the two are written together.

use chrono::TimeDelta;

use super::caller::SignedIn;
use super::errors::Refusal;
use super::from_fhir::scan as from_scan;
use super::operations::ANALYSE_SCAN;
use super::scans::{self, Scan};
use super::state::State;
use super::store::{context, hold, new_id, repeated, update, written_beside};
use super::to_fhir::scan::asked_anew;
use super::wire;
use crate::inference::imaging::Organ;
use crate::platform::queue::{Queue, Standing};
use crate::records::{Beside, Error, Records};

/// The kind of the jobs.
pub const KIND: &str = "imagemedix-scan";
/// A process has a job for so long: several times what the largest picture takes.
pub const LEASE: TimeDelta = TimeDelta::seconds(90);
/// About so many scans are analysed in a second.
const A_SECOND: i64 = 2;

/// Asks for an analysis of an organ, and gives its id. Where the same is asked for already, it is that one.
///
/// # Errors
/// When there is no such scan, or too many wait.
pub async fn ask(
    records: &Records,
    queue: &Queue,
    signed_in: &SignedIn,
    id: Option<&str>,
    organ: Organ,
) -> Result<wire::AskedAnalysis, Refusal> {
    let id = id.ok_or_else(|| Refusal::field("scanId", "is required"))?;
    let job_id = repeated(id, async || {
        let scan = scans::find(records, signed_in, id).await?;
        let task = scan.asked()?;
        let known = if is_open(&scan)? && standing(queue, signed_in, &scan).await?.is_some() {
            from_scan::job(&task).map(str::to_owned)
        } else {
            None
        };
        if let Some(known) = known.clone().filter(|_| from_scan::organ(&task) == Some(organ)) {
            records.audit_answer(&signed_in.caller, ANALYSE_SCAN, &scan.task).await?;
            return Ok(Some(known));
        }
        // Who works on it looks for something else, and loses it: it is done anew.
        let job = known.unwrap_or_else(|| new_id(records));
        let asked = asked_anew(task, &scan.id, &job, organ, &context(records, signed_in));
        let writes = vec![update(&scan.task, asked), hold("ImagingStudy", &scan.stored)?];
        let beside = Beside::asking(queue.job(&scan.id));
        let written = written_beside(records, &signed_in.caller, writes, &beside).await?;
        Ok(written.map(|_| job))
    })
    .await?;
    queue.wake();
    Ok(wire::AskedAnalysis { job_id, status: State::Processing.as_str() })
}

fn is_open(scan: &Scan) -> Result<bool, Error> {
    Ok(match scan.state()? {
        State::Pending | State::Processing => true,
        State::Completed | State::Failed => false,
    })
}

async fn standing(queue: &Queue, signed_in: &SignedIn, scan: &Scan) -> Result<Option<Standing>, Error> {
    Ok(queue.standing(signed_in.caller.tenant, &scan.id).await?)
}

/// How far the analysis of a scan is, and the seconds that it may still take.
///
/// # Errors
/// When that cannot be found out.
pub async fn progress(
    queue: &Queue,
    signed_in: &SignedIn,
    scan: &Scan,
) -> Result<(State, wire::JobStatus, Option<i64>), Error> {
    let task = scan.asked()?;
    let state = State::of(&task);
    let standing = match state {
        State::Pending | State::Processing => standing(queue, signed_in, scan).await?,
        State::Completed | State::Failed => None,
    };
    let (job, left_s) = told(state, standing);
    Ok((state, wire::JobStatus { failed_reason: reason(state, &task), ..job }, left_s))
}

fn reason(state: State, task: &serde_json::Value) -> Option<String> {
    match state {
        // What was found before stands where a later analysis came to nothing.
        State::Failed | State::Completed => from_scan::reason(task),
        State::Pending | State::Processing => None,
    }
}

fn told(state: State, standing: Option<Standing>) -> (wire::JobStatus, Option<i64>) {
    let seconds = |ahead: i64| 1 + ahead / A_SECOND;
    let (word, progress, left_s) = match (state, standing) {
        (State::Completed, _) => ("completed", 100, None),
        (State::Failed, _) => ("failed", 0, None),
        // A job is taken before its Task says so, and is given back before that says so: the two words are to go together.
        (State::Pending, Some(Standing::Active(_))) => ("waiting", 0, Some(1)),
        (State::Processing, Some(Standing::Active(progress))) => ("active", progress, Some(1)),
        (State::Pending, Some(Standing::Waiting(ahead))) => ("waiting", 0, Some(seconds(ahead))),
        (State::Processing, Some(Standing::Waiting(ahead))) => ("active", 0, Some(seconds(ahead))),
        (State::Pending | State::Processing, Some(Standing::Delayed)) => {
            ("delayed", 0, Some(LEASE.num_seconds()))
        }
        // Somebody says so by hand, and no job is known of.
        (State::Pending, None) => ("waiting", 0, None),
        (State::Processing, None) => ("active", 0, None),
    };
    (wire::JobStatus { state: word, progress, failed_reason: None }, left_s)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ended_has_no_time_left_and_nothing_is_complete_before() {
        let standings =
            [None, Some(Standing::Waiting(9)), Some(Standing::Delayed), Some(Standing::Active(40))];
        let told = |state| {
            standings.map(|standing| {
                let (job, left_s) = told(state, standing);
                (job.state, job.progress, left_s)
            })
        };
        assert_eq!(told(State::Completed), [("completed", 100, None); 4]);
        assert_eq!(told(State::Failed), [("failed", 0, None); 4]);
        for (state, alone) in [(State::Pending, "waiting"), (State::Processing, "active")] {
            let begun = if state == State::Processing { 40 } else { 0 };
            let waits = [(alone, 0, None), (alone, 0, Some(5)), ("delayed", 0, Some(90))];
            assert_eq!(told(state)[..3], waits);
            assert_eq!(told(state)[3], (alone, begun, Some(1)));
        }
    }
}
