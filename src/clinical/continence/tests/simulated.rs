use chrono::TimeDelta;

use super::*;
use crate::clinical::continence::EventKind;
use crate::clinical::continence::simulated::{Happening, Plan, Ward};

fn plan(seed: u64, residents: usize, losses_a_day: f64) -> Plan {
    Plan { seed, residents, start: start(), every_seconds: 60, losses_a_day }
}

fn day(plan: Plan) -> Vec<(DateTime<Utc>, usize, Happening)> {
    let mut ward = Ward::new(plan);
    let mut day = Vec::new();
    while ward.now() < start() + TimeDelta::hours(24) {
        let happenings = ward.step();
        day.extend(happenings.into_iter().map(|(resident, what)| (ward.now(), resident, what)));
    }
    let rest = ward.rest();
    day.extend(
        rest.into_iter().map(|(resident, readings)| (ward.now(), resident, Happening::Sent(readings))),
    );
    day
}

#[test]
fn the_same_seed_makes_the_same_ward_and_another_one_another() {
    assert!(day(plan(1, 2, 4.0)) == day(plan(1, 2, 4.0)));
    assert!(day(plan(1, 2, 4.0)) != day(plan(2, 2, 4.0)));
}

#[test]
fn what_a_pod_measured_while_its_radio_was_lost_comes_later_and_nothing_is_lost() {
    let mut numbers = Vec::new();
    let mut latest = TimeDelta::zero();
    for (now, _, what) in day(plan(3, 1, 8.0)) {
        if let Happening::Sent(readings) = what {
            let wetness = readings.iter().filter(|reading| reading.channel() == Channel::Wetness);
            numbers.extend(wetness.map(|reading| reading.seq().unwrap()));
            latest = latest.max(now - readings[0].at());
        }
    }
    assert_eq!(numbers, (0..24 * 60).collect::<Vec<_>>());
    assert!(latest > TimeDelta::minutes(2), "{latest}");
}

#[test]
fn most_voids_of_a_made_up_ward_are_found_and_few_that_were_none() {
    let (mut voids, mut missed, mut found) = (0, 0, 0);
    let days = day(plan(4, 8, 0.0));
    for resident in 0..8 {
        let own: Vec<_> = days.iter().filter(|(_, number, _)| *number == resident).collect();
        let (mut readings, mut changes, mut truths) = (Vec::new(), Vec::new(), Vec::new());
        for (now, _, what) in own {
            match what {
                Happening::Sent(sent) => readings.extend(sent.iter().copied()),
                Happening::Changed => changes.push(*now),
                Happening::ChangedSilently => {}
                Happening::Voided(_) => truths.push(*now),
            }
        }
        let events = crate::clinical::continence::events(&Settings::default(), start(), &readings, &changes);
        let told: Vec<_> = events.into_iter().filter(|event| event.kind == EventKind::Void).collect();
        found += told.len();
        voids += truths.len();
        let seen = |truth: &DateTime<Utc>| {
            told.iter().any(|void| {
                let end = void.end.unwrap() + TimeDelta::minutes(2);
                (void.at - TimeDelta::minutes(6)..=end).contains(truth)
            })
        };
        missed += truths.iter().filter(|truth| !seen(truth)).count();
    }
    assert!(voids > 30, "{voids}");
    assert!(missed * 10 <= voids, "{missed} of {voids} were missed");
    assert!(found * 10 <= voids * 11, "{found} were told of {voids}");
}
