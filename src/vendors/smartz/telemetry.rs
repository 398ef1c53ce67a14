//! Checking what a node sends.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};

use super::caller::NodeCaller;
use super::errors::Refusal;
use super::to_fhir::device::Kind;
use super::{derived, devices, from_fhir, store, text, time, wire};
use crate::clinical::continence::{Channel, Reading};
use crate::identity::{Agent, Caller};
use crate::records::Records;
use crate::records::pods::Key;

/// So many readings a batch has at most.
const MOST: usize = 5_000;
/// Readings that are older are refused: for so long it is known which were taken.
pub const OLDEST: TimeDelta = TimeDelta::days(30);
/// Clocks differ; a reading from further ahead is of a clock that is wrong.
const AHEAD: TimeDelta = TimeDelta::hours(1);
/// Clocks that differ by so little are as good as the server's.
const CLOCKS: TimeDelta = TimeDelta::minutes(2);
/// So many devices are asked for at the same time.
const AT_ONCE: usize = 200;

/// A batch, checked.
#[derive(Debug)]
pub struct Batch {
    /// The readings of each pod, by the id of its Device, each with what tells it from others.
    pub pods: BTreeMap<String, Vec<(Key, Reading)>>,
    /// How many readings were sent.
    pub count: usize,
    /// Where in the batch each pod is named first.
    named: BTreeMap<String, usize>,
}

impl Batch {
    /// Checks what was sent.
    ///
    /// # Errors
    /// Which reading is wrong, and how.
    pub fn checked(sent: &wire::Batch, organisation: &str, now: DateTime<Utc>) -> Result<Self, Refusal> {
        if sent.readings.is_empty() || sent.readings.len() > MOST {
            return Err(Refusal::field("readings", "must be 1 to 5000"));
        }
        let mut batch = Self { pods: BTreeMap::new(), count: sent.readings.len(), named: BTreeMap::new() };
        for (at, one) in sent.readings.iter().enumerate() {
            let field = |name: &str| format!("readings[{at}].{name}");
            let serial = text::required(&field("podSerial"), &one.pod_serial, text::NAME)?;
            let device = derived::device(organisation, &serial);
            let reading = reading(&field, one, now)?;
            let key = key(&device, &reading)
                .ok_or_else(|| Refusal::field(&field("seq"), "must be less than 9223372036854775808"))?;
            batch.named.entry(device.clone()).or_insert(at);
            batch.pods.entry(device).or_default().push((key, of_now(reading, now)));
        }
        for readings in batch.pods.values_mut() {
            readings.sort_by_key(|(_, reading)| (reading.at(), reading.seq()));
        }
        Ok(batch)
    }

    /// What tells the readings from others, with their times; what is there twice once.
    #[must_use]
    pub fn keys(&self) -> Vec<(Key, DateTime<Utc>)> {
        let all = self.pods.values().flatten().map(|(key, reading)| (key.clone(), reading.at()));
        let mut keys: Vec<_> = all.collect();
        // In one order at all replicas: they wait for each other's rows.
        keys.sort();
        keys.dedup_by(|one, other| one.0 == other.0);
        keys
    }

    /// The readings of each pod that were not taken before, in the order of their times.
    #[must_use]
    pub fn fresh(&self, fresh: &[Key]) -> BTreeMap<String, Vec<Reading>> {
        let mut left: HashSet<&Key> = fresh.iter().collect();
        let mut all: BTreeMap<String, Vec<Reading>> = BTreeMap::new();
        for (device, readings) in &self.pods {
            let own = readings.iter().filter(|(key, _)| left.remove(key)).map(|(_, reading)| *reading);
            let own: Vec<_> = own.collect();
            if !own.is_empty() {
                all.insert(device.clone(), own);
            }
        }
        all
    }
}

fn reading(
    field: &impl Fn(&str) -> String,
    sent: &wire::Reading,
    now: DateTime<Utc>,
) -> Result<Reading, Refusal> {
    let channel: Channel = sent.channel.parse().map_err(|_| {
        let word: String = sent.channel.chars().filter(|c| !c.is_control()).take(40).collect();
        let known = Channel::ALL.map(Channel::as_str).join(", ");
        Refusal::field(&field("channel"), &format!("\"{word}\" is none of {known}"))
    })?;
    let at = time::read(&field("at"), &sent.at)?;
    if at > now + AHEAD {
        return Err(Refusal::field(&field("at"), "is more than an hour ahead: the clock is wrong"));
    }
    if at < now - OLDEST {
        return Err(Refusal::field(&field("at"), "is more than 30 days ago"));
    }
    Reading::new(at, sent.seq, channel, sent.value)
        .map_err(|fault| Refusal::field(&field("value"), &fault.to_string()))
}

/// A reading of a clock that is ahead is judged as of now, and stored so: what is measured tomorrow would be the latest until then.
fn of_now(reading: Reading, now: DateTime<Utc>) -> Reading {
    if reading.at() <= now + CLOCKS {
        return reading;
    }
    Reading::new(now, reading.seq(), reading.channel(), reading.value()).unwrap_or(reading)
}

fn key(device: &str, reading: &Reading) -> Option<Key> {
    let place = Channel::ALL.into_iter().position(|channel| channel == reading.channel())?;
    let key = match reading.seq() {
        Some(seq) => i64::try_from(seq).ok()?,
        None => reading.at().timestamp_micros(),
    };
    let channel = i32::try_from(place).ok()?;
    Some(Key { device: device.to_owned(), channel, numbered: reading.seq().is_some(), key })
}

/// The newest level of the battery.
#[must_use]
pub fn battery(readings: &[Reading]) -> Option<f64> {
    readings.iter().rev().find(|reading| reading.channel() == Channel::Battery).map(Reading::value)
}

/// Holds that a batch is the node's own: it is named by its id or by its serial number.
///
/// # Errors
/// [`Refusal::Forbidden`] for any other, whether there is such a node or not.
pub async fn is_own(records: &Records, node: &NodeCaller, named: &str) -> Result<(), Refusal> {
    let own = &node.node;
    let by_name = own.device == named || own.device == derived::device(&own.organization, named);
    // The key of a node that was deleted opens nothing.
    match devices::find(records, &server(node), &own.organization, &own.device).await {
        // Nor that of one that was put out of use.
        Ok((_, device, Kind::Node)) if !from_fhir::device::is_in_use(&device) => Err(Refusal::InvalidNodeKey),
        Ok((_, _, Kind::Node)) if by_name => Ok(()),
        Ok((_, _, Kind::Node | Kind::Pod)) => Err(Refusal::Forbidden),
        Err(Refusal::NotFound) => Err(Refusal::InvalidNodeKey),
        Err(other) => Err(other),
    }
}

/// The server itself, which finds what a batch is about: Consents are about who sees what is known of somebody, and a node sees nothing.
#[must_use]
pub fn server(node: &NodeCaller) -> Caller {
    Caller { agent: Agent::System, ..node.caller.clone() }
}

/// Holds that each pod is one of the node's organisation.
///
/// # Errors
/// Which is not.
pub async fn are_known(records: &Records, node: &NodeCaller, batch: &Batch) -> Result<(), Refusal> {
    let ids: Vec<_> = batch.pods.keys().map(String::as_str).collect();
    let mut known = HashSet::new();
    for some in ids.chunks(AT_ONCE) {
        for stored in store::all(records, &server(node), "Device", &[("_id", some.join(","))]).await? {
            let device = stored.json()?;
            let is_own = from_fhir::device::is_of(&device, &node.node.organization);
            if is_own && from_fhir::device::kind(&device) == Some(Kind::Pod) {
                known.insert(stored.id);
            }
        }
    }
    let unknown = batch.named.iter().filter(|(id, _)| !known.contains(*id)).map(|(_, at)| at).min();
    unknown.map_or(Ok(()), |at| {
        Err(Refusal::field(&format!("readings[{at}].podSerial"), "names no pod of the organisation"))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn batch(readings: Value) -> Result<Batch, String> {
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        let sent = serde_json::from_value(json!({ "nodeId": "n", "readings": readings })).unwrap();
        Batch::checked(&sent, "o", now).map_err(|refusal| refusal.to_string())
    }

    fn reading(seq: Option<u64>, at: &str, channel: &str, value: f64) -> Value {
        json!({ "podSerial": "p", "seq": seq, "at": at, "channel": channel, "value": value })
    }

    const NOON: &str = "2026-11-21T12:00:00Z";

    #[test]
    fn what_is_wrong_is_refused_by_name() {
        for (one, problem) in [
            (
                reading(None, NOON, "sound", 1.0),
                "readings[0].channel \"sound\" is none of wetness, temperature, humidity, motion, battery, rssi, attached.",
            ),
            (
                reading(None, "noon", "wetness", 1.0),
                "readings[0].at must be a time with an offset, such as 2026-11-21T12:00:00Z.",
            ),
            (
                reading(None, "2026-11-21T13:00:01Z", "wetness", 1.0),
                "readings[0].at is more than an hour ahead: the clock is wrong.",
            ),
            (
                reading(None, "2026-10-22T11:59:59Z", "wetness", 1.0),
                "readings[0].at is more than 30 days ago.",
            ),
            (
                reading(Some(u64::MAX), NOON, "wetness", 1.0),
                "readings[0].seq must be less than 9223372036854775808.",
            ),
        ] {
            assert_eq!(batch(json!([one])).unwrap_err(), problem);
        }
        for (channel, value) in
            [("wetness", 100.5), ("motion", -0.1), ("attached", 0.5), ("rssi", 21.0), ("temperature", 61.0)]
        {
            let problem = batch(json!([reading(None, NOON, channel, value)])).unwrap_err();
            assert!(problem.starts_with("readings[0].value "), "{problem}");
        }
        assert_eq!(batch(json!([])).unwrap_err(), "readings must be 1 to 5000.");
    }

    #[test]
    fn the_same_reading_is_taken_once_by_number_or_by_time() {
        let batch = batch(json!([
            reading(Some(2), "2026-11-21T11:59:30Z", "wetness", 20.0),
            reading(Some(1), "2026-11-21T11:59:00Z", "wetness", 10.0),
            reading(Some(2), "2026-11-21T11:59:31Z", "wetness", 21.0),
            reading(Some(2), "2026-11-21T11:59:30Z", "motion", 0.5),
            reading(None, NOON, "wetness", 30.0),
            reading(None, NOON, "wetness", 31.0),
        ]))
        .unwrap();
        let keys: Vec<_> = batch.keys().into_iter().map(|(key, _)| key).collect();
        assert_eq!((batch.count, keys.len()), (6, 4));
        let fresh = batch.fresh(&keys);
        let values: Vec<_> = fresh.values().next().unwrap().iter().map(Reading::value).collect();
        assert_eq!(values, [10.0, 20.0, 0.5, 30.0], "in the order of their times");
        assert!(batch.fresh(&[]).is_empty());
    }
}
