//! How far a study is: `Task.status`. Pure.

use serde_json::Value;

use super::errors::Refusal;
use super::from_fhir::text;

/// How far a study is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Files are added; nothing is requested yet.
    Created,
    /// It is looked at, or waits for that.
    Processing,
    /// There is a report.
    Ready,
    /// There will be none.
    Failed,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Created, Self::Processing, Self::Ready, Self::Failed];

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Processing => "processing",
            Self::Ready => "ready",
            Self::Failed => "failed",
        }
    }

    /// The state with that word.
    ///
    /// # Errors
    /// When there is none.
    pub fn parse(word: &str) -> Result<Self, Refusal> {
        let found = Self::ALL.into_iter().find(|one| one.as_str() == word);
        found.ok_or_else(|| Refusal::field("report_status", "must be created, processing, ready or failed"))
    }

    /// The codes of R4's TaskStatus that are it; the first is the one that this surface writes.
    #[must_use]
    pub fn codes(self) -> &'static [&'static str] {
        match self {
            Self::Created => &["requested", "draft"],
            Self::Processing => &["ready", "in-progress", "received", "accepted", "on-hold"],
            Self::Ready => &["completed"],
            Self::Failed => &["failed", "rejected", "cancelled", "entered-in-error"],
        }
    }

    /// The state of a study with this Task.
    #[must_use]
    pub fn of(task: &Value) -> Self {
        let status = text(task, "status").unwrap_or_default();
        Self::ALL.into_iter().find(|one| one.codes().contains(&status)).unwrap_or(Self::Failed)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_status_of_a_task_is_a_state_and_none_but_completed_is_ready() {
        let codes: Vec<_> = State::ALL.into_iter().flat_map(State::codes).collect();
        assert_eq!(codes.len(), 12, "R4 has twelve");
        for code in codes {
            assert_eq!(State::of(&json!({ "status": code })) == State::Ready, *code == "completed", "{code}");
        }
        assert_eq!(State::of(&json!({})), State::Failed);
        assert_eq!(State::ALL.map(|state| State::parse(state.as_str()).unwrap()), State::ALL);
        assert!(State::parse("Ready").is_err());
    }
}
