//! A ward of one: what is told at which time of a day, and what came of it in words.

mod alerts;
mod channels;
mod history;
mod levels;
mod model;
mod order;
mod properties;
mod quiet;
mod rules;
mod simulated;
mod time;

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{Aside, Channel, Input, Outcome, Reading, Settings, State, What, advance};

/// 8:00 of a Tuesday; what a test says in minutes is counted from here.
pub(super) fn start() -> DateTime<Utc> {
    "2026-03-03T08:00:00Z".parse().unwrap()
}

pub(super) fn at(minutes: f64) -> DateTime<Utc> {
    let span = Duration::from_secs_f64((minutes.abs() * 60_000.0).round() / 1000.0);
    if minutes < 0.0 { start() - span } else { start() + span }
}

pub(super) struct Wearer {
    pub settings: Settings,
    pub state: State,
    pub said: Vec<String>,
}

impl Wearer {
    /// Paired at 8:00, with these settings laid over the defaults.
    pub fn with(patch: Value) -> Self {
        let settings = Settings::of([&patch]).unwrap();
        Self { settings, state: State::paired(start()), said: Vec::new() }
    }

    pub fn new() -> Self {
        Self::with(json!({}))
    }

    /// The server gets an input so many minutes after 8:00.
    pub fn input(&mut self, minutes: f64, input: Input) -> &mut Self {
        let outcomes = advance(&self.settings, &mut self.state, input, at(minutes));
        self.said.extend(outcomes.iter().filter_map(words));
        self
    }

    /// A reading of just then.
    pub fn reads(&mut self, minutes: f64, channel: Channel, value: f64) -> &mut Self {
        self.reads_late(minutes, minutes, channel, value)
    }

    pub fn reads_late(&mut self, minutes: f64, received: f64, channel: Channel, value: f64) -> &mut Self {
        let reading = Reading::new(at(minutes), None, channel, value).unwrap();
        self.input(received, Input::Reading(reading))
    }

    /// Wetness at each of the minutes.
    pub fn wet(&mut self, samples: &[(f64, f64)]) -> &mut Self {
        for (minutes, percent) in samples {
            self.reads(*minutes, Channel::Wetness, *percent);
        }
        self
    }

    /// The same wetness every minute, of the minutes from and to, both included.
    pub fn steady(&mut self, from: u32, to: u32, percent: f64) -> &mut Self {
        for minute in from..=to {
            self.reads(minute.into(), Channel::Wetness, percent);
        }
        self
    }

    pub fn tick(&mut self, minutes: f64) -> &mut Self {
        self.input(minutes, Input::Tick)
    }

    pub fn change(&mut self, minutes: f64) -> &mut Self {
        self.input(minutes, Input::Change { at: at(minutes) })
    }

    /// What was said since this was last asked, statuses apart.
    pub fn said(&mut self) -> Vec<String> {
        std::mem::take(&mut self.said)
    }

    pub fn open(&self) -> Vec<&'static str> {
        self.state.open().iter().map(|alert| alert.kind.as_str()).collect()
    }
}

fn clock(moment: DateTime<Utc>) -> String {
    moment.format(if moment.timestamp() % 60 == 0 { "%H:%M" } else { "%H:%M:%S" }).to_string()
}

/// An outcome in words. A status is left out: it comes with nearly everything.
pub(super) fn words(outcome: &Outcome) -> Option<String> {
    let said = match &outcome.what {
        What::Status(_) => return None,
        What::Event(event) => {
            let end = event.end.map(|end| format!("-{}", clock(end))).unwrap_or_default();
            let percent = event.percent.map(|percent| format!(" {percent}%")).unwrap_or_default();
            let ml = event.ml.map(|ml| format!(" {ml}ml")).unwrap_or_default();
            format!("{} {}{end}{percent}{ml}", event.kind.as_str(), clock(event.at))
        }
        What::Withdrawn(key) => format!("no {} {}", key.kind.as_str(), clock(key.at)),
        What::Raised(alert) => {
            let since = clock(alert.since);
            format!("raised {} {} since {since}", alert.kind.as_str(), alert.severity.as_str())
        }
        What::Risen(alert) => format!("risen {} {}", alert.kind.as_str(), alert.severity.as_str()),
        What::Escalated(alert) => format!("escalated {} {}", alert.kind.as_str(), alert.escalations),
        What::Acknowledged(alert) => {
            format!("acknowledged {} by {}", alert.kind.as_str(), alert.acknowledged.as_ref().unwrap().by)
        }
        What::Resolved { alert, why } => format!("resolved {} {}", alert.kind.as_str(), why.as_str()),
        What::HeldBack(kind) => format!("held {}", kind.as_str()),
        What::Aside(aside) => match aside {
            Aside::BeforePairing => "aside before pairing",
            Aside::TooLate => "aside too late",
            Aside::Repeated => "aside repeated",
            Aside::NoSuchAlert => "aside no such alert",
            Aside::AlreadyAcknowledged => "aside already acknowledged",
            Aside::NobodyNamed => "aside nobody named",
            Aside::Over => "aside over",
        }
        .to_owned(),
    };
    Some(format!("{} {said}", clock(outcome.at)))
}
