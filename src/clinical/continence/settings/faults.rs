//! What settings may not be.

use thiserror::Error;

use super::Settings;

/// What is wrong with settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
pub enum Fault {
    /// Not an object of the fields that there are, each with a value of its type.
    #[error("settings are an object of the documented fields")]
    Malformed,
    /// Percentages go from 0 to 100.
    #[error("a percentage goes from 0 to 100")]
    Percentage,
    /// The thresholds must rise, the first above the hysteresis.
    #[error("hysteresis, damp, wet, change, urgent and leak must rise in this order")]
    LevelsInDisorder,
    /// A critical battery is not above a low one.
    #[error("battery.critical_percent must be below battery.low_percent")]
    BatteryInDisorder,
    /// Motion goes from 0 to 1, and an impact is more than a movement.
    #[error(
        "position.moved_from and fall.moving_from, fall.impact_from go from 0 to 1, the last above the one before"
    )]
    Motion,
    /// A rise must be more than what counts as none.
    #[error("voids.rise_percent must be above voids.plateau_percent")]
    VoidTooSmall,
    /// A time that makes no sense.
    #[error(
        "times are from 1 minute to 7 days, late_minutes to 60, ahead_seconds, debounce and windows to 3600 seconds"
    )]
    Time,
    /// The longer wait is the longer one.
    #[error("due.no_void_long_minutes must be above due.no_void_minutes")]
    NoVoidInDisorder,
    /// Escalations are few, and one after the other.
    #[error("escalation_minutes are at most five rising numbers from 1 to 1440")]
    Escalation,
    /// Quiet hours begin and end at different times, and hold only what can wait.
    #[error("quiet hours begin and end at different times and never hold urgent or fall_suspected")]
    Quiet,
    /// A pad takes something in.
    #[error("pad.absorbency_ml goes from 1 to 10000")]
    Absorbency,
}

/// All that is wrong.
pub(super) fn of(settings: &Settings) -> Vec<Fault> {
    let checks = [
        (Fault::Percentage, percentages(settings)),
        (Fault::LevelsInDisorder, levels(settings)),
        (Fault::BatteryInDisorder, settings.battery.critical_percent < settings.battery.low_percent),
        (Fault::Motion, motion(settings)),
        (Fault::VoidTooSmall, settings.voids.plateau_percent < settings.voids.rise_percent),
        (Fault::Time, times(settings)),
        (Fault::NoVoidInDisorder, settings.due.no_void_minutes < settings.due.no_void_long_minutes),
        (Fault::Escalation, escalation(&settings.escalation_minutes)),
        (Fault::Quiet, settings.quiet.as_ref().is_none_or(|quiet| quiet.makes_sense())),
        (Fault::Absorbency, settings.pad.is_none_or(|pad| (1.0..=10_000.0).contains(&pad.absorbency_ml))),
    ];
    checks.into_iter().filter(|(_, right)| !right).map(|(fault, _)| fault).collect()
}

fn percentages(settings: &Settings) -> bool {
    let Settings { levels, voids, changes, battery, .. } = settings;
    [
        levels.damp,
        levels.leak,
        levels.hysteresis,
        voids.rise_percent,
        voids.plateau_percent,
        changes.possible_fall_percent,
        battery.low_percent,
        battery.critical_percent,
        battery.hysteresis,
    ]
    .iter()
    .all(|percent| (0.0..=100.0).contains(percent))
}

fn levels(settings: &Settings) -> bool {
    let levels = &settings.levels;
    [levels.hysteresis, levels.damp, levels.wet, levels.change, levels.urgent, levels.leak]
        .is_sorted_by(|one, next| one < next)
}

fn motion(settings: &Settings) -> bool {
    let within = |share: f64| share > 0.0 && share <= 1.0;
    within(settings.position.moved_from)
        && within(settings.fall.moving_from)
        && within(settings.fall.impact_from)
        && settings.fall.moving_from < settings.fall.impact_from
}

fn times(settings: &Settings) -> bool {
    let Settings { levels, voids, changes, due, offline, position, fall, .. } = settings;
    const WEEK: u32 = 7 * 24 * 60;
    let long = [
        changes.confirm_minutes,
        changes.settle_minutes,
        due.wet_minutes,
        due.damp_minutes,
        due.no_void_minutes,
        due.no_void_long_minutes,
        offline.after_minutes,
        offline.again_after_minutes,
        position.unchanged_minutes,
        position.turned_after_minutes,
    ];
    let short = [voids.within_seconds, voids.plateau_seconds, fall.still_seconds];
    long.iter().all(|minutes| (1..=WEEK).contains(minutes))
        && short.iter().all(|seconds| (1..=3600).contains(seconds))
        && settings.ahead_seconds <= 3600
        && levels.debounce_seconds <= 3600
        && (1..=60).contains(&settings.late_minutes)
}

fn escalation(minutes: &[u32]) -> bool {
    minutes.len() <= 5
        && minutes.iter().all(|minutes| (1..=1440).contains(minutes))
        && minutes.is_sorted_by(|one, next| one < next)
}
