//! Every number of the engine, with its default.
//!
//! An organisation, a product and a patient may each have their own: a JSON object of what differs, laid over the defaults one after the
//! other as RFC 7396 (JSON Merge Patch) says. A list is replaced as a whole, `null` takes back to the default.

mod faults;

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use faults::Fault;

use super::alert::Kind;
use super::moments::{Moment, minutes};
use super::quiet::Quiet;

/// What the engine goes by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// How wet is how wet.
    pub levels: Levels,
    /// What a void is.
    pub voids: Voids,
    /// What a change is.
    pub changes: Changes,
    /// When alerts of wetness and of voids are due.
    pub due: Due,
    /// When a pod is offline.
    pub offline: Offline,
    /// When a battery is low.
    pub battery: Battery,
    /// What rest and movement are.
    pub position: PositionRules,
    /// What looks like a fall.
    pub fall: Fall,
    /// After how many minutes without acknowledgement an alert is told on, each time.
    pub escalation_minutes: Vec<u32>,
    /// So long a reading may lag behind the pod's newest one and still count; so old may be what raises an alert.
    pub late_minutes: u32,
    /// A reading further ahead of the server's clock than this is taken as of the server's time.
    pub ahead_seconds: u32,
    /// Where the organisation is: quiet hours are by its clocks.
    pub timezone: Tz,
    /// When it is quiet, if ever.
    pub quiet: Option<Quiet>,
    /// Kinds of alerts that are not raised.
    pub off: Vec<Kind>,
    /// The pad, where voids are to be told in millilitres.
    pub pad: Option<Pad>,
}

/// Thresholds of wetness in percent.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Levels {
    /// From here on the pad is damp.
    pub damp: f64,
    /// From here on it is wet.
    pub wet: f64,
    /// From here on it is to be changed.
    pub change: f64,
    /// From here on that is urgent.
    pub urgent: f64,
    /// From here on it leaks.
    pub leak: f64,
    /// A level is left so far below its threshold.
    pub hysteresis: f64,
    /// Readings in a row must tell the same for so long.
    pub debounce_seconds: u32,
}

/// A void: a rise of so much in so long, and then hardly any.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Voids {
    /// The least rise.
    pub rise_percent: f64,
    /// Within this time.
    pub within_seconds: u32,
    /// It is over when the rise is no more than this ...
    pub plateau_percent: f64,
    /// ... in this time.
    pub plateau_seconds: u32,
}

/// Changes, told and found.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Changes {
    /// A fall of more than this is a change, perhaps.
    pub possible_fall_percent: f64,
    /// A change that is told within this time of a possible one is that one.
    pub confirm_minutes: u32,
    /// For so long after a change readings may still be of the old pad.
    pub settle_minutes: u32,
}

/// When alerts of wetness and of voids are due.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Due {
    /// A wet pad is to be changed after this time.
    pub wet_minutes: u32,
    /// A damp one is told of after this time.
    pub damp_minutes: u32,
    /// No void for this time is told of ...
    pub no_void_minutes: u32,
    /// ... and after this time with more weight.
    pub no_void_long_minutes: u32,
}

/// When a pod is offline.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Offline {
    /// After this silence.
    pub after_minutes: u32,
    /// A pod that comes and goes is told of at most once in this time.
    pub again_after_minutes: u32,
}

/// When a battery is low.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Battery {
    /// Below this.
    pub low_percent: f64,
    /// Below this it is critical.
    pub critical_percent: f64,
    /// It is good again so far above.
    pub hysteresis: f64,
}

/// What rest and movement are.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PositionRules {
    /// Motion from here on changes the position.
    pub moved_from: f64,
    /// An unchanged position is told of after this time.
    pub unchanged_minutes: u32,
    /// A movement after so long a rest belongs into the history.
    pub turned_after_minutes: u32,
}

/// What looks like a fall: an impact, and no movement after it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fall {
    /// Motion from here on is an impact.
    pub impact_from: f64,
    /// Motion from here on is movement.
    pub moving_from: f64,
    /// No movement for this time.
    pub still_seconds: u32,
}

/// What is known of a pad.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pad {
    /// What it takes in, in millilitres.
    pub absorbency_ml: f64,
    /// Whether wetness in percent was measured against volumes for it. Without that no volume is told.
    #[serde(default)]
    pub calibrated: bool,
}

impl Settings {
    /// The defaults with `patches` laid over them, the later over the earlier.
    ///
    /// # Errors
    /// What is wrong with the result.
    pub fn of<'a>(patches: impl IntoIterator<Item = &'a Value>) -> Result<Self, Vec<Fault>> {
        let mut all = serde_json::to_value(Self::default()).map_err(|_| vec![Fault::Malformed])?;
        for patch in patches {
            if !patch.is_object() {
                return Err(vec![Fault::Malformed]);
            }
            lay(&mut all, patch);
        }
        let settings: Self = serde_json::from_value(all).map_err(|_| vec![Fault::Malformed])?;
        let faults = faults::of(&settings);
        if faults.is_empty() { Ok(settings) } else { Err(faults) }
    }

    /// Whether it is a quiet hour at `moment` for alerts of `kind`.
    pub(super) fn holds(&self, kind: Kind, moment: Moment) -> bool {
        let quiet = self.quiet.as_ref().filter(|quiet| quiet.holds.contains(&kind));
        quiet.is_some_and(|quiet| quiet.covers(moment, self.timezone))
    }

    pub(super) fn late(&self) -> chrono::TimeDelta {
        minutes(self.late_minutes)
    }
}

/// Lays a merge patch over a value.
fn lay(target: &mut Value, patch: &Value) {
    let Value::Object(members) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    if let Value::Object(there) = target {
        for (name, member) in members {
            if member.is_null() {
                there.remove(name);
            } else {
                lay(there.entry(name.clone()).or_insert(Value::Null), member);
            }
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            levels: Levels::default(),
            voids: Voids::default(),
            changes: Changes::default(),
            due: Due::default(),
            offline: Offline::default(),
            battery: Battery::default(),
            position: PositionRules::default(),
            fall: Fall::default(),
            escalation_minutes: vec![10, 20],
            late_minutes: 15,
            ahead_seconds: 120,
            timezone: Tz::UTC,
            quiet: None,
            off: vec![Kind::FallSuspected],
            pad: None,
        }
    }
}

impl Default for Levels {
    fn default() -> Self {
        Self {
            damp: 25.0,
            wet: 50.0,
            change: 75.0,
            urgent: 90.0,
            leak: 98.0,
            hysteresis: 5.0,
            debounce_seconds: 30,
        }
    }
}

impl Default for Voids {
    fn default() -> Self {
        Self { rise_percent: 5.0, within_seconds: 300, plateau_percent: 1.0, plateau_seconds: 300 }
    }
}

impl Default for Changes {
    fn default() -> Self {
        Self { possible_fall_percent: 20.0, confirm_minutes: 30, settle_minutes: 5 }
    }
}

impl Default for Due {
    fn default() -> Self {
        Self { wet_minutes: 60, damp_minutes: 240, no_void_minutes: 480, no_void_long_minutes: 720 }
    }
}

impl Default for Offline {
    fn default() -> Self {
        Self { after_minutes: 10, again_after_minutes: 15 }
    }
}

impl Default for Battery {
    fn default() -> Self {
        Self { low_percent: 20.0, critical_percent: 5.0, hysteresis: 5.0 }
    }
}

impl Default for PositionRules {
    fn default() -> Self {
        Self { moved_from: 0.3, unchanged_minutes: 120, turned_after_minutes: 30 }
    }
}

impl Default for Fall {
    fn default() -> Self {
        Self { impact_from: 0.95, moving_from: 0.1, still_seconds: 30 }
    }
}
