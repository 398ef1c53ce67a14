//! One threshold of wetness, passed or not: with hysteresis, and only once readings in a row say so.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::moments::Moment;

/// Whether a threshold is passed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Flag {
    /// Since when it is passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub above: Option<Moment>,
    /// Since when readings say that it is the other way round.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending: Option<Moment>,
}

impl Flag {
    /// Takes the next reading. True when that makes it passed.
    pub(super) fn step(
        &mut self,
        at: Moment,
        percent: f64,
        from: f64,
        hysteresis: f64,
        debounce: TimeDelta,
    ) -> bool {
        let says_above = if self.above.is_some() { percent >= from - hysteresis } else { percent >= from };
        if says_above == self.above.is_some() {
            self.pending = None;
            return false;
        }
        let Some(since) = self.pending else {
            self.pending = Some(at);
            return false;
        };
        if at - since < debounce {
            return false;
        }
        self.pending = None;
        self.above = says_above.then_some(since);
        says_above
    }
}
