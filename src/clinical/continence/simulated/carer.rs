//! A carer: rounds, and changes of what is found wet.

use chrono::{DateTime, TimeDelta, Timelike as _, Utc};
use rand::Rng as _;
use rand::rngs::StdRng;

use super::one_in;

/// Who looks after a resident.
#[derive(Debug)]
pub(super) struct Carer {
    round_at: DateTime<Utc>,
    /// From which wetness on a pad is changed, in percent.
    changes_from: f64,
}

impl Carer {
    pub(super) fn new(start: DateTime<Utc>, chance: &mut StdRng) -> Self {
        let first = TimeDelta::minutes(chance.random_range(20..180));
        Self { round_at: start + first, changes_from: chance.random_range(35.0..80.0) }
    }

    /// Whether the pad is changed just now; if so, whether the carer tells of it.
    pub(super) fn step(&mut self, now: DateTime<Utc>, percent: f64, chance: &mut StdRng) -> Option<bool> {
        if now < self.round_at {
            return None;
        }
        let night = !(6..21).contains(&now.hour());
        let pause = if night { chance.random_range(150..330) } else { chance.random_range(70..190) };
        self.round_at = now + TimeDelta::minutes(pause);
        // Some rounds are left out.
        if percent < self.changes_from || one_in(chance, 8.0) {
            return None;
        }
        Some(!one_in(chance, 3.0))
    }
}
