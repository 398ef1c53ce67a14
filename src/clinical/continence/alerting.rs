//! Alerts as they are raised, rise, are told on and end.

use super::alert::{Acknowledgement, Alert, Kind, Severity};
use super::conditions::{Verdict, View};
use super::engine::{Aside, Outcome, What};
use super::moments::{Moment, after, minutes};
use super::settings::Settings;
use super::state::State;
use super::track::Track;

/// Looks at everything as it is `at` a moment, and adds what came of that.
pub(super) fn look(
    settings: &Settings,
    state: &mut State,
    track: &Track,
    at: Moment,
    outcomes: &mut Vec<Outcome>,
) {
    for kind in Kind::ALL {
        let open = state.open.iter().find(|alert| alert.kind == kind);
        let verdict = if settings.off.contains(&kind) {
            Verdict::Ceased(super::Why::SwitchedOff)
        } else {
            View { settings, state, track, at }.verdict(kind, open)
        };
        follow(settings, state, kind, verdict, at, outcomes);
    }
    escalate(settings, state, at, outcomes);
    state.looked_at = at;
    let status = state.status_of(track, settings, at);
    if !state.shown.looks_like(&status) {
        state.shown = status;
        outcomes.push(Outcome { at, what: What::Status(status) });
    }
}

fn follow(
    settings: &Settings,
    state: &mut State,
    kind: Kind,
    verdict: Verdict,
    at: Moment,
    outcomes: &mut Vec<Outcome>,
) {
    let place = state.open.iter().position(|alert| alert.kind == kind);
    match (verdict, place) {
        (Verdict::Unclear, _) => {}
        (Verdict::Ceased(why), Some(place)) => {
            let alert = state.open.remove(place);
            if kind == Kind::PodOffline {
                state.offline_over_at = Some(at);
            }
            outcomes.push(Outcome { at, what: What::Resolved { alert, why } });
        }
        (Verdict::Ceased(_), None) => state.held.retain(|held| *held != kind),
        (Verdict::Holds { severity, .. }, Some(place)) => rise(state, place, severity, at, outcomes),
        (Verdict::Holds { fresh: false, .. }, None) => {}
        (Verdict::Holds { .. }, None) if settings.holds(kind, at) => {
            if !state.held.contains(&kind) {
                state.held.push(kind);
                outcomes.push(Outcome { at, what: What::HeldBack(kind) });
            }
        }
        (Verdict::Holds { severity, since, .. }, None) => {
            raise(state, kind, severity, since.min(at), at, outcomes);
        }
    }
}

fn raise(
    state: &mut State,
    kind: Kind,
    severity: Severity,
    since: Moment,
    at: Moment,
    outcomes: &mut Vec<Outcome>,
) {
    state.held.retain(|held| *held != kind);
    state.count = state.count.saturating_add(1);
    let alert = Alert {
        number: state.count,
        kind,
        severity,
        since,
        raised_at: at,
        risen_at: None,
        escalations: 0,
        escalated_at: None,
        acknowledged: None,
    };
    state.open.push(alert.clone());
    outcomes.push(Outcome { at, what: What::Raised(alert) });
}

fn rise(state: &mut State, place: usize, severity: Severity, at: Moment, outcomes: &mut Vec<Outcome>) {
    let Some(alert) = state.open.get_mut(place).filter(|alert| alert.severity < severity) else { return };
    alert.severity = severity;
    alert.risen_at = Some(at);
    alert.escalations = 0;
    alert.escalated_at = None;
    alert.acknowledged = None;
    outcomes.push(Outcome { at, what: What::Risen(alert.clone()) });
}

fn escalate(settings: &Settings, state: &mut State, at: Moment, outcomes: &mut Vec<Outcome>) {
    for alert in &mut state.open {
        let due = escalates_at(settings, alert).is_some_and(|due| due <= at);
        if due && !settings.holds(alert.kind, at) {
            alert.escalations = alert.escalations.saturating_add(1);
            alert.escalated_at = Some(at);
            outcomes.push(Outcome { at, what: What::Escalated(alert.clone()) });
        }
    }
}

/// When an alert is told on next, quiet hours apart. Where they put one off, the next comes as much later than that as it should.
pub(super) fn escalates_at(settings: &Settings, alert: &Alert) -> Option<Moment> {
    if alert.acknowledged.is_some() {
        return None;
    }
    let count = usize::from(alert.escalations);
    let wait = *settings.escalation_minutes.get(count)?;
    let earlier = count.checked_sub(1).and_then(|earlier| settings.escalation_minutes.get(earlier));
    match (alert.escalated_at, earlier) {
        (Some(last), Some(earlier)) => Some(after(last, minutes(wait.saturating_sub(*earlier)))),
        (Some(_) | None, _) => Some(after(alert.told_at(), minutes(wait))),
    }
}

/// Somebody takes an alert on.
pub(super) fn acknowledge(state: &mut State, number: u32, by: String, at: Moment) -> What {
    if by.trim().is_empty() {
        return What::Aside(Aside::NobodyNamed);
    }
    match state.open.iter_mut().find(|alert| alert.number == number) {
        None => What::Aside(Aside::NoSuchAlert),
        Some(alert) if alert.acknowledged.is_some() => What::Aside(Aside::AlreadyAcknowledged),
        Some(alert) => {
            alert.acknowledged = Some(Acknowledgement { at, by });
            What::Acknowledged(alert.clone())
        }
    }
}
