//! A pad: what it took in, and what its sensor makes of that.

use chrono::TimeDelta;
use rand::Rng as _;
use rand::rngs::StdRng;

use super::hours;

/// What a pad takes in, in millilitres.
const ABSORBENCY_ML: f64 = 900.0;
/// The sensor follows what is in the pad with this time constant, in hours.
const LAG: f64 = 0.012;

/// A pad in use.
#[derive(Debug)]
pub(super) struct Pad {
    ml: f64,
    /// What is soaked through to the sensor, in percent.
    percent: f64,
    /// What the sensor tells of a dry pad: sweat, and its own error.
    dry: f64,
}

impl Pad {
    pub(super) fn new(chance: &mut StdRng) -> Self {
        let dry = chance.random_range(0.0..4.0);
        Self { ml: 0.0, percent: dry, dry }
    }

    /// A void.
    pub(super) fn take(&mut self, ml: f64) {
        self.ml += ml;
    }

    /// Lets time pass: it soaks through, and a little dries.
    pub(super) fn step(&mut self, every: TimeDelta, chance: &mut StdRng) {
        let passed = hours(every);
        self.ml *= 1.0 - 0.01 * passed;
        let full = (self.dry + 100.0 * self.ml / ABSORBENCY_ML).min(100.0);
        self.percent += (full - self.percent) * (1.0 - (-passed / LAG).exp());
        self.percent += chance.random_range(-0.15..0.15);
    }

    /// How wet it is, in percent.
    pub(super) fn percent(&self) -> f64 {
        self.percent.clamp(0.0, 100.0)
    }
}
