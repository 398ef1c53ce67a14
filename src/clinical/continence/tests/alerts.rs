use super::*;

#[test]
fn a_change_is_due_from_three_quarters_and_once() {
    let mut wearer = Wearer::new();
    wearer.steady(0, 2, 10.0).steady(3, 9, 75.0);
    assert_eq!(wearer.said(), ["08:04 raised change_due medium since 08:03", "08:09 void 08:02-08:03 65%"]);
    wearer.steady(10, 12, 72.0).steady(13, 20, 76.0).tick(13.5);
    assert_eq!(wearer.said(), ["08:14 escalated change_due 1"]);
    assert_eq!(wearer.open(), ["change_due"]);
}

#[test]
fn a_change_is_due_when_it_was_wet_for_an_hour() {
    let mut wearer = Wearer::new();
    wearer.steady(0, 70, 50.0);
    assert_eq!(wearer.said(), ["09:00 raised change_due medium since 09:00", "09:10 escalated change_due 1"]);
}

#[test]
fn a_full_pad_is_urgent_and_a_leaking_one_critical() {
    let mut wearer = Wearer::new();
    wearer.steady(0, 2, 90.0);
    assert_eq!(
        wearer.said(),
        ["08:01 raised change_due medium since 08:00", "08:01 raised urgent high since 08:00"]
    );
    wearer.steady(3, 4, 98.0);
    assert_eq!(wearer.said(), ["08:04 leak 08:03 98%", "08:04 risen urgent critical"]);
}

#[test]
fn four_hours_of_damp_are_told_of() {
    let mut wearer = Wearer::new();
    wearer.steady(0, 250, 30.0);
    assert_eq!(wearer.said(), ["12:00 raised time_wet medium since 12:00", "12:10 escalated time_wet 1"]);
}

#[test]
fn a_change_ends_what_is_told_of_the_pad() {
    let mut wearer = Wearer::new();
    wearer.steady(0, 2, 92.0).said();
    wearer.change(5.0).steady(6, 7, 92.0).steady(8, 20, 2.0);
    assert_eq!(
        wearer.said(),
        ["08:05 change 08:05", "08:05 resolved change_due changed", "08:05 resolved urgent changed"]
    );
}

#[test]
fn a_pad_that_stays_wet_after_a_told_change_is_told_of_again() {
    let mut wearer = Wearer::new();
    wearer.steady(0, 2, 80.0).change(5.0).said();
    wearer.steady(6, 11, 80.0);
    assert_eq!(wearer.said(), ["08:11 raised change_due medium since 08:10"]);
}

#[test]
fn a_level_that_falls_ends_its_alert() {
    let mut wearer = Wearer::new();
    wearer.steady(0, 2, 92.0).said();
    wearer.steady(3, 4, 84.0);
    assert_eq!(wearer.said(), ["08:04 resolved urgent level_fell"]);
    wearer.steady(5, 6, 69.0);
    assert_eq!(wearer.said(), ["08:06 resolved change_due level_fell"]);
}

#[test]
fn a_pod_that_is_pulled_off_ends_no_alert_of_the_pad_and_raises_none() {
    let mut wearer = Wearer::new();
    wearer.steady(0, 2, 80.0).reads(2.0, Channel::Attached, 0.0).said();
    wearer.steady(3, 4, 95.0).steady(5, 8, 0.0);
    assert_eq!(wearer.open(), ["change_due"]);
    wearer.change(9.0);
    assert_eq!(wearer.open(), Vec::<&str>::new());
}

#[test]
fn ten_minutes_of_silence_are_told_of_and_end_with_the_next_reading() {
    let mut wearer = Wearer::new();
    wearer.reads(0.0, Channel::Rssi, -60.0).tick(9.9).tick(10.0).tick(11.0).reads(13.0, Channel::Rssi, -60.0);
    let once = ["08:10 raised pod_offline medium since 08:00", "08:13 resolved pod_offline heard"];
    assert_eq!(wearer.said(), once);
}

#[test]
fn a_pod_that_was_never_heard_is_offline() {
    let mut wearer = Wearer::new();
    assert_eq!(wearer.tick(10.0).said(), ["08:10 raised pod_offline medium since 08:00"]);
}

#[test]
fn a_pod_that_comes_and_goes_is_told_of_at_most_every_quarter_of_an_hour() {
    let mut wearer = Wearer::with(json!({"escalation_minutes": []}));
    for minutes in [0.0, 11.0, 22.0, 33.0, 44.0] {
        wearer.tick(minutes).reads(minutes, Channel::Rssi, -60.0);
    }
    assert_eq!(
        wearer.said(),
        [
            "08:10 raised pod_offline medium since 08:00",
            "08:11 resolved pod_offline heard",
            "08:32 raised pod_offline medium since 08:22",
            "08:33 resolved pod_offline heard",
        ]
    );
}

#[test]
fn a_battery_is_low_then_critical_and_good_again_well_above() {
    let mut wearer = Wearer::new();
    for (minutes, percent) in
        [(0.0, 20.0), (1.0, 19.0), (2.0, 21.0), (3.0, 24.9), (4.0, 4.9), (5.0, 8.0), (6.0, 25.0)]
    {
        wearer.reads(minutes, Channel::Battery, percent);
    }
    let said = wearer.said();
    assert_eq!(
        said,
        [
            "08:01 raised battery_low low since 08:01",
            "08:04 risen battery_low critical",
            "08:06 resolved battery_low charged"
        ]
    );
}

#[test]
fn no_void_for_eight_hours_is_a_question_and_for_twelve_a_louder_one() {
    let mut wearer = Wearer::with(json!({"escalation_minutes": []}));
    wearer.steady(0, 725, 10.0).steady(726, 730, 16.0);
    assert_eq!(
        wearer.said(),
        [
            "16:00 raised no_void medium since 08:00",
            "20:00 risen no_void high",
            "20:07 resolved no_void wetted"
        ]
    );
}

#[test]
fn in_a_full_pad_no_void_is_missed() {
    let mut wearer = Wearer::with(json!({"off": ["change_due", "urgent", "time_wet"]}));
    assert_eq!(wearer.steady(0, 725, 95.0).said(), Vec::<String>::new());
}

#[test]
fn two_hours_without_movement_are_told_of_until_the_wearer_moves() {
    let mut wearer = Wearer::with(json!({"escalation_minutes": []}));
    wearer.reads(0.0, Channel::Motion, 0.8);
    for minute in 1..=130 {
        wearer.reads(f64::from(minute), Channel::Motion, 0.1);
    }
    wearer.reads(131.0, Channel::Motion, 0.3);
    assert_eq!(
        wearer.said(),
        [
            "10:00 raised position_unchanged medium since 08:00",
            "10:11 turned 10:11",
            "10:11 resolved position_unchanged moved"
        ]
    );
}

#[test]
fn falls_are_not_suspected_unless_switched_on() {
    let mut wearer = Wearer::new();
    wearer.reads(0.0, Channel::Motion, 1.0).reads(1.0, Channel::Motion, 0.0);
    assert_eq!(wearer.said(), Vec::<String>::new());
}

#[test]
fn an_impact_without_movement_after_it_is_a_suspected_fall_until_somebody_looked() {
    let mut wearer = Wearer::with(json!({"off": []}));
    wearer.reads(0.0, Channel::Motion, 1.0).reads(0.2, Channel::Motion, 0.2);
    wearer.reads(1.0, Channel::Motion, 0.0);
    assert_eq!(wearer.said(), Vec::<String>::new(), "who stirs has not fallen");
    wearer.reads(2.0, Channel::Motion, 1.0).reads(2.4, Channel::Motion, 0.05);
    assert_eq!(wearer.said(), Vec::<String>::new());
    wearer.reads(2.5, Channel::Motion, 0.05).reads(3.0, Channel::Motion, 0.5);
    assert_eq!(wearer.said(), ["08:02:30 raised fall_suspected critical since 08:02"]);
    wearer.input(4.0, Input::Acknowledged { alert: 1, by: "nurse/1".to_owned() });
    assert_eq!(
        wearer.said(),
        ["08:04 acknowledged fall_suspected by nurse/1", "08:04 resolved fall_suspected attended"]
    );
}

#[test]
fn an_alert_is_told_on_after_ten_and_twenty_minutes_unless_somebody_takes_it_on() {
    let mut wearer = Wearer::new();
    wearer.reads(0.0, Channel::Battery, 10.0);
    for minute in 1..=60 {
        wearer.reads(f64::from(minute), Channel::Rssi, -50.0);
    }
    let told_on = [
        "08:00 raised battery_low low since 08:00",
        "08:10 escalated battery_low 1",
        "08:20 escalated battery_low 2",
    ];
    assert_eq!(wearer.said(), told_on);
    let mut wearer = Wearer::new();
    wearer.reads(0.0, Channel::Battery, 10.0).said();
    let nurse = |alert, by: &str| Input::Acknowledged { alert, by: by.to_owned() };
    wearer.input(1.0, nurse(2, "nurse/1")).input(1.0, nurse(1, " ")).input(1.0, nurse(1, "nurse/1"));
    wearer.input(2.0, nurse(1, "nurse/2")).reads(9.0, Channel::Rssi, -50.0).tick(18.0);
    assert_eq!(
        wearer.said(),
        [
            "08:01 aside no such alert",
            "08:01 aside nobody named",
            "08:01 acknowledged battery_low by nurse/1",
            "08:02 aside already acknowledged",
        ]
    );
}

#[test]
fn an_alert_that_rises_is_told_again_although_somebody_took_it_on() {
    let mut wearer = Wearer::new();
    wearer.reads(0.0, Channel::Battery, 10.0);
    wearer.input(1.0, Input::Acknowledged { alert: 1, by: "nurse/1".to_owned() }).said();
    wearer.reads(2.0, Channel::Battery, 4.0).reads(11.0, Channel::Rssi, -50.0).tick(12.0);
    assert_eq!(wearer.said(), ["08:02 risen battery_low critical", "08:12 escalated battery_low 1"]);
}

#[test]
fn a_kind_that_is_switched_off_is_not_raised_and_what_is_open_of_it_ends() {
    let mut wearer = Wearer::new();
    wearer.steady(0, 2, 80.0).said();
    wearer.settings = Settings::of([&json!({"off": ["change_due"]})]).unwrap();
    wearer.steady(3, 5, 80.0);
    assert_eq!(wearer.said(), ["08:03 resolved change_due switched_off"]);
}

#[test]
fn when_a_pod_is_taken_from_its_wearer_all_ends() {
    let mut wearer = Wearer::new();
    wearer.steady(0, 2, 92.0).said();
    wearer.input(3.0, Input::Unpaired).wet(&[(4.0, 99.0), (5.0, 99.0)]).tick(600.0);
    assert_eq!(
        wearer.said(),
        [
            "08:03 resolved change_due unpaired",
            "08:03 resolved urgent unpaired",
            "08:04 aside over",
            "08:05 aside over",
            "18:00 aside over"
        ]
    );
}
