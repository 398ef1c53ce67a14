//! Days of a ward, told to the engine and to the model.

use chrono::TimeDelta;

use super::super::*;
use super::{Model, minutes};
use crate::clinical::continence::next_due;
use crate::clinical::continence::simulated::{Happening, Plan, Ward};

/// What comes to the server of one resident, in its order.
fn inputs(plan: Plan, hours: i64) -> Vec<(DateTime<Utc>, Input)> {
    let mut ward = Ward::new(plan);
    let mut inputs = Vec::new();
    while ward.now() < plan.start + minutes(60 * hours) {
        for (_, happening) in ward.step() {
            match happening {
                Happening::Sent(readings) => {
                    inputs.extend(readings.into_iter().map(|reading| (ward.now(), Input::Reading(reading))));
                }
                Happening::Changed => inputs.push((ward.now(), Input::Change { at: ward.now() })),
                Happening::ChangedSilently | Happening::Voided(_) => {}
            }
        }
    }
    inputs
}

/// Every third alert is taken on after three and a half minutes.
fn acknowledged(outcomes: &[Outcome]) -> impl Iterator<Item = (DateTime<Utc>, u32)> {
    outcomes.iter().filter_map(|outcome| match &outcome.what {
        What::Raised(alert) if alert.number.is_multiple_of(3) => {
            Some((outcome.at + TimeDelta::seconds(210), alert.number))
        }
        What::Raised(_) | What::Risen(_) | What::Escalated(_) | What::Acknowledged(_) => None,
        What::Resolved { .. } | What::HeldBack(_) | What::Aside(_) | What::Status(_) => None,
        What::Event(_) | What::Withdrawn(_) => None,
    })
}

fn row(outcome: &Outcome) -> Option<String> {
    let at = outcome.at;
    let told = match &outcome.what {
        What::Raised(alert) => {
            format!("raised {} {} {}", alert.kind.as_str(), alert.number, alert.severity.as_str())
        }
        What::Risen(alert) => {
            format!("risen {} {} {}", alert.kind.as_str(), alert.number, alert.severity.as_str())
        }
        What::Escalated(alert) => {
            format!("escalated {} {} {}", alert.kind.as_str(), alert.number, alert.escalations)
        }
        What::Acknowledged(alert) => {
            let by = &alert.acknowledged.as_ref().unwrap().by;
            format!("acknowledged {} {} {by}", alert.kind.as_str(), alert.number)
        }
        What::Resolved { alert, why } => {
            format!("resolved {} {} {}", alert.kind.as_str(), alert.number, why.as_str())
        }
        What::HeldBack(_) | What::Aside(_) | What::Status(_) | What::Event(_) | What::Withdrawn(_) => {
            return None;
        }
    };
    Some(format!("{at} {told}"))
}

/// Plays to the engine, ticking when it asks for it. Answers with what was said, and with the inputs and acknowledgements in their order.
fn played(
    settings: &Settings,
    paired: DateTime<Utc>,
    inputs: Vec<(DateTime<Utc>, Input)>,
) -> (Vec<String>, Vec<(DateTime<Utc>, Input)>) {
    let mut state = State::paired(paired);
    let (mut said, mut all) = (Vec::new(), Vec::new());
    let mut waiting: Vec<(DateTime<Utc>, u32)> = Vec::new();
    let mut inputs = inputs.into_iter().peekable();
    while let Some((next, _)) = inputs.peek() {
        let next = *next;
        waiting.sort();
        let acknowledges = waiting.first().copied().filter(|(at, _)| *at < next);
        let until = acknowledges.map_or(next, |(at, _)| at);
        let (now, input) = match next_due(settings, &state).filter(|due| *due < until) {
            Some(due) => (due, Input::Tick),
            None => match acknowledges {
                Some((at, alert)) => {
                    waiting.remove(0);
                    (at, Input::Acknowledged { alert, by: "nurse/1".to_owned() })
                }
                None => inputs.next().unwrap(),
            },
        };
        let outcomes = advance(settings, &mut state, input.clone(), now);
        waiting.extend(acknowledged(&outcomes));
        said.extend(outcomes.iter().filter_map(row));
        if input != Input::Tick {
            all.push((now, input));
        }
    }
    (said, all)
}

fn modelled(paired: DateTime<Utc>, quiet: bool, inputs: &[(DateTime<Utc>, Input)]) -> Vec<String> {
    let mut model = Model::new(paired, quiet);
    let mut second = paired;
    for (now, input) in inputs {
        while second < *now {
            // What came at this second was looked at already.
            second += TimeDelta::seconds(1);
            if second < *now {
                model.looks(second);
            }
        }
        model.takes(*now, input);
    }
    model.said
}

fn compare(seeds: std::ops::Range<u64>, quiet: bool, expected_kinds: &[&str]) {
    let patch = if quiet { json!({"quiet": {"from": "22:00", "to": "06:00"}}) } else { json!({}) };
    let settings = Settings::of([&patch]).unwrap();
    let mut kinds = std::collections::BTreeMap::new();
    for seed in seeds {
        let plan = Plan { seed, residents: 1, start: start(), every_seconds: 60, losses_a_day: 6.0 };
        let (mut said, all) = played(&settings, start(), inputs(plan, 26));
        let mut expected = modelled(start(), quiet, &all);
        said.sort();
        expected.sort();
        assert_eq!(said, expected, "seed {seed}");
        for row in said {
            let words: Vec<_> = row.split(' ').skip(3).take(2).collect();
            *kinds.entry(words.join(" ")).or_insert(0) += 1;
        }
    }
    for told in expected_kinds {
        assert!(kinds.contains_key(*told), "these days know no {told}: {kinds:?}");
    }
}

#[test]
fn alerts_of_simulated_days_are_those_of_a_model_that_remembers_everything() {
    let kinds = ["change_due", "urgent", "time_wet", "pod_offline", "battery_low", "position_unchanged"];
    compare(0..4, false, &kinds.map(|kind| format!("raised {kind}")).each_ref().map(String::as_str));
}

#[test]
fn alerts_of_simulated_nights_are_those_of_the_model_with_quiet_hours() {
    compare(100..103, true, &["raised change_due", "raised urgent", "risen urgent", "escalated change_due"]);
}
