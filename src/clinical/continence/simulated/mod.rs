//! A ward that is made up: residents who drink, void, sleep, move and are changed, and pods that lose their radio.
//!
//! Everything is drawn from a seed, so that the same ward can be played again. It shares no code with the engine, which it plays to in
//! tests and, by `hygeia simulate smartz`, through a server. Its numbers are plausible, and are no statement about people.

mod body;
mod carer;
mod pad;
mod pod;

use chrono::{DateTime, TimeDelta, Utc};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use super::channel::Reading;
use body::Body;
use carer::Carer;
use pad::Pad;
use pod::Pod;

/// What a ward is to be like.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// The same seed makes the same ward.
    pub seed: u64,
    /// How many residents.
    pub residents: usize,
    /// When it begins.
    pub start: DateTime<Utc>,
    /// How often a pod measures, in seconds.
    pub every_seconds: u32,
    /// How often a pod loses its radio, in times a day.
    pub losses_a_day: f64,
}

/// Something that happens on the ward.
#[derive(Clone, Debug, PartialEq)]
pub enum Happening {
    /// A pod sends these readings, after a loss those of that time, too.
    Sent(Vec<Reading>),
    /// A carer changes the pad and tells of it.
    Changed,
    /// A carer changes the pad, and nobody tells.
    ChangedSilently,
    /// The resident voids so many millilitres.
    Voided(f64),
}

/// One resident with pad, pod and whoever cares for them.
#[derive(Debug)]
struct Resident {
    chance: StdRng,
    body: Body,
    pad: Pad,
    carer: Carer,
    pod: Pod,
}

/// A ward as it goes on.
#[derive(Debug)]
pub struct Ward {
    now: DateTime<Utc>,
    every: TimeDelta,
    residents: Vec<Resident>,
}

impl Ward {
    /// A ward before its first step.
    #[must_use]
    pub fn new(plan: Plan) -> Self {
        let residents = (0..).take(plan.residents).map(|number: u64| Resident::new(plan, number)).collect();
        Self { now: plan.start, every: TimeDelta::seconds(plan.every_seconds.max(1).into()), residents }
    }

    /// The time on the ward.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Lets one interval pass. Tells what happens to which resident, in order.
    pub fn step(&mut self) -> Vec<(usize, Happening)> {
        self.now += self.every;
        let (now, every) = (self.now, self.every);
        let steps = self.residents.iter_mut().enumerate();
        steps
            .flat_map(|(number, one)| one.step(now, every).into_iter().map(move |what| (number, what)))
            .collect()
    }

    /// What pods have measured and could not send yet, as when all losses end at once.
    pub fn rest(&mut self) -> Vec<(usize, Vec<Reading>)> {
        let rests = self.residents.iter_mut().enumerate().map(|(number, one)| (number, one.pod.rest()));
        rests.filter(|(_, rest)| !rest.is_empty()).collect()
    }
}

impl Resident {
    fn new(plan: Plan, number: u64) -> Self {
        // Far apart, so that neighbours have nothing in common.
        let mut chance = StdRng::seed_from_u64(plan.seed ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        Self {
            body: Body::new(&mut chance),
            pad: Pad::new(&mut chance),
            carer: Carer::new(plan.start, &mut chance),
            pod: Pod::new(plan, &mut chance),
            chance,
        }
    }

    fn step(&mut self, now: DateTime<Utc>, every: TimeDelta) -> Vec<Happening> {
        let Self { chance, body, pad, carer, pod } = self;
        let mut happenings = Vec::new();
        if let Some(ml) = body.step(now, every, chance) {
            pad.take(ml);
            happenings.push(Happening::Voided(ml));
        }
        pad.step(every, chance);
        if let Some(told) = carer.step(now, pad.percent(), chance) {
            *pad = Pad::new(chance);
            pod.handled(now);
            happenings.push(if told { Happening::Changed } else { Happening::ChangedSilently });
        }
        if let Some(readings) = pod.step(now, every, pad, body, chance) {
            happenings.push(Happening::Sent(readings));
        }
        happenings
    }
}

/// True in one of so many cases.
fn one_in(chance: &mut StdRng, many: f64) -> bool {
    chance.random::<f64>() * many < 1.0
}

/// A span in hours.
fn hours(span: TimeDelta) -> f64 {
    span.as_seconds_f64() / 3600.0
}
