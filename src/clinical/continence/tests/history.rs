use super::*;

#[test]
fn a_rise_that_stays_is_a_void_with_its_begin_and_end() {
    let mut wearer = Wearer::new();
    wearer.steady(0, 2, 4.0).wet(&[(3.0, 9.0), (4.0, 16.0), (5.0, 21.0), (6.0, 22.0)]).steady(7, 15, 22.5);
    assert_eq!(wearer.said(), ["08:13 void 08:02-08:07 18.5%"]);
}

#[test]
fn a_void_has_a_volume_where_the_pad_is_calibrated() {
    let mut wearer = Wearer::with(json!({"pad": {"absorbency_ml": 900, "calibrated": true}}));
    wearer.steady(0, 2, 0.0).steady(3, 10, 20.0);
    assert_eq!(wearer.said(), ["08:09 void 08:02-08:03 20% 180ml"]);
    let mut wearer = Wearer::with(json!({"pad": {"absorbency_ml": 900}}));
    wearer.steady(0, 2, 0.0).steady(3, 10, 20.0);
    assert_eq!(wearer.said(), ["08:09 void 08:02-08:03 20%"]);
}

#[test]
fn a_slow_rise_and_one_odd_reading_are_no_voids() {
    let mut wearer = Wearer::new();
    for minute in 0..120 {
        wearer.wet(&[(f64::from(minute), f64::from(minute) * 0.2)]);
    }
    wearer.wet(&[(120.0, 90.0)]).steady(121, 130, 24.0).wet(&[(131.0, 0.0)]).steady(132, 140, 24.0);
    assert_eq!(wearer.said(), Vec::<String>::new());
}

#[test]
fn a_rise_in_two_goes_with_a_pause_is_two_voids() {
    let mut wearer = Wearer::new();
    wearer.steady(0, 3, 0.0).steady(4, 12, 10.0).steady(13, 25, 20.0);
    assert_eq!(wearer.said(), ["08:10 void 08:03-08:04 10%", "08:19 void 08:12-08:13 10%"]);
}

#[test]
fn a_large_fall_that_nobody_told_of_is_a_possible_change() {
    let mut wearer = Wearer::new();
    wearer.steady(0, 5, 60.0).steady(6, 10, 40.0);
    assert_eq!(wearer.said(), Vec::<String>::new(), "twenty percent are not more than twenty");
    wearer.steady(11, 15, 3.0);
    assert_eq!(wearer.said(), ["08:13 possible_change 08:11 57%"]);
}

#[test]
fn a_change_that_is_told_after_it_was_found_is_that_one() {
    let mut wearer = Wearer::new();
    wearer.steady(0, 5, 60.0).steady(6, 10, 3.0).said();
    wearer.change(15.0);
    assert_eq!(wearer.said(), ["08:15 change 08:15"]);
    assert_eq!(wearer.state.status(&wearer.settings, at(15.0)).last_change_at, Some(at(6.0)));
}

#[test]
fn a_change_that_is_told_before_its_fall_is_seen_is_that_one() {
    let mut wearer = Wearer::new();
    wearer.steady(0, 5, 60.0).change(5.5).steady(6, 12, 60.0).steady(13, 16, 3.0);
    assert_eq!(wearer.said(), ["08:05:30 change 08:05:30"]);
    wearer.steady(17, 25, 40.0).steady(26, 30, 2.0);
    assert_eq!(wearer.said(), ["08:23 void 08:16-08:17 37%", "08:28 possible_change 08:26 38%"]);
}

#[test]
fn a_change_ends_a_void() {
    let mut wearer = Wearer::new();
    wearer.steady(0, 2, 5.0).steady(3, 5, 40.0).change(6.0);
    assert_eq!(wearer.said(), ["08:06 void 08:02-08:03 35%", "08:06 change 08:06"]);
}

#[test]
fn a_change_of_an_hour_ago_is_kept_and_changes_nothing_else() {
    let mut wearer = Wearer::new();
    wearer.steady(0, 90, 80.0).said();
    wearer.input(91.0, Input::Change { at: at(20.0) });
    assert_eq!(wearer.said(), ["09:31 change 08:20"]);
    assert_eq!(wearer.state.status(&wearer.settings, at(91.0)).last_change_at, Some(at(20.0)));
    assert_eq!(wearer.open(), ["change_due"]);
}

#[test]
fn the_same_events_are_told_of_a_whole_history() {
    let mut wearer = Wearer::new();
    let mut readings = Vec::new();
    for (minute, percent) in (0..).map(f64::from).zip([2.0; 5].into_iter().chain([30.0; 10]).chain([3.0; 10]))
    {
        readings.push(Reading::new(at(minute), None, Channel::Wetness, percent).unwrap());
        wearer.reads(minute, Channel::Wetness, percent);
    }
    readings.reverse();
    let events = crate::clinical::continence::events(&wearer.settings, start(), &readings, &[]);
    let told: Vec<_> = events.into_iter().map(|event| (event.kind.as_str(), event.at)).collect();
    assert_eq!(told, [("void", at(4.0)), ("possible_change", at(15.0))]);
    assert_eq!(wearer.said(), ["08:11 void 08:04-08:05 28%", "08:17 possible_change 08:15 27%"]);
}
