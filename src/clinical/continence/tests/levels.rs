use super::*;
use crate::clinical::continence::{Level, PadState, Position, Status};

fn status(wearer: &Wearer, minutes: f64) -> Status {
    wearer.state.status(&wearer.settings, at(minutes))
}

fn level(wearer: &Wearer, minutes: f64) -> (PadState, Level) {
    let status = status(wearer, minutes);
    (status.state, status.level.unwrap())
}

#[test]
fn a_wearer_of_whom_nothing_is_known_is_not_called_dry() {
    let mut wearer = Wearer::new();
    let nothing = Status::UNKNOWN;
    assert_eq!(status(&wearer, 0.0), nothing);
    wearer.reads(1.0, Channel::Battery, 80.0);
    assert_eq!(
        status(&wearer, 1.0),
        Status { online: true, battery_percent: Some(80.0), updated_at: Some(at(1.0)), ..nothing }
    );
}

#[test]
fn a_pod_that_is_silent_or_off_the_pad_says_nothing_of_it() {
    let mut wearer = Wearer::new();
    wearer.steady(0, 5, 10.0);
    assert_eq!(level(&wearer, 14.9), (PadState::Dry, Level::Dry));
    assert_eq!(level(&wearer, 15.0), (PadState::Unknown, Level::Dry));
    wearer.steady(6, 8, 10.0).reads(8.0, Channel::Attached, 0.0);
    assert_eq!(level(&wearer, 8.0), (PadState::Unknown, Level::Dry));
    wearer.reads(9.0, Channel::Attached, 1.0);
    assert_eq!(level(&wearer, 9.0), (PadState::Dry, Level::Dry));
}

#[test]
fn the_first_reading_is_shown_before_it_counts() {
    let mut wearer = Wearer::new();
    wearer.wet(&[(0.0, 95.0)]);
    assert_eq!(level(&wearer, 0.0), (PadState::Wet, Level::Urgent));
    assert_eq!(wearer.open(), Vec::<&str>::new());
}

#[test]
fn one_reading_or_two_within_half_a_minute_change_no_level() {
    let mut wearer = Wearer::new();
    wearer.steady(0, 2, 10.0).wet(&[(3.0, 80.0), (3.2, 80.0), (3.4, 10.0), (3.6, 80.0), (4.0, 80.0)]);
    assert_eq!(level(&wearer, 4.0).1, Level::Dry);
    wearer.wet(&[(4.1, 80.0)]);
    assert_eq!(level(&wearer, 4.1), (PadState::Wet, Level::Change));
}

/// What is shown as dry or wet never contradicts the percentage beside it.
#[test]
fn the_state_goes_by_the_newest_reading() {
    let mut wearer = Wearer::new();
    wearer.steady(0, 2, 10.0).wet(&[(3.0, 60.0)]);
    assert_eq!(level(&wearer, 3.0), (PadState::Wet, Level::Dry));
    wearer.steady(4, 6, 60.0).wet(&[(7.0, 3.0)]);
    assert_eq!(level(&wearer, 7.0), (PadState::Dry, Level::Wet));
    wearer.steady(8, 9, 60.0).wet(&[(10.0, 22.0)]);
    assert_eq!(level(&wearer, 10.0).0, PadState::Wet, "the threshold is left five percent below it");
    // What is of the old pad says nothing of the new one.
    wearer.steady(11, 12, 60.0).change(13.0).wet(&[(14.0, 60.0)]);
    assert_eq!(level(&wearer, 14.0).0, PadState::Dry);
}

#[test]
fn a_level_is_left_only_five_percent_below_its_threshold() {
    let mut wearer = Wearer::new();
    wearer.steady(0, 2, 76.0).steady(3, 10, 70.0);
    assert_eq!(level(&wearer, 10.0), (PadState::Wet, Level::Change));
    wearer.steady(11, 12, 69.9);
    assert_eq!(level(&wearer, 12.0), (PadState::Wet, Level::Wet));
    assert_eq!(status(&wearer, 12.0).saturation_percent, Some(69.9));
}

#[test]
fn stool_that_a_carer_saw_makes_a_pad_soiled_until_it_is_changed() {
    let mut wearer = Wearer::new();
    wearer.steady(0, 3, 10.0).input(4.0, Input::Soiled { at: at(4.0) });
    assert_eq!(wearer.said(), ["08:04 soiled 08:04", "08:04 raised change_due medium since 08:04"]);
    assert_eq!(level(&wearer, 4.0), (PadState::Soiled, Level::Dry));
    wearer.change(8.0);
    assert_eq!(wearer.said(), ["08:08 change 08:08", "08:08 resolved change_due changed"]);
    assert_eq!(level(&wearer, 8.0), (PadState::Dry, Level::Dry));
    assert_eq!(status(&wearer, 8.0).last_change_at, Some(at(8.0)));
}

#[test]
fn the_position_says_whether_the_wearer_moves() {
    let mut wearer = Wearer::new();
    wearer.reads(0.0, Channel::Motion, 0.3);
    assert_eq!(status(&wearer, 0.0).position, Some(Position::Moving));
    wearer.reads(1.0, Channel::Motion, 0.29).reads_late(0.5, 1.0, Channel::Motion, 0.9);
    assert_eq!(status(&wearer, 1.0).position, Some(Position::Still));
}

#[test]
fn a_status_is_told_when_it_looks_different_and_not_else() {
    let mut wearer = Wearer::new();
    let mut told = Vec::new();
    let samples = [10.0, 10.2, 10.4, 11.0, 11.0, 30.0, 30.0];
    for (minutes, percent) in (0..).map(f64::from).zip(samples) {
        let reading = Reading::new(at(minutes), None, Channel::Wetness, percent).unwrap();
        let outcomes = advance(&wearer.settings, &mut wearer.state, Input::Reading(reading), at(minutes));
        for outcome in outcomes {
            if let What::Status(status) = outcome.what {
                told.push((status.saturation_percent.unwrap(), status.level.unwrap()));
            }
        }
    }
    let expected = [(10.0, Level::Dry), (11.0, Level::Dry), (30.0, Level::Dry), (30.0, Level::Damp)];
    assert_eq!(told, expected);
}
