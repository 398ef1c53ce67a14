//! What must outlive a restart: everything that the engine knows of one pairing.

use serde::{Deserialize, Serialize};

use super::alert::{Alert, Kind};
use super::channel::{Channel, Reading};
use super::moments::{Moment, after, before, cut, latest, minutes};
use super::settings::Settings;
use super::status::{PadState, Position, Status};
use super::track::Track;
use super::window::Window;

/// What is known of one pod on one wearer. Kept as JSON, of some kilobytes at most.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    version: Version,
    pub(super) paired_at: Moment,
    /// Since when time alone brings something about, where the wearer wore it before.
    #[serde(default)]
    watched_from: Option<Moment>,
    #[serde(default)]
    pub(super) over: bool,
    /// The last moment that was looked at.
    pub(super) looked_at: Moment,
    /// When the server last got a reading of the pod.
    pub(super) heard_at: Option<Moment>,
    /// Since when the server is there again, after it was not.
    pub(super) resumed_at: Option<Moment>,
    /// When the pod's newest reading was taken.
    pub(super) newest_at: Option<Moment>,
    pub(super) window: Window,
    pub(super) pod: Pod,
    pub(super) open: Vec<Alert>,
    pub(super) count: u32,
    pub(super) held: Vec<Kind>,
    pub(super) offline_over_at: Option<Moment>,
    pub(super) shown: Status,
}

/// The shape of a state; another one is not read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
struct Version;

impl From<Version> for u8 {
    fn from(Version: Version) -> Self {
        1
    }
}

impl TryFrom<u8> for Version {
    type Error = String;

    fn try_from(version: u8) -> Result<Self, String> {
        if version == 1 { Ok(Self) } else { Err(format!("version {version} of a state is not known")) }
    }
}

/// The newest reading of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Newest {
    pub at: Moment,
    seq: Option<u64>,
    pub value: f64,
}

/// What is known of channels of which only the last times matter, so that the order of arrival does not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Pod {
    pub battery: Option<Newest>,
    pub motion: Option<Newest>,
    pub attached: Option<Newest>,
    pub low_at: Option<Moment>,
    pub charged_at: Option<Moment>,
    pub critical_at: Option<Moment>,
    pub uncritical_at: Option<Moment>,
    pub first_motion_at: Option<Moment>,
    pub impact_at: Option<Moment>,
    pub stirred_at: Option<Moment>,
}

impl Pod {
    /// Notes a reading that was taken `at`.
    pub(super) fn note(&mut self, at: Moment, reading: &Reading, settings: &Settings) {
        let Reading { seq, channel, value, .. } = *reading;
        let newest = Newest { at, seq, value };
        match channel {
            Channel::Battery => {
                replace(&mut self.battery, newest);
                let rules = &settings.battery;
                note(&mut self.low_at, at, value < rules.low_percent);
                note(&mut self.charged_at, at, value >= rules.low_percent + rules.hysteresis);
                note(&mut self.critical_at, at, value < rules.critical_percent);
                note(&mut self.uncritical_at, at, value >= rules.critical_percent + rules.hysteresis);
            }
            Channel::Motion => {
                replace(&mut self.motion, newest);
                self.first_motion_at = Some(self.first_motion_at.map_or(at, |first| first.min(at)));
                let impact = value >= settings.fall.impact_from;
                note(&mut self.impact_at, at, impact);
                note(&mut self.stirred_at, at, !impact && value >= settings.fall.moving_from);
            }
            Channel::Attached => replace(&mut self.attached, newest),
            Channel::Wetness | Channel::Temperature | Channel::Humidity | Channel::Rssi => {}
        }
    }

    /// Whether the pod told that it sits on no pad.
    pub(super) fn is_off(&self) -> bool {
        self.attached.is_some_and(|attached| attached.value == 0.0)
    }
}

fn replace(known: &mut Option<Newest>, newest: Newest) {
    if known.is_none_or(|known| (known.at, known.seq) < (newest.at, newest.seq)) {
        *known = Some(newest);
    }
}

fn note(known: &mut Option<Moment>, at: Moment, so: bool) {
    if so {
        *known = latest(*known, at);
    }
}

impl State {
    /// A pod was put on a wearer.
    #[must_use]
    pub fn paired(at: Moment) -> Self {
        let at = cut(at);
        Self {
            version: Version,
            paired_at: at,
            watched_from: None,
            over: false,
            looked_at: at,
            heard_at: None,
            resumed_at: None,
            newest_at: None,
            window: Window::default(),
            pod: Pod::default(),
            open: Vec::new(),
            count: 0,
            held: Vec::new(),
            offline_over_at: None,
            shown: Status::UNKNOWN,
        }
    }

    /// A pod that is put on now, and whose readings since then are the wearer's too: only from now on somebody is told that it is silent, or
    /// that nothing happens.
    #[must_use]
    pub fn paired_since(worn_from: Moment, now: Moment) -> Self {
        let now = cut(now);
        Self { watched_from: Some(now), looked_at: now, ..Self::paired(worn_from) }
    }

    /// Since when the wearer is watched.
    pub(super) fn watched_from(&self) -> Moment {
        self.watched_from.unwrap_or(self.paired_at)
    }

    /// The alerts that are open.
    #[must_use]
    pub fn open(&self) -> &[Alert] {
        &self.open
    }

    /// How full the pod's battery was last, in percent.
    #[must_use]
    pub fn battery(&self) -> Option<f64> {
        self.pod.battery.map(|battery| battery.value)
    }

    /// How the wearer is at `now`.
    #[must_use]
    pub fn status(&self, settings: &Settings, now: Moment) -> Status {
        self.status_of(&self.window.fold(settings).0, settings, now)
    }

    pub(super) fn status_of(&self, track: &Track, settings: &Settings, now: Moment) -> Status {
        let online =
            self.heard_at.is_some_and(|heard| now < after(heard, minutes(settings.offline.after_minutes)));
        let level = track.level(settings);
        let known = online && !self.over && !self.pod.is_off();
        let soiled = track.soiled().is_some() && !self.over;
        let state = match track.is_wet(settings).filter(|_| known) {
            Some(_) | None if soiled => PadState::Soiled,
            None => PadState::Unknown,
            Some(false) => PadState::Dry,
            Some(true) => PadState::Wet,
        };
        let position = self.pod.motion.map(|motion| {
            if motion.value >= settings.position.moved_from { Position::Moving } else { Position::Still }
        });
        Status {
            online,
            state,
            level,
            saturation_percent: track.last.map(|last| last.percent),
            position,
            attached: self.pod.attached.map(|attached| attached.value != 0.0),
            battery_percent: self.pod.battery.map(|battery| battery.value),
            last_change_at: track.changed_at,
            updated_at: self.newest_at,
        }
    }

    /// What was taken before is history.
    pub(super) fn horizon(&self, settings: &Settings) -> Moment {
        self.newest_at.map_or(Moment::MIN_UTC, |newest| before(newest, settings.late()))
    }

    /// Since when nothing was heard of the pod, as far as that is the pod's fault.
    pub(super) fn silent_since(&self) -> Moment {
        [self.heard_at, self.resumed_at].into_iter().flatten().fold(self.watched_from(), Moment::max)
    }
}
