//! What a whole history says: pad by pad, by looking for runs of readings.

use super::{Moment, minutes};
use chrono::TimeDelta;

#[derive(Clone, Copy, Debug)]
pub enum What {
    Wetness(f64),
    Moved,
    Change,
}

#[derive(Clone, Copy, Debug)]
pub struct Entry {
    pub at: Moment,
    pub seq: u64,
    pub what: What,
}

type Sample = (Moment, f64);

/// What a history says at its end.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Since when each of the five thresholds is passed.
    pub passed: [Option<Moment>; 5],
    pub last: Option<Sample>,
    pub wetted: Option<Moment>,
    pub changed: Option<Moment>,
    pub moved: Option<Moment>,
}

/// How a pad came to be worn: when it was changed, and what the old one was at.
#[derive(Clone, Copy, Default)]
struct Origin {
    changed: Option<Moment>,
    old: Option<f64>,
}

struct Pad {
    passed: [Option<Moment>; 5],
    wetted: Option<Moment>,
    falls: Vec<Moment>,
}

impl History {
    /// Sorts the entries, and reads them.
    pub fn of(entries: &mut [Entry]) -> Self {
        let rank = |what: &What| if matches!(what, What::Change) { u64::MAX } else { 0 };
        entries.sort_by_key(|entry| (entry.at, rank(&entry.what), entry.seq));
        let mut history = Self::default();
        let (mut samples, mut origin, mut confirmed) = (Vec::new(), Origin::default(), 0);
        for entry in entries.iter() {
            match entry.what {
                What::Wetness(percent) => {
                    samples.push((entry.at, percent));
                    history.last = Some((entry.at, percent));
                }
                What::Moved => history.moved = Some(entry.at),
                What::Change => {
                    let pad = Pad::of(&samples, origin);
                    let dry = history.last.is_none_or(|(_, percent)| percent < 25.0);
                    let found = pad.falls.get(confirmed..).and_then(<[Moment]>::last).copied();
                    match found.filter(|found| dry && (entry.at - *found).abs() <= minutes(30)) {
                        Some(found) => {
                            confirmed = pad.falls.len();
                            history.changed = history.changed.max(Some(found));
                        }
                        None => {
                            history.wetted = pad.wetted.or(history.wetted);
                            history.changed = history.changed.max(Some(entry.at));
                            let old = history.last.map(|(_, percent)| percent).filter(|_| !dry);
                            origin = Origin { changed: Some(entry.at), old };
                            samples.clear();
                            confirmed = 0;
                        }
                    }
                }
            }
        }
        let pad = Pad::of(&samples, origin);
        history.passed = pad.passed;
        history.wetted = pad.wetted.or(history.wetted);
        history
    }
}

impl Pad {
    fn of(samples: &[Sample], origin: Origin) -> Self {
        let fell = |percent: f64| percent < 25.0 || origin.old.is_some_and(|old| percent < old - 20.0);
        let is_old = |(at, percent): &Sample| {
            let (Some(changed), Some(_)) = (origin.changed, origin.old) else { return false };
            !fell(*percent) && *at < changed + minutes(5)
        };
        let own = &samples[samples.iter().take_while(|sample| is_old(sample)).count()..];
        let never_fell = origin.old.is_some() && own.first().is_some_and(|(_, percent)| !fell(*percent));
        let middles: Vec<Sample> = own
            .windows(3)
            .map(|three| {
                let mut percents: Vec<_> = three.iter().map(|(_, percent)| *percent).collect();
                percents.sort_by(f64::total_cmp);
                (three[1].0, percents[1])
            })
            .collect();
        let passed = [25.0, 50.0, 75.0, 90.0, 98.0].map(|from| passed(own, from));
        let announced = origin.changed.filter(|_| never_fell);
        Self { passed, wetted: wetted(&middles), falls: falls(&middles, announced) }
    }
}

/// The first place from `from` on at which the samples of a run have said the same for half a minute, with the begin of that run.
fn run(samples: &[Sample], from: usize, so: impl Fn(usize) -> bool) -> Option<(usize, Moment)> {
    let mut begin = from;
    while begin < samples.len() {
        let length = (begin..samples.len()).take_while(|place| so(*place)).count();
        let long = |place: &usize| samples[*place].0 - samples[begin].0 >= TimeDelta::seconds(30);
        if let Some(place) = (begin + 1..begin + length).find(long) {
            return Some((place, samples[begin].0));
        }
        begin += length.max(1);
    }
    None
}

/// Since when a threshold is passed at the end.
fn passed(samples: &[Sample], from: f64) -> Option<Moment> {
    let mut next = 0;
    loop {
        let (up, since) = run(samples, next, |place| samples[place].1 >= from)?;
        let Some((down, _)) = run(samples, up + 1, |place| samples[place].1 < from - 5.0) else {
            return Some(since);
        };
        next = down + 1;
    }
}

/// When wetness last rose by five percent above a low.
fn wetted(middles: &[Sample]) -> Option<Moment> {
    let (mut found, mut rest) = (None, middles);
    loop {
        let lows = rest.iter().scan(f64::INFINITY, |low, (_, percent)| {
            *low = low.min(*percent);
            Some(*low)
        });
        let Some(place) = rest.iter().zip(lows).position(|((_, percent), low)| percent - low >= 5.0) else {
            return found;
        };
        found = Some(rest[place].0);
        rest = &rest[place..];
    }
}

/// When wetness fell by more than twenty percent, where a change was not told already.
fn falls(middles: &[Sample], mut announced: Option<Moment>) -> Vec<Moment> {
    let (mut found, mut first) = (Vec::new(), 0);
    let mut peaks = Vec::new();
    loop {
        peaks.clear();
        peaks.resize(first, f64::NAN);
        let mut peak = f64::NEG_INFINITY;
        for (_, percent) in &middles[first..] {
            peak = peak.max(*percent);
            peaks.push(peak);
        }
        let Some((place, since)) = run(middles, first, |place| peaks[place] - middles[place].1 > 20.0) else {
            return found;
        };
        match announced.take() {
            Some(changed) if (changed - since).abs() <= minutes(30) => {}
            other => {
                announced = other;
                found.push(since);
            }
        }
        first = place;
    }
}
