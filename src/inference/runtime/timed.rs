//! A session whose runs are measured.

use std::time::Instant;

use ort::session::{Session, SessionInputs, SessionOutputs};
use prometheus_client::metrics::histogram::Histogram;

use crate::core::metrics::METRICS;

/// A loaded model.
#[derive(Debug)]
pub struct Net {
    session: Session,
    taken: Histogram,
}

impl Net {
    pub(super) fn new(session: Session, model: &str) -> Self {
        Self { session, taken: METRICS.runs_of(model) }
    }

    /// Runs the model.
    ///
    /// # Errors
    /// When the runtime refuses the inputs.
    pub fn run<'s, 'i, 'v: 'i, const N: usize>(
        &'s mut self,
        inputs: impl Into<SessionInputs<'i, 'v, N>>,
    ) -> ort::Result<SessionOutputs<'s>> {
        let begun = Instant::now();
        let outputs = self.session.run(inputs);
        self.taken.observe(begun.elapsed().as_secs_f64());
        outputs
    }

    /// The session itself, for what is known of the model.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }
}
