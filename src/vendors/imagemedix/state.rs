//! How far a scan is: `Task.status` (contract IM-23). Pure.

use serde_json::Value;

use super::errors::Refusal;
use super::from_fhir::text;

/// How far a scan is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody has begun to look at it.
    Pending,
    /// It is looked at.
    Processing,
    /// It was looked at.
    Completed,
    /// It could not be looked at.
    Failed,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Processing, Self::Completed, Self::Failed];

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Processing => "processing",
            Self::Completed => "completed",
            Self::Failed => "failed",
        }
    }

    /// The state with that word.
    ///
    /// # Errors
    /// When there is none.
    pub fn parse(word: &str) -> Result<Self, Refusal> {
        let found = Self::ALL.into_iter().find(|one| one.as_str() == word);
        found.ok_or_else(|| Refusal::field("status", "must be pending, processing, completed or failed"))
    }

    /// The codes of R4's TaskStatus that are it; the first is the one that this surface writes.
    #[must_use]
    pub fn codes(self) -> &'static [&'static str] {
        match self {
            Self::Pending => &["requested", "draft", "received", "accepted", "ready", "on-hold"],
            Self::Processing => &["in-progress"],
            Self::Completed => &["completed"],
            Self::Failed => &["failed", "rejected", "cancelled", "entered-in-error"],
        }
    }

    /// The code that this surface writes.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.codes().first().copied().unwrap_or_default()
    }

    /// The state of a scan with this Task; one whose Task is gone has failed.
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
    fn other_words_are_refused() {
        for word in ["", "done", "Completed", "requested"] {
            let refused = State::parse(word).unwrap_err().to_string();
            assert_eq!(refused, "status must be pending, processing, completed or failed", "{word}");
        }
    }

    #[test]
    fn every_status_of_a_task_is_a_state_and_none_but_completed_is_completed() {
        let codes: Vec<_> = State::ALL.into_iter().flat_map(State::codes).collect();
        assert_eq!(codes.len(), 12, "R4 has twelve");
        for code in codes {
            let state = State::of(&json!({ "status": code }));
            assert_eq!(state == State::Completed, *code == "completed", "{code}");
        }
        assert_eq!(State::of(&json!({})), State::Failed);
        assert_eq!(State::ALL.map(|state| State::of(&json!({ "status": state.code() }))), State::ALL);
        assert_eq!(State::ALL.map(|state| State::parse(state.as_str()).unwrap()), State::ALL);
    }
}
