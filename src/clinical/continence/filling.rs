//! Voids in the course of wetness: a rise, and then hardly any.

use serde::{Deserialize, Serialize};

use super::event::{Event, EventKind, hundredth};
use super::moments::{Moment, before, seconds};
use super::settings::Settings;

/// More lows are not kept: they can only be many where a pod sends many readings a second.
const MOST: usize = 64;

/// Wetness at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Sample {
    pub at: Moment,
    pub percent: f64,
}

/// Whether wetness rises.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Filling {
    /// It does not; these are the lows of the last minutes that a rise may begin from, each above those before it.
    Still(Vec<Sample>),
    /// It does, from a low to the latest high.
    Rising { low: Sample, high: Sample },
}

impl Default for Filling {
    fn default() -> Self {
        Self::Still(Vec::new())
    }
}

impl Filling {
    /// Takes the next sample; tells of the void that is over with it.
    pub(super) fn step(&mut self, sample: Sample, settings: &Settings) -> Option<Event> {
        let rules = &settings.voids;
        match self {
            Self::Still(lows) => {
                let oldest = before(sample.at, seconds(rules.within_seconds));
                lows.retain(|low| low.at >= oldest && low.percent < sample.percent);
                if let Some(low) =
                    lows.first().copied().filter(|low| sample.percent - low.percent >= rules.rise_percent)
                {
                    *self = Self::Rising { low, high: sample };
                } else {
                    if lows.len() >= MOST {
                        lows.remove(0);
                    }
                    lows.push(sample);
                }
                None
            }
            Self::Rising { low, high } => {
                let lasted = sample.at - high.at;
                let plateau = seconds(rules.plateau_seconds);
                if lasted <= plateau && sample.percent > high.percent + rules.plateau_percent {
                    *high = sample;
                    return None;
                }
                if lasted < plateau {
                    return None;
                }
                let (low, high) = (*low, *high);
                *self = Self::Still(vec![sample]);
                void(low, high, sample.percent.min(high.percent), settings)
            }
        }
    }

    /// Ends it, as a pad that is taken off does.
    pub(super) fn end(&mut self, settings: &Settings) -> Option<Event> {
        match std::mem::take(self) {
            Self::Still(_) => None,
            Self::Rising { low, high } => void(low, high, high.percent, settings),
        }
    }
}

/// The void from `low` that was over at `high` and left wetness at `percent`; none, when what rose fell again.
fn void(low: Sample, high: Sample, percent: f64, settings: &Settings) -> Option<Event> {
    let rise = percent - low.percent;
    if rise < settings.voids.rise_percent {
        return None;
    }
    let ml = settings.pad.filter(|pad| pad.calibrated).map(|pad| hundredth(rise / 100.0 * pad.absorbency_ml));
    Some(Event { end: Some(high.at), ml, ..Event::new(EventKind::Void, low.at) }.percent(rise))
}
