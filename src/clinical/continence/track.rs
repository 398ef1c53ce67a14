//! What readings in their order say: levels, voids, changes, rest. A track is folded over them, one after the other.

use serde::{Deserialize, Serialize};

use super::event::{Event, EventKind};
use super::filling::{Filling, Sample};
use super::flag::Flag;
use super::moments::{Moment, after, latest, minutes, seconds};
use super::settings::Settings;
use super::status::Level;

/// What a track is folded over.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Told {
    /// A wetness in percent.
    #[serde(rename = "w")]
    Wetness(f64),
    /// A movement that changes the position.
    #[serde(rename = "m")]
    Moved,
    /// A carer changed the pad.
    #[serde(rename = "c")]
    Changed,
    /// A carer saw stool.
    #[serde(rename = "s")]
    Soiled,
}

/// What is known after so many of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Track {
    pub damp: Flag,
    pub wet: Flag,
    pub change: Flag,
    pub urgent: Flag,
    pub leak: Flag,
    first_at: Option<Moment>,
    pub last: Option<Sample>,
    /// The last two samples, of which and the next one the middle value counts for what follows here: one reading that is off is no rise
    /// and no fall.
    prior: Vec<Sample>,
    peak: Option<f64>,
    falling: Option<Moment>,
    filling: Filling,
    low: Option<f64>,
    /// When wetness last rose by a void's worth, however slowly.
    pub wetted_at: Option<Moment>,
    pub changed_at: Option<Moment>,
    settling: Option<Settling>,
    /// Whether a change was told whose fall was not seen yet.
    unseen: bool,
    possible: Option<Moment>,
    pub moved_at: Option<Moment>,
    pub soiled_at: Option<Moment>,
}

/// After a change: the old pad's wetness, and until when readings may still be of it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Settling {
    until: Moment,
    from: f64,
}

impl Track {
    /// Takes what was told next, and tells what follows from it.
    pub(super) fn step(&mut self, at: Moment, told: Told, settings: &Settings, events: &mut Vec<Event>) {
        match told {
            Told::Wetness(percent) => self.wetness(Sample { at, percent }, settings, events),
            Told::Moved => self.moved(at, settings, events),
            Told::Changed => self.changed(at, settings, events),
            Told::Soiled => {
                self.soiled_at = latest(self.soiled_at, at);
                events.push(Event::new(EventKind::Soiled, at));
            }
        }
    }

    /// Takes what a carer tells of a time long gone.
    pub(super) fn step_late(&mut self, at: Moment, told: Told, settings: &Settings) -> Option<Event> {
        match told {
            Told::Wetness(_) | Told::Moved => None,
            Told::Changed => {
                self.possible = self.possible.filter(|possible| !near(*possible, at, settings));
                self.changed_at = latest(self.changed_at, at);
                Some(Event::new(EventKind::Change, at))
            }
            Told::Soiled => {
                self.soiled_at = latest(self.soiled_at, at);
                Some(Event::new(EventKind::Soiled, at))
            }
        }
    }

    /// The level; before readings in a row agree, what the newest one says.
    pub(super) fn level(&self, settings: &Settings) -> Option<Level> {
        let last = self.last?;
        let levels = &settings.levels;
        let settled = self.first_at.is_some_and(|first| last.at - first >= seconds(levels.debounce_seconds));
        let is = |flag: &Flag, from: f64| if settled { flag.above.is_some() } else { last.percent >= from };
        let passed = [
            (Level::Leak, is(&self.leak, levels.leak)),
            (Level::Urgent, is(&self.urgent, levels.urgent)),
            (Level::Change, is(&self.change, levels.change)),
            (Level::Wet, is(&self.wet, levels.wet)),
            (Level::Damp, is(&self.damp, levels.damp)),
        ];
        Some(passed.into_iter().find(|(_, is)| *is).map_or(Level::Dry, |(level, _)| level))
    }

    /// Whether the pad is wet. What is shown beside a reading must not contradict it: the newest one decides, and the level where that is
    /// between its threshold and the one of leaving it, or may be of the old pad.
    pub(super) fn is_wet(&self, settings: &Settings) -> Option<bool> {
        let level = self.level(settings)?;
        let levels = &settings.levels;
        let newest = self.last.filter(|_| self.settling.is_none()).and_then(|last| {
            let (above, below) =
                (last.percent >= levels.damp, last.percent < levels.damp - levels.hysteresis);
            (above || below).then_some(above)
        });
        Some(newest.unwrap_or(level != Level::Dry))
    }

    /// Since when the pad is soiled, if it is.
    pub(super) fn soiled(&self) -> Option<Moment> {
        self.soiled_at.filter(|soiled| self.changed_at.is_none_or(|changed| changed < *soiled))
    }

    fn wetness(&mut self, sample: Sample, settings: &Settings, events: &mut Vec<Event>) {
        self.first_at.get_or_insert(sample.at);
        self.last = Some(sample);
        if self.is_of_the_old_pad(sample, settings) {
            return;
        }
        self.pass_levels(sample, settings, events);
        if let Some(middle) = self.middle(sample) {
            self.low = Some(self.low.map_or(middle.percent, |low| low.min(middle.percent)));
            if self.low.is_some_and(|low| middle.percent - low >= settings.voids.rise_percent) {
                self.wetted_at = Some(middle.at);
                self.low = Some(middle.percent);
            }
            self.fall(middle, settings, events);
            events.extend(self.filling.step(middle, settings));
        }
    }

    fn is_of_the_old_pad(&mut self, sample: Sample, settings: &Settings) -> bool {
        let Some(settling) = self.settling else { return false };
        let fell = sample.percent < settings.levels.damp
            || sample.percent < settling.from - settings.changes.possible_fall_percent;
        if !fell && sample.at < settling.until {
            return true;
        }
        self.settling = None;
        self.unseen = !fell;
        false
    }

    fn pass_levels(&mut self, sample: Sample, settings: &Settings, events: &mut Vec<Event>) {
        let levels = &settings.levels;
        let flags = [
            (&mut self.damp, levels.damp),
            (&mut self.wet, levels.wet),
            (&mut self.change, levels.change),
            (&mut self.urgent, levels.urgent),
            (&mut self.leak, levels.leak),
        ];
        let mut full = false;
        for (flag, from) in flags {
            let debounce = seconds(levels.debounce_seconds);
            // The last threshold tells of a leak.
            full = flag.step(sample.at, sample.percent, from, levels.hysteresis, debounce);
        }
        if let Some(since) = self.leak.above.filter(|_| full) {
            events.push(Event::new(EventKind::Leak, since).percent(sample.percent));
        }
    }

    /// The middle one of three samples in a row, at the time of the second.
    fn middle(&mut self, sample: Sample) -> Option<Sample> {
        let middle = match self.prior.as_slice() {
            [first, second] => {
                let (low, high) = (first.percent.min(second.percent), first.percent.max(second.percent));
                Some(Sample { at: second.at, percent: sample.percent.clamp(low, high) })
            }
            _ => None,
        };
        if middle.is_some() {
            self.prior.remove(0);
        }
        self.prior.push(sample);
        middle
    }

    /// Looks for a fall that only a change explains.
    fn fall(&mut self, middle: Sample, settings: &Settings, events: &mut Vec<Event>) {
        let peak = self.peak.map_or(middle.percent, |peak| peak.max(middle.percent));
        self.peak = Some(peak);
        if peak - middle.percent <= settings.changes.possible_fall_percent {
            self.falling = None;
            return;
        }
        let since = *self.falling.get_or_insert(middle.at);
        if middle.at - since < seconds(settings.levels.debounce_seconds) {
            return;
        }
        events.extend(self.filling.end(settings));
        let announced = self.unseen && self.changed_at.is_some_and(|changed| near(changed, since, settings));
        if announced {
            self.unseen = false;
        } else {
            events.push(Event::new(EventKind::PossibleChange, since).percent(peak - middle.percent));
            self.possible = Some(since);
        }
        self.peak = Some(middle.percent);
        self.falling = None;
        self.low = Some(middle.percent);
    }

    fn changed(&mut self, at: Moment, settings: &Settings, events: &mut Vec<Event>) {
        let dry = self.last.is_none_or(|last| last.percent < settings.levels.damp);
        // It was found before it was told: what readings say since then is of the new pad.
        if let Some(possible) = self.possible.take().filter(|possible| dry && near(*possible, at, settings)) {
            self.changed_at = latest(self.changed_at, possible.min(at));
            // Stool that was seen before it was told went with the old pad.
            self.soiled_at = self.soiled_at.filter(|soiled| *soiled > at);
            events.push(Event::new(EventKind::Change, at));
            return;
        }
        events.extend(self.filling.end(settings));
        events.push(Event::new(EventKind::Change, at));
        let until = after(at, minutes(settings.changes.settle_minutes));
        let settling = self.last.filter(|_| !dry).map(|last| Settling { until, from: last.percent });
        *self = Self {
            first_at: self.first_at,
            last: self.last,
            wetted_at: self.wetted_at,
            changed_at: latest(self.changed_at, at),
            settling,
            moved_at: self.moved_at,
            soiled_at: self.soiled_at,
            ..Self::default()
        };
    }

    fn moved(&mut self, at: Moment, settings: &Settings, events: &mut Vec<Event>) {
        let rest = minutes(settings.position.turned_after_minutes);
        if self.moved_at.is_some_and(|moved| at - moved >= rest) {
            events.push(Event::new(EventKind::Turned, at));
        }
        self.moved_at = Some(at);
    }
}

/// Whether a change that was found and one that was told are one.
fn near(one: Moment, other: Moment, settings: &Settings) -> bool {
    (one - other).abs() <= minutes(settings.changes.confirm_minutes)
}
