//! How a wearer is just now.

use serde::{Deserialize, Serialize};

use super::moments::Moment;

/// How wet a pad is, by the thresholds of [`super::Settings`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Below all thresholds.
    Dry,
    /// From 25 %.
    Damp,
    /// From 50 %.
    Wet,
    /// From 75 %: to be changed.
    Change,
    /// From 90 %: to be changed at once.
    Urgent,
    /// From 98 %: nothing more goes in.
    Leak,
}

impl Level {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dry => "dry",
            Self::Damp => "damp",
            Self::Wet => "wet",
            Self::Change => "change",
            Self::Urgent => "urgent",
            Self::Leak => "leak",
        }
    }
}

/// What a pad is, in one word. What is not known is never called dry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PadState {
    /// Below the first threshold.
    Dry,
    /// Damp or more.
    Wet,
    /// A carer saw stool, which no channel senses, and the pad was not changed since.
    Soiled,
    /// The pod is silent, or off the pad, or never told.
    Unknown,
}

impl PadState {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dry => "dry",
            Self::Wet => "wet",
            Self::Soiled => "soiled",
            Self::Unknown => "unknown",
        }
    }
}

/// What is known of the wearer's position: no channel tells how somebody lies, only whether that changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    /// The newest reading is of no movement.
    Still,
    /// The newest reading is of a movement.
    Moving,
}

impl Position {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Still => "still",
            Self::Moving => "moving",
        }
    }
}

/// The live status of a wearer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// Whether the pod was heard lately.
    pub online: bool,
    /// In one word.
    pub state: PadState,
    /// The level of wetness, where wetness was told.
    pub level: Option<Level>,
    /// The newest wetness in percent, however old.
    pub saturation_percent: Option<f64>,
    /// Whether the wearer moves, where motion was told.
    pub position: Option<Position>,
    /// Whether the pod sits on a pad, where that was told.
    pub attached: Option<bool>,
    /// What is left of the battery, in percent.
    pub battery_percent: Option<f64>,
    /// When the pad was last changed.
    pub last_change_at: Option<Moment>,
    /// When the newest reading was taken.
    pub updated_at: Option<Moment>,
}

impl Status {
    /// Of a pod that never told anything.
    pub const UNKNOWN: Self = Self {
        online: false,
        state: PadState::Unknown,
        level: None,
        saturation_percent: None,
        position: None,
        attached: None,
        battery_percent: None,
        last_change_at: None,
        updated_at: None,
    };

    /// Whether somebody who sees `self` is to be shown `other`: a fraction of a percent and the time alone are no news.
    pub(super) fn looks_like(&self, other: &Self) -> bool {
        let whole = |percent: Option<f64>| percent.map(f64::round);
        self.online == other.online
            && self.state == other.state
            && self.level == other.level
            && whole(self.saturation_percent) == whole(other.saturation_percent)
            && self.position == other.position
            && self.attached == other.attached
            && whole(self.battery_percent) == whole(other.battery_percent)
            && self.last_change_at == other.last_change_at
    }
}
