//! Which products a patient uses when, from DeviceRequests.

use chrono::{NaiveTime, Timelike};
use serde_json::Value;

use crate::vendors::smartz::codes::PRODUCT;
use crate::vendors::smartz::text::{list, of};
use crate::vendors::smartz::{time, wire};

/// The schedule that these make, by the times of the day. What another wrote in a form that this surface has no words for is left out.
#[must_use]
pub fn schedule(requests: &[Value]) -> wire::Schedule {
    let mut schedule: Vec<_> = requests.iter().filter_map(entry).collect();
    schedule.sort_by(|one, other| one.from.cmp(&other.from));
    wire::Schedule { schedule }
}

fn entry(request: &Value) -> Option<wire::Entry> {
    let product =
        list(request.get("codeCodeableConcept")?, "coding").find(|one| of(one, "system") == Some(PRODUCT))?;
    let repeat = request.get("occurrenceTiming")?.get("repeat")?;
    let begins: String = list(repeat, "timeOfDay").next()?.as_str()?.chars().take(5).collect();
    let from = time::minute(&begins)?;
    if of(repeat, "durationUnit") != Some("min") {
        return None;
    }
    let length = u16::try_from(repeat.get("duration")?.as_u64()?).ok()?;
    let end = from.checked_add(length)?;
    let to = if end > 24 * 60 { end.saturating_sub(24 * 60) } else { end };
    Some(wire::Entry {
        product_id: of(product, "code")?.to_owned(),
        from: time::of_minute(from),
        to: time::of_minute(to),
    })
}

/// The product that a request names, where its time of the day is now.
#[must_use]
pub fn at(request: &Value, now: NaiveTime) -> Option<String> {
    let entry = entry(request)?;
    let (from, to) = (time::minute(&entry.from)?, time::minute(&entry.to)?);
    let now = u16::try_from(now.num_seconds_from_midnight() / 60).ok()?;
    let is_now = if from < to { (from..to).contains(&now) } else { now >= from || now < to };
    is_now.then_some(entry.product_id)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fhir::validate::validate;
    use crate::vendors::smartz::to_fhir::schedule::{checked, revoked};

    fn sent(times: &[(&str, &str)]) -> wire::Schedule {
        let entries: Vec<_> =
            times.iter().map(|(from, to)| json!({ "productId": "b", "from": from, "to": to })).collect();
        serde_json::from_value(json!({ "schedule": entries })).unwrap()
    }

    #[test]
    fn times_that_overlap_or_are_none_are_refused() {
        let problem = |times: &[(&str, &str)]| checked(&sent(times)).unwrap_err().to_string();
        assert_eq!(problem(&[("07:00", "19:00"), ("18:59", "20:00")]), "schedule[1] overlaps another entry.");
        assert_eq!(problem(&[("19:00", "07:00"), ("06:00", "08:00")]), "schedule[1] overlaps another entry.");
        assert_eq!(problem(&[("22:00", "06:00"), ("23:00", "05:00")]), "schedule[1] overlaps another entry.");
        assert_eq!(problem(&[("00:00", "24:00"), ("12:00", "12:01")]), "schedule[1] overlaps another entry.");
        let same = "schedule[0].to must not be the time at which it begins.";
        assert_eq!(problem(&[("07:00", "07:00")]), same);
        assert_eq!(problem(&[("24:00", "07:00")]), same);
        assert_eq!(problem(&[("7", "19:00")]), "schedule[0].from must be a time of the day such as 07:00.");
        assert_eq!(problem(&[("00:00", "00:01"); 25]), "schedule may have at most 24 entries.");
    }

    #[test]
    fn a_schedule_comes_back_by_its_times() {
        for times in [
            vec![("00:00", "24:00")],
            vec![("07:00", "19:00"), ("19:00", "07:00")],
            vec![("00:00", "06:00"), ("06:00", "24:00")],
            vec![],
        ] {
            let now = "2026-11-21T12:00:00Z".parse().unwrap();
            let mut backwards = times.clone();
            backwards.reverse();
            let entries = checked(&sent(&backwards)).unwrap();
            let requests: Vec<_> =
                entries.iter().map(|one| one.request("r", "p", Some("Brief"), now)).collect();
            for request in &requests {
                assert_eq!(validate(request).map_err(|issues| format!("{issues:?}")).err(), None);
                assert_eq!(
                    validate(&revoked(request.clone())).map_err(|issues| format!("{issues:?}")).err(),
                    None
                );
            }
            let shown = serde_json::to_value(schedule(&requests)).unwrap();
            assert_eq!(shown, serde_json::to_value(sent(&times)).unwrap());
        }
    }

    #[test]
    fn a_product_is_worn_at_its_time_of_the_day() {
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        let worn = |from: &str, to: &str, clock: &str| {
            let entries = checked(&sent(&[(from, to)])).unwrap();
            let request = entries[0].request("r", "p", None, now);
            at(&request, clock.parse().unwrap()).is_some()
        };
        for clock in ["06:59:59", "19:00:00", "00:00:00"] {
            assert!(!worn("07:00", "19:00", clock) && worn("19:00", "07:00", clock), "{clock}");
        }
        for clock in ["07:00:00", "18:59:59"] {
            assert!(worn("07:00", "19:00", clock) && !worn("19:00", "07:00", clock), "{clock}");
        }
        assert!(worn("00:00", "24:00", "23:59:59") && worn("19:00", "24:00", "23:59:59"));
        assert_eq!(at(&serde_json::json!({}), NaiveTime::MIN), None);
    }
}
