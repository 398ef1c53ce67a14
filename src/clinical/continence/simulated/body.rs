//! A resident: drinking, voiding, sleeping, moving.

use chrono::{DateTime, TimeDelta, Timelike as _, Utc};
use rand::Rng as _;
use rand::rngs::StdRng;

use super::{hours, one_in};

/// What a resident's body does.
#[derive(Debug)]
pub(super) struct Body {
    /// What the bladder holds, and from where on it lets go, in millilitres.
    bladder_ml: f64,
    capacity_ml: f64,
    /// What was drunk and is on its way.
    drunk_ml: f64,
    drink_ml: f64,
    wakes: u32,
    sleeps: u32,
    /// How lively, from 0 to 1.
    lively: f64,
    motion: f64,
}

impl Body {
    pub(super) fn new(chance: &mut StdRng) -> Self {
        Self {
            bladder_ml: chance.random_range(0.0..150.0),
            capacity_ml: chance.random_range(180.0..380.0),
            drunk_ml: 0.0,
            drink_ml: chance.random_range(120.0..220.0),
            wakes: chance.random_range(5..8),
            sleeps: chance.random_range(20..23),
            lively: chance.random_range(0.1..1.0),
            motion: 0.0,
        }
    }

    /// Lets time pass. Answers with the volume of a void, if there is one.
    pub(super) fn step(&mut self, now: DateTime<Utc>, every: TimeDelta, chance: &mut StdRng) -> Option<f64> {
        let passed = hours(every);
        let asleep = self.is_asleep(now);
        // Seven cups a day.
        if !asleep && one_in(chance, 2.2 / passed) {
            self.drunk_ml += self.drink_ml;
        }
        let absorbed = self.drunk_ml * (1.0 - (-passed * 1.2).exp());
        self.drunk_ml -= absorbed;
        self.bladder_ml += absorbed * 0.8 + passed * if asleep { 18.0 } else { 30.0 };
        self.moves(asleep, passed, chance);
        // The fuller, the sooner; a sleeping bladder holds more.
        let limit = self.capacity_ml * if asleep { 1.2 } else { 0.9 };
        if self.bladder_ml < limit * chance.random_range(0.85..1.15) {
            return None;
        }
        let ml = self.bladder_ml * chance.random_range(0.55..0.98);
        self.bladder_ml -= ml;
        Some(ml)
    }

    fn moves(&mut self, asleep: bool, passed: f64, chance: &mut StdRng) {
        let often = if asleep { 0.9 } else { 1.5 + 30.0 * self.lively };
        self.motion = if one_in(chance, (1.0 / (often * passed)).max(1.0)) {
            chance.random_range(0.3..0.9)
        } else {
            chance.random_range(0.0..if asleep { 0.05 } else { 0.28 })
        };
    }

    /// How much the resident moves, from 0 to 1.
    pub(super) fn motion(&self) -> f64 {
        self.motion
    }

    fn is_asleep(&self, now: DateTime<Utc>) -> bool {
        now.hour() < self.wakes || now.hour() >= self.sleeps
    }
}
