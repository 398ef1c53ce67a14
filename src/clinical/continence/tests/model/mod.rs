//! The rules of alerts written once more, by somebody who has all the time and memory in the world: every second of a day all conditions are
//! looked at, and with each input everything is made anew from the whole history. Nothing is shared with the engine but its words.

mod days;
mod history;

use chrono::{DateTime, TimeDelta, Timelike as _, Utc};

use super::{Channel, Input};
use history::{Entry, History, What};

type Moment = DateTime<Utc>;

const KINDS: [&str; 7] =
    ["change_due", "urgent", "time_wet", "pod_offline", "battery_low", "no_void", "position_unchanged"];
const SEVERITIES: [&str; 4] = ["low", "medium", "high", "critical"];

/// Whether what an alert tells of is so.
enum Answer {
    /// With the place of the severity, and whether it is new enough to raise an alert.
    Yes(usize, bool),
    No(&'static str),
    NobodyKnows,
}

struct Open {
    number: u32,
    kind: &'static str,
    severity: usize,
    since: Moment,
    escalations: u32,
    next: Moment,
    acknowledged: bool,
}

/// What the readings of those channels say.
#[derive(Default)]
struct Facts {
    /// The severity of the battery's want.
    battery: Option<usize>,
    battery_at: Option<Moment>,
    first_motion: Option<Moment>,
    last_motion: Option<Moment>,
    is_off: bool,
}

/// Somebody who remembers everything.
pub struct Model {
    paired_at: Moment,
    /// Whether there are quiet hours from 22:00 to 6:00 UTC, which hold `change_due`.
    quiet: bool,
    entries: Vec<Entry>,
    history: History,
    newest: Option<Moment>,
    heard: Moment,
    /// All readings of these channels: when, which, what.
    battery: Vec<(Moment, u64, f64)>,
    motion: Vec<(Moment, u64, f64)>,
    attached: Vec<(Moment, u64, f64)>,
    facts: Facts,
    open: Vec<Open>,
    count: u32,
    offline_over: Option<Moment>,
    pub said: Vec<String>,
}

impl Model {
    pub fn new(paired_at: Moment, quiet: bool) -> Self {
        Self {
            paired_at,
            quiet,
            entries: Vec::new(),
            history: History::default(),
            newest: None,
            heard: paired_at,
            battery: Vec::new(),
            motion: Vec::new(),
            attached: Vec::new(),
            facts: Facts::default(),
            open: Vec::new(),
            count: 0,
            offline_over: None,
            said: Vec::new(),
        }
    }

    /// Takes an input that came `now`, a whole second.
    pub fn takes(&mut self, now: Moment, input: &Input) {
        match input {
            Input::Reading(reading) => {
                self.heard = now;
                let seq = reading.seq().unwrap();
                let at = reading.at();
                if at >= self.paired_at && self.newest.is_none_or(|newest| at >= newest - minutes(15)) {
                    self.newest = self.newest.max(Some(at));
                    self.reads(at, seq, reading.channel(), reading.value());
                }
            }
            Input::Change { at } => {
                self.entries.push(Entry { at: *at, seq: 0, what: What::Change });
                self.history = History::of(&mut self.entries);
            }
            Input::Acknowledged { alert, by } => {
                if let Some(open) =
                    self.open.iter_mut().find(|open| open.number == *alert && !open.acknowledged)
                {
                    open.acknowledged = true;
                    self.said.push(format!("{now} acknowledged {} {alert} {by}", open.kind));
                }
            }
            Input::Tick | Input::Soiled { .. } | Input::Unpaired => panic!("{input:?} is not played here"),
        }
        self.looks(now);
    }

    fn reads(&mut self, at: Moment, seq: u64, channel: Channel, value: f64) {
        let what = match channel {
            Channel::Wetness => Some(What::Wetness(value)),
            Channel::Motion if value >= 0.3 => Some(What::Moved),
            Channel::Motion | Channel::Temperature | Channel::Humidity => None,
            Channel::Battery | Channel::Rssi | Channel::Attached => None,
        };
        if let Some(what) = what {
            self.entries.push(Entry { at, seq, what });
            self.history = History::of(&mut self.entries);
        }
        match channel {
            Channel::Battery => self.battery.push((at, seq, value)),
            Channel::Motion => self.motion.push((at, seq, value)),
            Channel::Attached => self.attached.push((at, seq, value)),
            Channel::Wetness | Channel::Temperature | Channel::Humidity | Channel::Rssi => return,
        }
        self.facts = self.facts();
    }

    fn facts(&self) -> Facts {
        let last = |so: fn(f64) -> bool| {
            self.battery.iter().filter(|(_, _, value)| so(*value)).map(|(at, _, _)| *at).max()
        };
        let critical = last(|value| value < 5.0) > last(|value| value >= 10.0);
        let low = last(|value| value < 20.0) > last(|value| value >= 25.0);
        let motions = || self.motion.iter().map(|(at, _, _)| *at);
        let attached = self.attached.iter().max_by_key(|(at, seq, _)| (*at, *seq));
        Facts {
            battery: if critical { Some(3) } else { low.then_some(0) },
            battery_at: self.battery.iter().map(|(at, _, _)| *at).max(),
            first_motion: motions().min(),
            last_motion: motions().max(),
            is_off: attached.is_some_and(|(_, _, value)| *value == 0.0),
        }
    }

    /// Looks at everything at this second.
    pub fn looks(&mut self, now: Moment) {
        for kind in KINDS {
            let place = self.open.iter().position(|open| open.kind == kind);
            match (self.answer(kind, now), place) {
                (Answer::NobodyKnows, _) | (Answer::Yes(_, false) | Answer::No(_), None) => {}
                (Answer::No(why), Some(place)) => {
                    let over = self.open.remove(place);
                    self.said.push(format!("{now} resolved {kind} {} {why}", over.number));
                    if kind == "pod_offline" {
                        self.offline_over = Some(now);
                    }
                }
                (Answer::Yes(severity, _), Some(place)) => {
                    let open = &mut self.open[place];
                    if severity > open.severity {
                        let next = now + minutes(10);
                        let (escalations, acknowledged) = (0, false);
                        *open = Open { severity, next, escalations, acknowledged, ..*open };
                        self.said
                            .push(format!("{now} risen {kind} {} {}", open.number, SEVERITIES[severity]));
                    }
                }
                (Answer::Yes(..), None) if kind == "change_due" && self.is_quiet(now) => {}
                (Answer::Yes(severity, true), None) => self.raise(kind, severity, now),
            }
        }
        let quiet = self.is_quiet(now);
        for open in &mut self.open {
            let waits = open.kind == "change_due" && quiet;
            if !open.acknowledged && !waits && open.escalations < 2 && now >= open.next {
                open.escalations += 1;
                open.next = now + minutes(10);
                self.said.push(format!("{now} escalated {} {} {}", open.kind, open.number, open.escalations));
            }
        }
    }

    fn raise(&mut self, kind: &'static str, severity: usize, now: Moment) {
        self.count += 1;
        self.said.push(format!("{now} raised {kind} {} {}", self.count, SEVERITIES[severity]));
        self.open.push(Open {
            number: self.count,
            kind,
            severity,
            since: self.since(kind, now),
            escalations: 0,
            next: now + minutes(10),
            acknowledged: false,
        });
    }

    fn is_quiet(&self, now: Moment) -> bool {
        self.quiet && !(6..22).contains(&now.hour())
    }

    /// Since when what an alert of the pad tells of was so: a change later than this ends it.
    fn since(&self, kind: &str, now: Moment) -> Moment {
        let [damp, wet, change, urgent, leak] = self.history.passed;
        let long = |since: Option<Moment>, minutes_: i64| since.map(|since| since + minutes(minutes_));
        let candidates = match kind {
            "change_due" => vec![change, long(wet, 60)],
            "urgent" if leak.is_some() => vec![leak],
            "urgent" => vec![urgent],
            "time_wet" => vec![long(damp, 240)],
            _ => Vec::new(),
        };
        candidates.into_iter().flatten().filter(|since| *since <= now).min().unwrap_or(now)
    }

    fn answer(&self, kind: &str, now: Moment) -> Answer {
        let [damp, wet, change, urgent, leak] = self.history.passed;
        let lasted =
            |since: Option<Moment>, long: i64| since.is_some_and(|since| now - since >= minutes(long));
        let pad_is_new = self.history.last.is_some_and(|(at, _)| now - at <= minutes(15));
        match kind {
            "change_due" => {
                let due = change.is_some() || lasted(wet, 60);
                self.of_pad(kind, due.then_some(1), pad_is_new)
            }
            "urgent" => {
                let severity = if leak.is_some() { Some(3) } else { urgent.map(|_| 2) };
                self.of_pad(kind, severity, pad_is_new)
            }
            "time_wet" => self.of_pad(kind, lasted(damp, 240).then_some(1), pad_is_new),
            "pod_offline" if now - self.heard < minutes(10) => Answer::No("heard"),
            "pod_offline" => Answer::Yes(1, self.offline_over.is_none_or(|over| now - over >= minutes(15))),
            "battery_low" => self.battery(now),
            "no_void" if self.history.last.is_none() || urgent.is_some() || self.facts.is_off => {
                Answer::NobodyKnows
            }
            "no_void" => match (now - self.history.wetted.unwrap_or(self.paired_at)).num_minutes() {
                720.. => Answer::Yes(2, pad_is_new),
                480.. => Answer::Yes(1, pad_is_new),
                _ => Answer::No("wetted"),
            },
            _ => self.position(now),
        }
    }

    fn of_pad(&self, kind: &str, severity: Option<usize>, is_new: bool) -> Answer {
        let open = self.open.iter().find(|open| open.kind == kind);
        let changed =
            open.is_some_and(|open| self.history.changed.is_some_and(|changed| changed >= open.since));
        match severity {
            None if changed => Answer::No("changed"),
            _ if self.facts.is_off => Answer::NobodyKnows,
            None => Answer::No("level_fell"),
            Some(severity) => Answer::Yes(severity, is_new),
        }
    }

    fn battery(&self, now: Moment) -> Answer {
        let is_new = self.facts.battery_at.is_some_and(|newest| now - newest <= minutes(15));
        self.facts.battery.map_or(Answer::No("charged"), |severity| Answer::Yes(severity, is_new))
    }

    fn position(&self, now: Moment) -> Answer {
        let Some(since) = self.history.moved.or(self.facts.first_motion) else { return Answer::NobodyKnows };
        if self.facts.is_off {
            return Answer::NobodyKnows;
        }
        if now - since < minutes(120) {
            return Answer::No("moved");
        }
        Answer::Yes(1, self.facts.last_motion.is_some_and(|newest| now - newest <= minutes(15)))
    }
}

pub fn minutes(count: i64) -> TimeDelta {
    TimeDelta::minutes(count)
}
