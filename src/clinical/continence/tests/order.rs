use super::*;

#[test]
fn a_reading_of_before_the_pairing_is_not_of_this_wearer() {
    let mut wearer = Wearer::new();
    wearer.reads_late(-1.0, 1.0, Channel::Wetness, 99.0).input(1.0, Input::Change { at: at(-1.0) });
    assert_eq!(wearer.said(), ["08:01 aside before pairing", "08:01 aside before pairing"]);
    let status = wearer.state.status(&wearer.settings, at(1.0));
    assert_eq!((status.online, status.level, status.last_change_at), (true, None, None));
}

#[test]
fn a_reading_that_comes_twice_counts_once() {
    let mut wearer = Wearer::new();
    wearer.wet(&[(0.0, 80.0), (0.0, 80.0), (0.0, 10.0)]);
    assert_eq!(wearer.said(), ["08:00 aside repeated", "08:00 aside repeated"]);
    let change = Input::Change { at: at(1.0) };
    wearer.input(1.0, change.clone()).input(2.0, change);
    assert_eq!(wearer.said(), ["08:01 change 08:01", "08:02 aside repeated"]);
}

#[test]
fn what_is_more_than_a_quarter_of_an_hour_behind_is_history() {
    let mut wearer = Wearer::new();
    wearer.steady(0, 30, 10.0);
    wearer.reads_late(14.9, 30.0, Channel::Wetness, 95.0).reads_late(15.1, 30.0, Channel::Wetness, 12.0);
    assert_eq!(wearer.said(), ["08:30 aside too late"]);
}

#[test]
fn a_late_reading_takes_its_place_and_what_it_changes_is_told_anew() {
    let mut wearer = Wearer::new();
    wearer.steady(0, 2, 10.0).wet(&[(3.0, 30.0), (4.0, 30.0), (9.0, 30.0), (10.0, 30.0)]);
    assert_eq!(wearer.said(), ["08:10 void 08:02-08:03 20%"]);
    wearer.reads_late(2.5, 11.0, Channel::Wetness, 10.0);
    assert_eq!(wearer.said(), ["08:11 no void 08:02", "08:11 void 08:02:30-08:03 20%"]);
    wearer.reads_late(6.0, 12.0, Channel::Wetness, 34.0).reads_late(7.0, 12.0, Channel::Wetness, 34.0);
    wearer.reads_late(8.0, 12.0, Channel::Wetness, 34.0);
    assert_eq!(wearer.said(), ["08:12 no void 08:02:30"], "it went on, and may go on still");
    wearer.wet(&[(11.0, 34.0), (12.0, 34.0)]);
    assert_eq!(wearer.said(), ["08:12 void 08:02:30-08:06 24%"]);
}

#[test]
fn a_backlog_of_half_an_hour_tells_its_history_and_alerts_of_what_is_so_now() {
    let mut wearer = Wearer::with(json!({"off": ["pod_offline"]}));
    wearer.steady(0, 2, 5.0).tick(10.0).tick(40.0);
    for minute in 3..=40 {
        let percent = if minute < 10 {
            5.0
        } else if minute < 20 {
            80.0
        } else {
            30.0
        };
        wearer.reads_late(f64::from(minute), 40.0, Channel::Wetness, percent);
    }
    let told = ["08:40 void 08:09-08:10 75%", "08:40 possible_change 08:20 50%"];
    assert_eq!(wearer.said(), told, "nobody is told that a change was due at 8:10");
}

#[test]
fn a_pod_whose_clock_is_ahead_is_taken_by_the_servers() {
    let mut wearer = Wearer::new();
    wearer.reads_late(600.0, 1.0, Channel::Wetness, 80.0).reads_late(600.0, 2.0, Channel::Wetness, 80.0);
    assert_eq!(wearer.said(), ["08:02 raised change_due medium since 08:01"]);
    assert_eq!(wearer.state.status(&wearer.settings, at(2.0)).updated_at, Some(at(2.0)));
    wearer.reads_late(4.9, 3.0, Channel::Wetness, 80.0);
    assert_eq!(wearer.state.status(&wearer.settings, at(3.0)).updated_at, Some(at(4.9)));
}

#[test]
fn a_server_whose_clock_goes_back_keeps_its_time() {
    let mut wearer = Wearer::new();
    wearer.reads(0.0, Channel::Battery, 10.0).tick(9.0).reads(9.0, Channel::Rssi, -50.0).said();
    wearer.tick(5.0).tick(10.0).tick(3.0);
    assert_eq!(wearer.said(), ["08:10 escalated battery_low 1"]);
}

#[test]
fn a_state_is_read_back_as_it_was_and_another_version_is_refused() {
    let mut wearer = Wearer::new();
    wearer.steady(0, 20, 10.25).steady(21, 30, 77.7).reads(30.0, Channel::Battery, 3.0);
    let text = serde_json::to_string(&wearer.state).unwrap();
    assert_eq!(serde_json::from_str::<State>(&text).unwrap(), wearer.state);
    let other = text.replacen("\"version\":1", "\"version\":2", 1);
    assert!(serde_json::from_str::<State>(&other).unwrap_err().to_string().contains("version 2"));
}

#[test]
fn a_state_stays_small_whatever_a_pod_sends() {
    let mut wearer = Wearer::new();
    for step in 0..2_000_i32 {
        let minutes = f64::from(step) / 600.0;
        wearer.reads(minutes, Channel::Wetness, f64::from(step.rem_euclid(977)) / 10.0);
    }
    let size = serde_json::to_string(&wearer.state).unwrap().len();
    assert!(size < 20_000, "{size}");
}
