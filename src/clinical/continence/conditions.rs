//! What each kind of alert tells of, and whether that is so.

use super::alert::{Alert, Kind, Severity, Why};
use super::flag::Flag;
use super::moments::{Moment, after, before, minutes, seconds};
use super::settings::Settings;
use super::state::State;
use super::track::Track;

/// Whether what an alert tells of is so.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Verdict {
    /// It is.
    Holds {
        severity: Severity,
        since: Moment,
        /// Whether readings say so that are new enough to raise an alert.
        fresh: bool,
    },
    /// It is not, or not any more.
    Ceased(Why),
    /// Nothing can be said: an open alert stays, and none is raised.
    Unclear,
}

/// What is looked at.
pub(super) struct View<'a> {
    pub settings: &'a Settings,
    pub state: &'a State,
    pub track: &'a Track,
    /// When.
    pub at: Moment,
}

impl View<'_> {
    /// Whether what this kind of alert tells of is so.
    pub(super) fn verdict(&self, kind: Kind, open: Option<&Alert>) -> Verdict {
        match kind {
            Kind::ChangeDue => self.change_due(open),
            Kind::Urgent => self.urgent(open),
            Kind::TimeWet => self.time_wet(open),
            Kind::PodOffline => self.pod_offline(),
            Kind::BatteryLow => self.battery_low(),
            Kind::NoVoid => self.no_void(),
            Kind::PositionUnchanged => self.position_unchanged(),
            Kind::FallSuspected => self.fall_suspected(open),
        }
    }

    /// What is found of a pad. A pod in a drawer, or in a hand, says nothing of it.
    fn of_pad(&self, open: Option<&Alert>, found: Option<(Severity, Moment)>) -> Verdict {
        let changed = || open.is_some_and(|open| self.track.changed_at >= Some(open.since));
        match found {
            // A carer who changed the pad is believed, wherever the pod is.
            None if changed() => Verdict::Ceased(Why::Changed),
            _ if self.state.pod.is_off() => Verdict::Unclear,
            None => Verdict::Ceased(Why::LevelFell),
            Some((severity, since)) => Verdict::Holds { severity, since, fresh: self.wetness_is_fresh() },
        }
    }

    fn change_due(&self, open: Option<&Alert>) -> Verdict {
        // A carer's word needs no sensor.
        if let Some(since) = self.track.soiled() {
            return Verdict::Holds { severity: Severity::Medium, since, fresh: true };
        }
        let long = self.passed(&self.track.wet, self.settings.due.wet_minutes);
        let since = [self.track.change.above, long].into_iter().flatten().min();
        self.of_pad(open, since.map(|since| (Severity::Medium, since)))
    }

    fn urgent(&self, open: Option<&Alert>) -> Verdict {
        let leak = self.track.leak.above.map(|since| (Severity::Critical, since));
        self.of_pad(open, leak.or_else(|| self.track.urgent.above.map(|since| (Severity::High, since))))
    }

    fn time_wet(&self, open: Option<&Alert>) -> Verdict {
        let since = self.passed(&self.track.damp, self.settings.due.damp_minutes);
        self.of_pad(open, since.map(|since| (Severity::Medium, since)))
    }

    fn pod_offline(&self) -> Verdict {
        let since = self.state.silent_since();
        let due = after(since, minutes(self.settings.offline.after_minutes));
        if self.at < due {
            return Verdict::Ceased(Why::Heard);
        }
        let again = self.settings.offline.again_after_minutes;
        let waits = self.state.offline_over_at.is_some_and(|over| self.at < after(over, minutes(again)));
        Verdict::Holds { severity: Severity::Medium, since, fresh: !waits }
    }

    fn battery_low(&self) -> Verdict {
        let pod = &self.state.pod;
        let critical = pod.critical_at.filter(|at| Some(*at) > pod.uncritical_at);
        let low = pod.low_at.filter(|at| Some(*at) > pod.charged_at);
        let fresh = pod.battery.is_some_and(|battery| self.is_fresh(battery.at));
        match (critical, low) {
            (Some(since), _) => Verdict::Holds { severity: Severity::Critical, since, fresh },
            (None, Some(since)) => Verdict::Holds { severity: Severity::Low, since, fresh },
            (None, None) => Verdict::Ceased(Why::Charged),
        }
    }

    fn no_void(&self) -> Verdict {
        // In a full pad no void can be seen.
        if self.track.last.is_none() || self.track.urgent.above.is_some() || self.state.pod.is_off() {
            return Verdict::Unclear;
        }
        let due = &self.settings.due;
        let since = self.last_void_at();
        let severity = if self.at >= after(since, minutes(due.no_void_long_minutes)) {
            Severity::High
        } else if self.at >= after(since, minutes(due.no_void_minutes)) {
            Severity::Medium
        } else {
            return Verdict::Ceased(Why::Wetted);
        };
        Verdict::Holds { severity, since, fresh: self.wetness_is_fresh() }
    }

    fn position_unchanged(&self) -> Verdict {
        let (Some(motion), Some(since)) = (self.state.pod.motion, self.still_since()) else {
            return Verdict::Unclear;
        };
        if self.state.pod.is_off() {
            return Verdict::Unclear;
        }
        if self.at < after(since, minutes(self.settings.position.unchanged_minutes)) {
            return Verdict::Ceased(Why::Moved);
        }
        Verdict::Holds { severity: Severity::Medium, since, fresh: self.is_fresh(motion.at) }
    }

    fn fall_suspected(&self, open: Option<&Alert>) -> Verdict {
        let pod = &self.state.pod;
        let still = seconds(self.settings.fall.still_seconds);
        let impact = pod.impact_at.filter(|impact| {
            Some(*impact) > pod.stirred_at
                && pod.motion.is_some_and(|motion| motion.at >= after(*impact, still))
        });
        match impact {
            Some(since) => {
                Verdict::Holds { severity: Severity::Critical, since, fresh: self.is_fresh(since) }
            }
            // Whoever fell and moves again is still to be looked after.
            None if open.is_some_and(|open| open.acknowledged.is_none()) => Verdict::Unclear,
            None => Verdict::Ceased(Why::Attended),
        }
    }

    /// Since when a threshold is passed for so long already.
    fn passed(&self, flag: &Flag, long: u32) -> Option<Moment> {
        flag.above.map(|since| after(since, minutes(long))).filter(|due| *due <= self.at)
    }

    fn wetness_is_fresh(&self) -> bool {
        self.track.last.is_some_and(|last| self.is_fresh(last.at))
    }

    fn is_fresh(&self, reading: Moment) -> bool {
        reading >= before(self.at, self.settings.late())
    }

    /// When the wearer last voided, or began to be watched.
    pub(super) fn last_void_at(&self) -> Moment {
        self.track.wetted_at.unwrap_or_else(|| self.state.watched_from())
    }

    /// Since when the position is unchanged, where motion was told.
    pub(super) fn still_since(&self) -> Option<Moment> {
        self.track.moved_at.or(self.state.pod.first_motion_at)
    }
}
