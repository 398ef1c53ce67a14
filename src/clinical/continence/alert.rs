//! What a carer is told.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::moments::Moment;

/// The kinds of alerts. At most one of a kind is open for a wearer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The pad is to be changed.
    ChangeDue,
    /// The pad is full, or leaks.
    Urgent,
    /// The wearer has been damp for long.
    TimeWet,
    /// Nothing was heard of the pod.
    PodOffline,
    /// The battery is nearly empty.
    BatteryLow,
    /// No void for long: dehydration or retention? A question to a nurse, no finding.
    NoVoid,
    /// The wearer has not moved for long.
    PositionUnchanged,
    /// An impact, and then no movement. Not validated, and off unless switched on.
    FallSuspected,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::ChangeDue,
        Self::Urgent,
        Self::TimeWet,
        Self::PodOffline,
        Self::BatteryLow,
        Self::NoVoid,
        Self::PositionUnchanged,
        Self::FallSuspected,
    ];

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ChangeDue => "change_due",
            Self::Urgent => "urgent",
            Self::TimeWet => "time_wet",
            Self::PodOffline => "pod_offline",
            Self::BatteryLow => "battery_low",
            Self::NoVoid => "no_void",
            Self::PositionUnchanged => "position_unchanged",
            Self::FallSuspected => "fall_suspected",
        }
    }

    /// Whether quiet hours may hold it back: nothing that harms within the night.
    pub(super) fn can_wait(self) -> bool {
        match self {
            Self::Urgent | Self::FallSuspected => false,
            Self::ChangeDue
            | Self::TimeWet
            | Self::PodOffline
            | Self::BatteryLow
            | Self::NoVoid
            | Self::PositionUnchanged => true,
        }
    }
}

impl FromStr for Kind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(())
    }
}

/// How much an alert matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// At the next occasion.
    Low,
    /// Soon.
    Medium,
    /// Now.
    High,
    /// Before anything else.
    Critical,
}

impl Severity {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// Who took an alert on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledgement {
    /// When.
    pub at: Moment,
    /// Who, by the caller's id of them.
    pub by: String,
}

/// An alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// Which alert of this pairing it is, from 1.
    pub number: u32,
    /// What it tells of.
    pub kind: Kind,
    /// How much it matters. It only rises.
    pub severity: Severity,
    /// Since when it is so, as far as readings tell.
    pub since: Moment,
    /// When it was raised.
    pub raised_at: Moment,
    /// When its severity last rose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risen_at: Option<Moment>,
    /// How often it was told on, because nobody acknowledged it.
    pub escalations: u8,
    /// When it was last told on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalated_at: Option<Moment>,
    /// Who acknowledged it, at its present severity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<Acknowledgement>,
}

impl Alert {
    /// When it was told at its present severity: escalations count from here.
    pub(super) fn told_at(&self) -> Moment {
        self.risen_at.unwrap_or(self.raised_at)
    }
}

/// Why an alert ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The pad was changed.
    Changed,
    /// Wetness fell below the level.
    LevelFell,
    /// The pod was heard again.
    Heard,
    /// The battery has charge again.
    Charged,
    /// The wearer voided.
    Wetted,
    /// The wearer moved.
    Moved,
    /// Somebody looked after it.
    Attended,
    /// Alerts of this kind were switched off.
    SwitchedOff,
    /// The pod was taken from the wearer.
    Unpaired,
}

impl Why {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::LevelFell => "level_fell",
            Self::Heard => "heard",
            Self::Charged => "charged",
            Self::Wetted => "wetted",
            Self::Moved => "moved",
            Self::Attended => "attended",
            Self::SwitchedOff => "switched_off",
            Self::Unpaired => "unpaired",
        }
    }
}
