//! What lasts for a time, found by when it begins and ends. <https://hl7.org/fhir/R4/search.html#date>

use chrono::DateTime;
use serde_json::{Value, json};

use super::{Named, entries, found, pages};
use crate::fhir::observation;
use crate::harness::{Fhir, Server};

/// The beginning of 2020, in seconds.
const NEW_YEAR: i64 = 1_577_836_800;
const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

fn written(second: i64) -> String {
    let time = DateTime::from_timestamp(NEW_YEAR + second, 0).unwrap();
    time.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The first second, the first one after, and how it is written.
type Time = (i64, i64, Value);

/// Times of many lengths that begin around the new year.
fn times() -> Vec<Time> {
    let period = |first: i64, after: i64| json!({ "effectivePeriod": { "start": written(first), "end": written(after - 1) } });
    let mut times: Vec<Time> = vec![
        (0, DAY, json!({ "effectiveDateTime": "2020-01-01" })),
        (-DAY, 0, json!({ "effectiveDateTime": "2019-12-31" })),
        (-365 * DAY, 0, json!({ "effectiveDateTime": "2019" })),
        (-40 * DAY, i64::MAX, json!({ "effectivePeriod": { "start": written(-40 * DAY) } })),
        (HOUR, i64::MAX, json!({ "effectivePeriod": { "start": written(HOUR) } })),
        (i64::MIN, -HOUR, json!({ "effectivePeriod": { "end": written(-HOUR - 1) } })),
        (i64::MIN, HOUR, json!({ "effectivePeriod": { "end": written(HOUR - 1) } })),
    ];
    for first in [-40 * DAY, -DAY - 1, -DAY, -HOUR, -2, -1, 0, 1, HOUR, 2 * DAY] {
        times.push((first, first + 1, json!({ "effectiveDateTime": written(first) })));
        for length in [2, HOUR, DAY, DAY + 1, 60 * DAY] {
            times.push((first, first + length, period(first, first + length)));
        }
    }
    times
}

/// An Observation of each time, named by its place in the order of time, and one that tells none.
async fn stored<'a>(fhir: &'a Fhir<'a>) -> (Named<'a>, Vec<Time>) {
    let mut times = times();
    times.sort_by_key(|(first, ..)| *first);
    let mut named = Named::new(fhir);
    for (at, (_, _, effective)) in times.iter().enumerate() {
        let mut observation = observation(if at % 2 == 0 { "8867-4" } else { "9279-1" });
        observation["category"] = json!([{ "coding": [{ "system": "urn:c", "code": "x" }] }]);
        observation.as_object_mut().unwrap().extend(effective.as_object().unwrap().clone());
        named.store(&format!("{at:02}"), &observation).await;
    }
    let mut untold = observation("8867-4");
    untold["category"] = json!([{ "coding": [{ "system": "urn:c", "code": "x" }] }]);
    named.store("untold", &untold).await;
    (named, times)
}

/// Whether a time stands so to another, by the words of the specification.
fn stands(prefix: &str, (first, after): (i64, i64), (low, high): (i64, i64)) -> bool {
    let within = first >= low && after <= high;
    match prefix {
        "" => within,
        "ne" => !within,
        "gt" => after > high,
        "lt" => first < low,
        "ge" => after > high || within,
        "le" => first < low || within,
        "sa" => first >= high,
        "eb" => after <= low,
        other => panic!("{other}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lasts_is_found_by_its_beginning_and_its_end() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let (named, times) = stored(&fhir).await;
    for (value, asked) in [
        ("2020-01-01", (0, DAY)),
        ("2020-01-01T00:00:00Z", (0, 1)),
        ("2019-12-31T23:59:59Z", (-1, 0)),
        ("2019", (-365 * DAY, 0)),
    ] {
        for prefix in ["", "ne", "gt", "lt", "ge", "le", "sa", "eb"] {
            let matches = times.iter().enumerate();
            let matches = matches.filter(|(_, (first, after, _))| stands(prefix, (*first, *after), asked));
            let mut wanted: Vec<_> = matches.map(|(at, _)| format!("{at:02}")).collect();
            let date = format!("date={prefix}{value}");
            for beside in ["category=urn:c%7Cx", "code=8867-4,9279-1", "status:not=cancelled", ""] {
                let query = format!("/Observation?{beside}&{date}");
                assert_eq!(named.in_order(&format!("{query}&_count=100")).await, wanted.join(" "), "{query}");
                let counted = fhir.get(&format!("{query}&_summary=count")).await.json();
                assert_eq!(counted["total"], json!(wanted.len()), "{query}");
            }
            wanted.reverse();
            let query = format!("/Observation?category=urn:c%7Cx&{date}&_sort=-date");
            assert_eq!(named.in_order(&format!("{query}&_count=100")).await, wanted.join(" "), "{query}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_what_lasts_neither_lose_nor_repeat_any() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let (named, _) = stored(&fhir).await;
    for query in [
        "category=urn:c%7Cx&date=ge2020-01-01",
        "category=urn:c%7Cx&date=ge2020-01-01&_sort=-date",
        "category=urn:c%7Cx&date=gt2019&_sort=date",
        "category=urn:c%7Cx&date=ap2020-01-01",
        "category=urn:c%7Cx&date=ge2019-12&date=lt2020-01-02",
        "code=8867-4,9279-1&date=ge2020-01-01",
        "date=ge2020-01-01&_sort=-date",
        "date=ge2020-01-01&status:not=cancelled",
        "category=urn:c%7Cx&_sort=date",
        "code=8867-4,9279-1&_sort=date",
        "_sort=date",
    ] {
        let whole = found(&fhir, &format!("/Observation?{query}&_count=100")).await;
        // By another order, the conditions are put to all.
        let mut others =
            entries(&fhir.get(&format!("/Observation?{query}&_sort=_id&_count=100")).await.json());
        if !query.contains("_sort") {
            let mut sorted = whole.clone();
            others.sort();
            sorted.sort();
            assert_eq!(sorted, others, "{query}");
        }
        assert!(whole.len() > 14, "{query}");
        for count in [2, 7] {
            let pages = pages(&fhir, &format!("/Observation?{query}&_count={count}")).await;
            assert_eq!(pages.concat(), whole, "{query} by {count}");
        }
    }
    let all = named.in_order("/Observation?_sort=date&_count=100").await;
    assert!(all.starts_with("00 01") && all.ends_with(" untold"), "{all}");
}
