//! What a write makes of what is kept of a Subscription.

use serde_json::Value;

/// What a Subscription that is written says of its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// It is to be set up.
    Requested,
    /// It is to be told.
    Active,
    /// It has failed.
    Error,
    /// It is not to be told.
    Off,
}

impl Said {
    pub(super) fn of(subscription: &Value) -> Self {
        match subscription.get("status").and_then(Value::as_str) {
            Some("requested") => Self::Requested,
            Some("active") => Self::Active,
            Some("error") => Self::Error,
            Some(_) | None => Self::Off,
        }
    }

    /// The word for it.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Active => "active",
            Self::Error => "error",
            Self::Off => "off",
        }
    }
}

/// How a Subscription stood before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Past {
    /// Whether it was told what happened.
    pub is_active: bool,
    /// Whether events were kept for it while it was not.
    pub is_held: bool,
    /// Whether it asked for the same, wherever that was to be sent.
    pub asks_same: bool,
}

/// What becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// It goes on being told.
    GoesOn,
    /// It is told what was kept for it, and goes on.
    TakesUp,
    /// What was not told is kept, and so is what happens from now on, until it is taken up again.
    Holds,
    /// It begins: what was to be told before does not count any more.
    Begins,
}

/// What a write that says this makes of it.
pub(super) fn turn(said: Said, past: Option<Past>) -> Turn {
    let Some(past) = past else { return Turn::Begins };
    let is_kept = past.asks_same && (past.is_active || past.is_held);
    match said {
        // What it was to be told is on its way, and what it asks for by now comes behind that.
        Said::Active if past.is_active => Turn::GoesOn,
        Said::Active if is_kept => Turn::TakesUp,
        Said::Requested | Said::Error if is_kept => Turn::Holds,
        Said::Active | Said::Requested | Said::Error | Said::Off => Turn::Begins,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn past(is_active: bool, is_held: bool, asks_same: bool) -> Option<Past> {
        Some(Past { is_active, is_held, asks_same })
    }

    #[test]
    fn what_was_not_told_is_kept_as_long_as_the_same_is_asked_for() {
        for said in [Said::Requested, Said::Error] {
            assert_eq!(turn(said, past(true, false, true)), Turn::Holds, "{said:?}");
            assert_eq!(turn(said, past(false, true, true)), Turn::Holds, "{said:?}");
            assert_eq!(turn(said, past(false, false, true)), Turn::Begins, "nothing was kept");
            assert_eq!(turn(said, past(true, false, false)), Turn::Begins, "{said:?}");
            assert_eq!(turn(said, None), Turn::Begins, "{said:?}");
        }
        assert_eq!(turn(Said::Active, past(false, true, true)), Turn::TakesUp);
        assert_eq!(turn(Said::Active, past(false, true, false)), Turn::Begins);
        assert_eq!(turn(Said::Active, past(false, false, true)), Turn::Begins);
    }

    #[test]
    fn one_that_is_told_goes_on_and_one_that_is_closed_does_not() {
        assert_eq!(turn(Said::Active, past(true, false, true)), Turn::GoesOn);
        assert_eq!(turn(Said::Active, past(true, false, false)), Turn::GoesOn);
        assert_eq!(turn(Said::Off, past(true, false, true)), Turn::Begins);
        assert_eq!(turn(Said::Off, past(false, true, true)), Turn::Begins);
    }
}
