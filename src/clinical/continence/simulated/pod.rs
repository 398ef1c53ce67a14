//! A pod: measuring, and sending while the radio is there.

use chrono::{DateTime, TimeDelta, Utc};
use rand::Rng as _;
use rand::rngs::StdRng;

use super::body::Body;
use super::pad::Pad;
use super::{Plan, hours, one_in};
use crate::clinical::continence::channel::{Channel, Reading};

/// Temperature, humidity, battery and radio are measured every so many times.
const SELDOM: u64 = 5;
/// So many readings are kept for when the radio is back; then the oldest are lost, as in a pod.
const MEMORY: usize = 20_000;

/// A pod on a pad.
#[derive(Debug)]
pub(super) struct Pod {
    count: u64,
    battery: f64,
    drain: f64,
    off_until: Option<DateTime<Utc>>,
    lost_until: Option<DateTime<Utc>>,
    losses_a_day: f64,
    waiting: Vec<Reading>,
    /// By how much its clock differs from the server's.
    skew: TimeDelta,
}

impl Pod {
    pub(super) fn new(plan: Plan, chance: &mut StdRng) -> Self {
        Self {
            count: 0,
            battery: chance.random_range(15.0..100.0),
            drain: chance.random_range(0.3..1.5),
            off_until: None,
            lost_until: None,
            losses_a_day: plan.losses_a_day,
            waiting: Vec::new(),
            skew: TimeDelta::seconds(chance.random_range(-4..=4)),
        }
    }

    /// Somebody has it in hand for a while, for a change.
    pub(super) fn handled(&mut self, now: DateTime<Utc>) {
        self.off_until = Some(now + TimeDelta::seconds(100));
    }

    /// Measures, and answers with what it sends, unless the radio is lost.
    pub(super) fn step(
        &mut self,
        now: DateTime<Utc>,
        every: TimeDelta,
        pad: &Pad,
        body: &Body,
        chance: &mut StdRng,
    ) -> Option<Vec<Reading>> {
        self.measure(now, every, pad, body, chance);
        let passed = hours(every);
        if self.lost_until.is_none() && one_in(chance, 24.0 / (self.losses_a_day * passed)) {
            self.lost_until = Some(now + TimeDelta::minutes(chance.random_range(2..70)));
        }
        if self.lost_until.is_some_and(|until| now < until) {
            return None;
        }
        self.lost_until = None;
        Some(self.rest())
    }

    /// What waits to be sent.
    pub(super) fn rest(&mut self) -> Vec<Reading> {
        std::mem::take(&mut self.waiting)
    }

    fn measure(&mut self, now: DateTime<Utc>, every: TimeDelta, pad: &Pad, body: &Body, chance: &mut StdRng) {
        self.battery -= self.drain * hours(every);
        if self.battery < 2.0 && one_in(chance, 20.0) {
            self.battery = 100.0;
        }
        let off = self.off_until.is_some_and(|until| now < until);
        // In a hand it measures air.
        let wetness = if off { 0.0 } else { pad.percent() + chance.random_range(-0.3..0.3) };
        let motion = if off { 0.8 } else { body.motion() };
        let mut measured = vec![
            (Channel::Wetness, wetness),
            (Channel::Motion, motion),
            (Channel::Attached, if off { 0.0 } else { 1.0 }),
        ];
        if self.count.is_multiple_of(SELDOM) {
            measured.extend([
                (Channel::Temperature, 31.0 + chance.random_range(-0.5..0.5)),
                (Channel::Humidity, 45.0 + pad.percent() / 2.0),
                (Channel::Battery, self.battery.max(0.0)),
                (Channel::Rssi, chance.random_range(-90.0..-50.0)),
            ]);
        }
        for (channel, value) in measured {
            let range = channel.range();
            let rounded = (value * 100.0).round() / 100.0;
            let value = rounded.clamp(*range.start(), *range.end());
            self.waiting.extend(Reading::new(now + self.skew, Some(self.count), channel, value));
        }
        self.count += 1;
        let much = self.waiting.len().saturating_sub(MEMORY);
        self.waiting.drain(..much);
    }
}
