//! When time alone brings something about.

use super::alert::Kind;
use super::alerting::escalates_at;
use super::conditions::View;
use super::moments::{Moment, after, minutes};
use super::settings::Settings;
use super::state::State;
use super::track::Track;

/// The earliest moment at which time alone may change something: until then a [`super::Input::Tick`] has no outcome.
#[must_use]
pub fn next_due(settings: &Settings, state: &State) -> Option<Moment> {
    next(settings, state, &state.window.fold(settings).0)
}

pub(super) fn next(settings: &Settings, state: &State, track: &Track) -> Option<Moment> {
    if state.over {
        return None;
    }
    let view = View { settings, state, track, at: state.looked_at };
    let due = &settings.due;
    let offline = after(state.silent_since(), minutes(settings.offline.after_minutes));
    let online = state.heard_at.map(|heard| after(heard, minutes(settings.offline.after_minutes)));
    let again = state.offline_over_at.map(|over| after(over, minutes(settings.offline.again_after_minutes)));
    let since = |since: Option<Moment>, long: u32| since.map(|since| after(since, minutes(long)));
    let moments = [
        Some(offline),
        online,
        again,
        since(track.wet.above, due.wet_minutes),
        since(track.damp.above, due.damp_minutes),
        since(Some(view.last_void_at()), due.no_void_minutes),
        since(Some(view.last_void_at()), due.no_void_long_minutes),
        since(view.still_since(), settings.position.unchanged_minutes),
        quiet_ends(settings, state),
    ];
    let escalations = state.open.iter().filter_map(|alert| escalates_at(settings, alert));
    moments.into_iter().flatten().chain(escalations).filter(|due| *due > state.looked_at).min()
}

/// When what quiet hours hold is told, if they hold anything.
fn quiet_ends(settings: &Settings, state: &State) -> Option<Moment> {
    let quiet = settings.quiet.as_ref()?;
    let waits = |kind: &Kind| quiet.holds.contains(kind);
    let holds = state.held.iter().any(waits) || state.open.iter().any(|alert| waits(&alert.kind));
    if holds { quiet.end(state.looked_at, settings.timezone) } else { None }
}
