use chrono::TimeDelta;

use super::*;
use crate::clinical::continence::next_due;

#[test]
fn what_was_due_happens_at_its_moment_however_late_the_timer_is() {
    let mut prompt = Wearer::new();
    prompt.reads(0.0, Channel::Battery, 10.0);
    for step in 1..=144 {
        prompt.tick(f64::from(step) / 6.0);
    }
    let mut late = Wearer::new();
    late.reads(0.0, Channel::Battery, 10.0).tick(14.0).tick(24.0);
    assert_eq!(prompt.said, late.said);
    assert_eq!(prompt.state, late.state);
    let told = [
        "08:00 raised battery_low low since 08:00",
        "08:10 raised pod_offline medium since 08:00",
        "08:10 escalated battery_low 1",
        "08:20 escalated pod_offline 1",
        "08:20 escalated battery_low 2",
    ];
    let mut said = late.said();
    said.sort();
    let mut told = told.map(str::to_owned);
    told.sort();
    assert_eq!(said, told);
}

#[test]
fn nobody_is_told_of_what_was_due_while_the_server_was_away() {
    let mut wearer = Wearer::new();
    wearer.reads(0.0, Channel::Rssi, -50.0).tick(120.0);
    assert_eq!(wearer.said(), Vec::<String>::new(), "it was the server that heard nothing");
    wearer.tick(129.0).tick(130.0);
    assert_eq!(wearer.said(), ["10:10 raised pod_offline medium since 10:00"]);
}

#[test]
fn time_counts_from_when_the_pod_was_put_on_and_readings_from_before() {
    let mut wearer = Wearer::new();
    wearer.state = State::paired_since(start(), at(5.0));
    wearer.tick(5.0).tick(14.9);
    assert_eq!(wearer.said(), Vec::<String>::new());
    wearer.tick(15.0);
    assert_eq!(wearer.said(), ["08:15 raised pod_offline medium since 08:05"]);
    let mut wearer = Wearer::new();
    wearer.state = State::paired_since(start(), at(5.0));
    wearer.reads_late(2.0, 5.5, Channel::Battery, 10.0);
    assert_eq!(wearer.said(), ["08:05:30 raised battery_low low since 08:02"]);
}

#[test]
fn a_tick_before_the_next_moment_that_is_due_has_no_outcome() {
    let mut wearer = Wearer::new();
    wearer.steady(0, 3, 60.0).reads(3.0, Channel::Battery, 3.0).reads(3.0, Channel::Motion, 0.1);
    let mut ticks = 0;
    while let Some(due) = next_due(&wearer.settings, &wearer.state).filter(|due| *due < at(3.0 * 1440.0)) {
        let mut early = wearer.state.clone();
        let before = due - TimeDelta::milliseconds(1);
        assert_eq!(advance(&wearer.settings, &mut early, Input::Tick, before), [], "{before}");
        advance(&wearer.settings, &mut wearer.state, Input::Tick, due);
        ticks += 1;
    }
    assert!((5..40).contains(&ticks), "{ticks}");
    assert_eq!(next_due(&wearer.settings, &wearer.state), None);
}
