use chrono::TimeDelta;

use super::*;
use crate::clinical::continence::next_due;

/// Quiet from 22:00 to 6:00 of Berlin, an hour ahead of UTC in winter.
fn night() -> Wearer {
    let mut wearer = Wearer::with(json!({
        "timezone": "Europe/Berlin",
        "quiet": {"from": "22:00", "to": "06:00"},
        "off": ["no_void", "time_wet", "position_unchanged"],
        "escalation_minutes": []
    }));
    wearer.settings.due.wet_minutes = 7 * 24 * 60;
    wearer
}

/// 21:00 UTC, in minutes after 8:00.
const TEN: u32 = 13 * 60;

#[test]
fn quiet_hours_hold_a_change_that_is_due_until_they_are_over() {
    let mut wearer = night();
    wearer.steady(0, TEN - 1, 10.0).steady(TEN, TEN + 480, 80.0);
    assert_eq!(
        wearer.said(),
        ["21:01 held change_due", "21:06 void 20:59-21:00 70%", "05:00 raised change_due medium since 21:00"]
    );
}

#[test]
fn quiet_hours_hold_nothing_that_is_urgent() {
    let mut wearer = night();
    wearer.steady(0, TEN - 1, 10.0).steady(TEN, TEN + 2, 95.0);
    assert_eq!(wearer.said(), ["21:01 held change_due", "21:01 raised urgent high since 21:00"]);
}

#[test]
fn what_is_over_before_quiet_hours_are_is_never_told() {
    let mut wearer = night();
    wearer.steady(0, TEN - 1, 10.0).steady(TEN, TEN + 60, 80.0).change(f64::from(TEN) + 60.5).said();
    wearer.steady(TEN + 61, TEN + 490, 5.0);
    assert_eq!(wearer.said(), Vec::<String>::new());
}

#[test]
fn an_open_alert_is_not_told_on_in_quiet_hours() {
    let mut wearer = night();
    wearer.settings.escalation_minutes = vec![10, 20];
    wearer.steady(0, TEN - 6, 10.0).steady(TEN - 5, TEN + 492, 80.0);
    let told: Vec<_> = wearer.said().into_iter().filter(|said| said.contains("change_due")).collect();
    assert_eq!(
        told,
        [
            "20:56 raised change_due medium since 20:55",
            "05:00 escalated change_due 1",
            "05:10 escalated change_due 2"
        ]
    );
}

#[test]
fn the_end_of_quiet_hours_is_a_moment_that_is_due_by_the_clocks_of_the_place() {
    // Clocks of Berlin go from 2:00 to 3:00 on 29 March 2026 and from 3:00 to 2:00 on 25 October.
    let cases = [
        ("2026-03-28T23:00:00Z", "06:00", "2026-03-29T04:00:00Z"),
        ("2026-03-28T23:00:00Z", "02:30", "2026-03-29T01:00:00Z"),
        ("2026-10-24T23:00:00Z", "06:00", "2026-10-25T05:00:00Z"),
        ("2026-10-24T23:00:00Z", "02:30", "2026-10-25T00:30:00Z"),
    ];
    for (paired, to, end) in cases {
        let paired: DateTime<Utc> = paired.parse().unwrap();
        let patch = json!({"timezone": "Europe/Berlin", "quiet": {"from": "22:00", "to": to}});
        let settings = Settings::of([&patch]).unwrap();
        let mut state = State::paired(paired);
        for seconds in [0, 40] {
            let at = paired + TimeDelta::seconds(seconds);
            let reading = Reading::new(at, None, Channel::Wetness, 80.0).unwrap();
            advance(&settings, &mut state, Input::Reading(reading), at);
        }
        let mut due = Vec::new();
        while let Some(next) =
            next_due(&settings, &state).filter(|next| *next < paired + TimeDelta::hours(10))
        {
            due.push(next);
            // The pod is heard all night, so that its readings are fresh.
            let reading = Reading::new(next, None, Channel::Wetness, 80.0).unwrap();
            let outcomes = advance(&settings, &mut state, Input::Reading(reading), next);
            if outcomes.iter().any(
                |outcome| matches!(&outcome.what, What::Raised(alert) if alert.kind.as_str() == "change_due"),
            ) {
                assert_eq!(next, end.parse::<DateTime<Utc>>().unwrap());
            }
        }
        assert!(state.open().iter().any(|alert| alert.kind.as_str() == "change_due"), "{to} {due:?}");
    }
}
