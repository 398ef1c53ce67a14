//! What belongs into a resident's history.

use serde::{Deserialize, Serialize};

use super::moments::Moment;

/// The kinds of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// Wetness rose and then stayed.
    Void,
    /// A carer changed the pad.
    Change,
    /// Wetness fell as only a change explains, and nobody told of one.
    PossibleChange,
    /// The pad is so full that it leaks.
    Leak,
    /// A carer saw stool.
    Soiled,
    /// The wearer moved after a long rest.
    Turned,
}

impl EventKind {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Void => "void",
            Self::Change => "change",
            Self::PossibleChange => "possible_change",
            Self::Leak => "leak",
            Self::Soiled => "soiled",
            Self::Turned => "turned",
        }
    }
}

/// Which event it is, among all of a pod: told again with the same key, it is a later version of the same event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventKey {
    /// Its kind.
    pub kind: EventKind,
    /// When it began.
    pub at: Moment,
}

/// Something that happened.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// What.
    pub kind: EventKind,
    /// When it began.
    pub at: Moment,
    /// When it was over, where it took time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Moment>,
    /// By how much wetness rose (a void) or fell (a possible change), or what it was (a leak).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<f64>,
    /// The volume of a void in millilitres, where the pad is calibrated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ml: Option<f64>,
}

impl Event {
    pub(super) fn new(kind: EventKind, at: Moment) -> Self {
        Self { kind, at, end: None, percent: None, ml: None }
    }

    /// With a percentage, to the second decimal.
    pub(super) fn percent(self, percent: f64) -> Self {
        Self { percent: Some(hundredth(percent)), ..self }
    }

    /// Which event it is.
    #[must_use]
    pub fn key(&self) -> EventKey {
        EventKey { kind: self.kind, at: self.at }
    }
}

/// To the second decimal.
pub(super) fn hundredth(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}
