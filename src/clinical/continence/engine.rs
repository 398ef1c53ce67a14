//! One input after another.

use chrono::{DateTime, Utc};

use super::alert::{Alert, Kind, Why};
use super::alerting;
use super::channel::{Channel, Reading};
use super::due;
use super::event::{Event, EventKey};
use super::moments::{Moment, after, before, cut, latest, seconds};
use super::settings::Settings;
use super::state::State;
use super::status::Status;
use super::track::{Told, Track};
use super::window::{Entry, Inserted, Window};

/// What happens.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// A pod's reading came.
    Reading(Reading),
    /// Time passed.
    Tick,
    /// A carer tells of a change of the pad.
    Change {
        /// When it was.
        at: DateTime<Utc>,
    },
    /// A carer saw stool.
    Soiled {
        /// When.
        at: DateTime<Utc>,
    },
    /// Somebody takes an alert on.
    Acknowledged {
        /// The alert's number.
        alert: u32,
        /// Who, by an id of the caller's.
        by: String,
    },
    /// The pod was taken from the wearer.
    Unpaired,
}

/// What came of an input.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// When it is so. What was due before the input came has the moment at which it was due.
    pub at: DateTime<Utc>,
    /// What.
    pub what: What,
}

/// What can come of an input.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// The live status is another one.
    Status(Status),
    /// Something happened, or happened otherwise than it was told before under the same key.
    Event(Event),
    /// What was told did not happen, as later data say.
    Withdrawn(EventKey),
    /// A new alert.
    Raised(Alert),
    /// An open alert matters more now. Who acknowledged it before knew less.
    Risen(Alert),
    /// Nobody acknowledged it in time.
    Escalated(Alert),
    /// Somebody took it on.
    Acknowledged(Alert),
    /// What it tells of is over.
    Resolved {
        /// As it was.
        alert: Alert,
        /// Why.
        why: Why,
    },
    /// Quiet hours hold an alert back. Told once.
    HeldBack(Kind),
    /// The input changes nothing.
    Aside(Aside),
}

/// Why an input changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Aside {
    /// It was taken before the pod was put on this wearer, and is of whoever wore it then.
    BeforePairing,
    /// It is further behind the newest reading than what is looked at anew: history.
    TooLate,
    /// It was there.
    Repeated,
    /// No alert of this number is open.
    NoSuchAlert,
    /// Somebody took it on before.
    AlreadyAcknowledged,
    /// An acknowledgement names who gives it.
    NobodyNamed,
    /// The pod was taken from the wearer.
    Over,
}

/// Takes an input that the server got at `now`, and says what came of it, in order.
///
/// What was due before `now` comes first, each at its moment. Where the server was away for longer than readings may be late,
/// that is left out: nobody is told of what was due then.
pub fn advance(settings: &Settings, state: &mut State, input: Input, now: DateTime<Utc>) -> Vec<Outcome> {
    let now = cut(now).max(state.looked_at);
    let mut outcomes = Vec::new();
    let aside = |aside| Outcome { at: now, what: What::Aside(aside) };
    if state.over {
        return vec![aside(Aside::Over)];
    }
    let mut track = state.window.fold(settings).0;
    catch_up(settings, state, &track, now, &mut outcomes);
    match input {
        Input::Tick => {}
        Input::Unpaired => return unpair(settings, state, &track, now, outcomes),
        Input::Acknowledged { alert, by } => {
            let what = alerting::acknowledge(state, alert, by, now);
            outcomes.push(Outcome { at: now, what });
        }
        Input::Change { at } => {
            track = tell(settings, state, at, Told::Changed, now, &mut outcomes);
        }
        Input::Soiled { at } => {
            track = tell(settings, state, at, Told::Soiled, now, &mut outcomes);
        }
        Input::Reading(reading) => match hear(settings, state, &reading, now) {
            Heard::Aside(why) => outcomes.push(aside(why)),
            Heard::Noted => {}
            Heard::Placed => track = tell_anew(settings, state, now, &mut outcomes),
        },
    }
    alerting::look(settings, state, &track, now, &mut outcomes);
    outcomes
}

/// The events of a whole history, in any order: what the engine says once all of it is there.
#[must_use]
pub fn events(
    settings: &Settings,
    paired_at: DateTime<Utc>,
    readings: &[Reading],
    changes: &[DateTime<Utc>],
) -> Vec<Event> {
    let mut entries: Vec<_> =
        readings.iter().filter_map(|reading| entry(reading.at, reading, settings)).collect();
    entries.extend(changes.iter().map(|at| Entry { at: *at, seq: None, told: Told::Changed }));
    entries.retain(|entry| entry.at >= paired_at);
    Window::of(entries, settings)
}

/// What is due before `now`, at its moments.
fn catch_up(settings: &Settings, state: &mut State, track: &Track, now: Moment, outcomes: &mut Vec<Outcome>) {
    let oldest = before(now, settings.late());
    if due::next(settings, state, track).is_some_and(|due| due < oldest) {
        // Nobody looked when it was due. Since when a pod is silent cannot be said then.
        state.resumed_at = Some(now);
        state.looked_at = state.looked_at.max(oldest);
    }
    while let Some(due) = due::next(settings, state, track).filter(|due| *due < now) {
        alerting::look(settings, state, track, due, outcomes);
    }
}

enum Heard {
    Aside(Aside),
    Noted,
    Placed,
}

fn hear(settings: &Settings, state: &mut State, reading: &Reading, now: Moment) -> Heard {
    state.heard_at = latest(state.heard_at, now);
    let ahead = reading.at > after(now, seconds(settings.ahead_seconds));
    let at = if ahead { now } else { cut(reading.at) };
    if at < state.paired_at {
        return Heard::Aside(Aside::BeforePairing);
    }
    if at < state.horizon(settings) {
        return Heard::Aside(Aside::TooLate);
    }
    state.newest_at = latest(state.newest_at, at);
    state.pod.note(at, reading, settings);
    match entry(at, reading, settings) {
        None => Heard::Noted,
        Some(entry) => match state.window.insert(entry, state.horizon(settings)) {
            Inserted::Placed => Heard::Placed,
            Inserted::Repeated => Heard::Aside(Aside::Repeated),
            Inserted::TooLate => Heard::Aside(Aside::TooLate),
        },
    }
}

/// The entry of the window that a reading makes, if it makes one.
fn entry(at: Moment, reading: &Reading, settings: &Settings) -> Option<Entry> {
    let told = match reading.channel {
        Channel::Wetness => Told::Wetness(reading.value),
        Channel::Motion if reading.value >= settings.position.moved_from => Told::Moved,
        Channel::Motion | Channel::Temperature | Channel::Humidity => return None,
        Channel::Battery | Channel::Rssi | Channel::Attached => return None,
    };
    Some(Entry { at: cut(at), seq: reading.seq, told })
}

/// What a carer tells. What readings before the window said stays, but a change is known, however late it is told.
fn tell(
    settings: &Settings,
    state: &mut State,
    at: Moment,
    told: Told,
    now: Moment,
    outcomes: &mut Vec<Outcome>,
) -> Track {
    let at = cut(at).min(now);
    let entry = Entry { at, seq: None, told };
    let aside = |aside| Outcome { at: now, what: What::Aside(aside) };
    if at < state.paired_at {
        outcomes.push(aside(Aside::BeforePairing));
    } else {
        match state.window.insert(entry, state.horizon(settings)) {
            Inserted::Placed => {}
            Inserted::Repeated => outcomes.push(aside(Aside::Repeated)),
            Inserted::TooLate => {
                let event = state.window.tell_late(at, told, settings);
                outcomes.extend(event.map(|event| Outcome { at: now, what: What::Event(event) }));
            }
        }
    }
    tell_anew(settings, state, now, outcomes)
}

fn tell_anew(settings: &Settings, state: &mut State, now: Moment, outcomes: &mut Vec<Outcome>) -> Track {
    let (track, events) = state.window.fold(settings);
    let (fresh, gone) = state.window.news(events);
    outcomes.extend(gone.iter().map(|event| Outcome { at: now, what: What::Withdrawn(event.key()) }));
    outcomes.extend(fresh.into_iter().map(|event| Outcome { at: now, what: What::Event(event) }));
    state.window.settle(state.horizon(settings), settings);
    track
}

fn unpair(
    settings: &Settings,
    state: &mut State,
    track: &Track,
    now: Moment,
    mut outcomes: Vec<Outcome>,
) -> Vec<Outcome> {
    state.over = true;
    state.looked_at = now;
    let ended = state.open.drain(..).map(|alert| What::Resolved { alert, why: Why::Unpaired });
    outcomes.extend(ended.map(|what| Outcome { at: now, what }));
    let status = state.status_of(track, settings, now);
    outcomes.push(Outcome { at: now, what: What::Status(status) });
    outcomes
}
