//! What holds whatever is told, and in whichever order.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;
use crate::clinical::continence::{Event, EventKey, Kind, Status, next_due};

/// Seconds since the last reading, channel and value.
type Step = (i64, Channel, f64);

fn step() -> impl Strategy<Value = Step> {
    let wetness = prop_oneof![0.0..30.0, 40.0..60.0, 70.0..80.0, 85.0..100.0];
    prop_oneof![
        6 => (5_i64..200, Just(Channel::Wetness), wetness),
        2 => (0_i64..60, Just(Channel::Motion), 0.0..1.0),
        1 => (0_i64..60, Just(Channel::Battery), 0.0..40.0),
    ]
}

fn readings(steps: &[Step]) -> Vec<Reading> {
    let mut at = start();
    let taken = (0..).zip(steps).map(|(seq, (seconds, channel, value))| {
        at += TimeDelta::seconds(*seconds);
        Reading::new(at, Some(seq), *channel, *value).unwrap()
    });
    taken.collect()
}

/// All that was told, as whoever keeps it would have it at the end.
#[derive(Debug, PartialEq)]
struct Kept {
    events: BTreeMap<EventKey, Event>,
    open: Vec<Kind>,
    status: Status,
}

fn keep(settings: &Settings, told: &[(Reading, DateTime<Utc>)], end: DateTime<Utc>) -> Kept {
    let mut state = State::paired(start());
    let mut events = BTreeMap::new();
    for (reading, now) in told {
        for outcome in advance(settings, &mut state, Input::Reading(*reading), *now) {
            match outcome.what {
                What::Event(event) => drop(events.insert(event.key(), event)),
                What::Withdrawn(key) => assert!(events.remove(&key).is_some(), "{key:?} was never told"),
                What::Status(_) | What::Raised(_) | What::Risen(_) | What::Escalated(_) => {}
                What::Acknowledged(_) | What::Resolved { .. } | What::HeldBack(_) | What::Aside(_) => {}
            }
        }
    }
    let mut open: Vec<_> = state.open().iter().map(|alert| alert.kind).collect();
    open.sort();
    Kept { events, open, status: state.status(settings, end) }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_arrival_within_the_late_minutes_changes_nothing_that_is_kept(
        steps in prop::collection::vec(step(), 1..40),
        keys in prop::collection::vec(any::<u32>(), 40),
    ) {
        // No more than the late minutes may lie between the first and the last.
        let mut taken = readings(&steps);
        let end = taken[0].at() + TimeDelta::minutes(15);
        taken.retain(|reading| reading.at() <= end);
        let told: Vec<_> = taken.iter().map(|reading| (*reading, end)).collect();
        let mut shuffled: Vec<_> = told.iter().copied().zip(&keys).collect();
        shuffled.sort_by_key(|(_, key)| **key);
        let shuffled: Vec<_> = shuffled.into_iter().map(|(told, _)| told).collect();
        let settings = Settings::default();
        prop_assert_eq!(keep(&settings, &told, end), keep(&settings, &shuffled, end));
    }

    #[test]
    fn what_is_told_as_it_comes_is_what_a_whole_history_tells(steps in prop::collection::vec(step(), 1..200)) {
        let taken = readings(&steps);
        let told: Vec<_> = taken.iter().map(|reading| (*reading, reading.at())).collect();
        let settings = Settings::default();
        let kept = keep(&settings, &told, start() + TimeDelta::days(1)).events;
        let history = crate::clinical::continence::events(&settings, start(), &taken, &[]);
        prop_assert_eq!(kept.into_values().collect::<Vec<_>>(), {
            let mut history = history;
            history.sort_by_key(Event::key);
            history
        });
    }

    #[test]
    fn neither_batches_nor_restarts_nor_idle_ticks_change_what_is_said(
        steps in prop::collection::vec(step(), 1..120),
        stored in prop::collection::vec(any::<bool>(), 120),
        ticks in prop::collection::vec(0_i32..100, 120),
    ) {
        let settings = Settings::of([&json!({"off": []})]).unwrap();
        let (mut kept, mut stored_state) = (State::paired(start()), State::paired(start()));
        let (mut said, mut said_stored, mut before) = (Vec::new(), Vec::new(), start());
        for ((reading, store), tick) in readings(&steps).into_iter().zip(stored).zip(ticks) {
            let now = reading.at();
            said.extend(advance(&settings, &mut kept, Input::Reading(reading), now));
            let between = before + (now - before) * tick / 100;
            before = now;
            said_stored.extend(advance(&settings, &mut stored_state, Input::Tick, between));
            if store {
                stored_state = serde_json::from_str(&serde_json::to_string(&stored_state).unwrap()).unwrap();
            }
            said_stored.extend(advance(&settings, &mut stored_state, Input::Reading(reading), now));
        }
        prop_assert_eq!(said, said_stored);
    }

    #[test]
    fn nothing_that_is_told_breaks_the_engine(
        told in prop::collection::vec((any::<i32>(), -100_000_i64..1_000_000, 0_usize..11, 0.0..1.0), 1..150),
    ) {
        let settings = Settings::of([&json!({"off": [], "quiet": {"from": "22:00", "to": "06:00"}})]).unwrap();
        let mut state = State::paired(start());
        let mut numbers = Vec::new();
        for (now, at, what, share) in told {
            let now = start() + TimeDelta::seconds(i64::from(now).rem_euclid(1_000_000));
            let at = start() + TimeDelta::seconds(at);
            let input = match Channel::ALL.get(what) {
                Some(channel) => {
                    let value: f64 = (channel.range().end() - channel.range().start()) * share + channel.range().start();
                    let value = if *channel == Channel::Attached { value.round() } else { value };
                    Input::Reading(Reading::new(at, None, *channel, value).unwrap())
                }
                None if what == 7 => Input::Tick,
                None if what == 8 => Input::Change { at },
                None if what == 9 => Input::Soiled { at },
                None => Input::Acknowledged { alert: 1, by: "nurse/1".to_owned() },
            };
            for outcome in advance(&settings, &mut state, input, now) {
                if let What::Raised(alert) = outcome.what {
                    numbers.push(alert.number);
                }
            }
            let mut kinds: Vec<_> = state.open().iter().map(|alert| alert.kind).collect();
            kinds.sort();
            kinds.dedup();
            prop_assert_eq!(kinds.len(), state.open().len(), "two alerts of a kind are open");
            prop_assert!(next_due(&settings, &state).is_none_or(|due| due > now));
        }
        prop_assert!(numbers.is_sorted_by(|one, next| one + 1 == *next));
    }
}
