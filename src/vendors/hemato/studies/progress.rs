//! How far a study is, for who asks: its Task, and the job that it waits for.

use crate::identity::TenantId;
use crate::platform::queue::{Queue, Standing};
use crate::records::Error;
use crate::vendors::hemato::from_fhir::study::reason;
use crate::vendors::hemato::state::State;
use crate::vendors::hemato::wire::StudyStatus;

/// How far the study with this Task is.
///
/// # Errors
/// When the database fails.
pub async fn of(
    queue: &Queue,
    tenant: TenantId,
    id: &str,
    task: &serde_json::Value,
) -> Result<StudyStatus, Error> {
    let state = State::of(task);
    let standing = match state {
        State::Processing => queue.standing(tenant, id).await?,
        State::Created | State::Ready | State::Failed => None,
    };
    let (progress, progress_message) = told(state, standing, reason(task));
    Ok(StudyStatus { pbs_study_id: id.to_owned(), report_status: state.as_str(), progress, progress_message })
}

fn told(state: State, standing: Option<Standing>, reason: Option<String>) -> (f64, String) {
    match (state, standing) {
        (State::Created, _) => {
            (0.0, "Waiting for files and for a diagnostic study to be requested".to_owned())
        }
        (State::Ready, _) => (1.0, "Reports are ready".to_owned()),
        (State::Failed, _) => (0.0, reason.unwrap_or_else(|| "There will be no report".to_owned())),
        (State::Processing, Some(Standing::Active(percent))) => {
            // What is being done is not done.
            (f64::from(percent.min(99)) / 100.0, "Reviewing the smear".to_owned())
        }
        (State::Processing, Some(Standing::Waiting(ahead))) => {
            (0.0, format!("Waiting; {ahead} studies are before it"))
        }
        (State::Processing, Some(Standing::Delayed) | None) => (0.0, "Waiting to be tried again".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_ready_is_done() {
        for standing in
            [None, Some(Standing::Waiting(3)), Some(Standing::Delayed), Some(Standing::Active(100))]
        {
            let progress = |state| told(state, standing, None).0;
            assert_eq!(progress(State::Ready), 1.0);
            for state in [State::Created, State::Processing, State::Failed] {
                assert!(progress(state) < 1.0, "{state:?} {standing:?}");
            }
        }
        let why = "no model for blood smears is installed";
        assert_eq!(told(State::Failed, None, Some(why.to_owned())).1, why);
        assert_eq!(told(State::Processing, Some(Standing::Active(40)), None).0, 0.4);
    }
}
