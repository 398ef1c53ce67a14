//! What a pod measured, as one Observation a batch: a component a channel, whose values are SampledData.
//!
//! Readings are not evenly spaced: the offsets of the samples from the first reading, in milliseconds, are told as R5 does it, by HL7's
//! extension for R4. <http://hl7.org/fhir/5.0/StructureDefinition/extension-SampledData.offsets>

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::catalogue::plain;
use super::{reference, set};
use crate::clinical::continence::{Channel, Reading};
use crate::fhir::codes::Code;
use crate::fhir::codes::continence::{
    ATTACHED, BATTERY, HUMIDITY, MOTION, READINGS as OF_POD, RSSI, TEMPERATURE, WETNESS,
};
use crate::vendors::smartz::codes::READINGS;
use crate::vendors::smartz::time;

/// HL7's extension for what R4 has no element for.
pub const OFFSETS: &str = "http://hl7.org/fhir/5.0/StructureDefinition/extension-SampledData.offsets";

/// The code of a channel.
#[must_use]
pub fn code(channel: Channel) -> Code {
    match channel {
        Channel::Wetness => WETNESS,
        Channel::Temperature => TEMPERATURE,
        Channel::Humidity => HUMIDITY,
        Channel::Motion => MOTION,
        Channel::Battery => BATTERY,
        Channel::Rssi => RSSI,
        Channel::Attached => ATTACHED,
    }
}

/// Whose readings they are.
#[derive(Clone, Copy, Debug)]
pub struct Of<'a> {
    /// The pod.
    pub pod: &'a str,
    /// The node that heard it.
    pub node: Option<&'a str>,
    /// Who wore it.
    pub patient: Option<&'a str>,
}

/// The Observation with this id, of readings in the order of their times; none where there are none.
#[must_use]
pub fn observation(id: &str, of: Of<'_>, readings: &[Reading], now: DateTime<Utc>) -> Option<Value> {
    let (first, last) = (readings.first()?.at(), readings.last()?.at());
    let components = Channel::ALL.into_iter().filter_map(|channel| component(channel, readings, first));
    let subject =
        of.patient.map_or_else(|| reference("Device", of.pod), |patient| reference("Patient", patient));
    let mut resource = json!({
        "resourceType": "Observation",
        "id": id,
        "identifier": [{ "system": READINGS, "value": id }],
        "status": "final",
        "code": OF_POD.concept(),
        "subject": subject,
        "effectivePeriod": { "start": time::instant(first), "end": time::instant(last) },
        "issued": time::instant(now),
        "device": reference("Device", of.pod),
        "component": components.collect::<Vec<_>>(),
    });
    heard_by(&mut resource, of.node);
    Some(resource)
}

/// Says by which node it came.
pub(super) fn heard_by(resource: &mut Value, node: Option<&str>) {
    let source = node.map(|node| json!({ "source": format!("Device/{node}") }));
    if source.is_some() {
        set(resource, "meta", source);
    }
}

fn component(channel: Channel, readings: &[Reading], first: DateTime<Utc>) -> Option<Value> {
    let own: Vec<_> = readings.iter().filter(|reading| reading.channel() == channel).collect();
    let (begin, end) = (own.first()?.at(), own.last()?.at());
    let values: Vec<_> =
        own.iter().filter_map(|reading| plain(reading.value()).map(|value| value.to_string())).collect();
    let offsets: Vec<_> =
        own.iter().map(|reading| (reading.at() - first).num_milliseconds().to_string()).collect();
    let gaps = i64::try_from(own.len()).unwrap_or(i64::MAX).saturating_sub(1).max(1);
    // On average; the offsets are exact.
    let period = (end - begin).num_milliseconds().checked_div(gaps).unwrap_or_default();
    let origin = json!({ "value": 0, "system": "http://unitsofmeasure.org", "code": channel.ucum() });
    let data = json!({
        "extension": [{ "url": OFFSETS, "valueString": offsets.join(" ") }],
        "origin": origin, "period": period, "dimensions": 1, "data": values.join(" "),
    });
    Some(json!({ "code": code(channel).concept(), "valueSampledData": data }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fhir::validate::validate;

    #[test]
    fn readings_are_kept_with_their_times_by_channel() {
        let at = |second: i64| DateTime::from_timestamp(1_800_000_000 + second, 0).unwrap();
        let reading = |second, channel, value| Reading::new(at(second), None, channel, value).unwrap();
        let readings = [
            reading(0, Channel::Wetness, 10.0),
            reading(0, Channel::Rssi, -60.0),
            reading(5, Channel::Wetness, 10.5),
            reading(20, Channel::Wetness, 30.0),
        ];
        let of = Of { pod: "d", node: Some("n"), patient: Some("p") };
        assert_eq!(observation("o", of, &[], at(30)), None);
        let stored = observation("o", of, &readings, at(30)).unwrap();
        assert_eq!(validate(&stored).map_err(|issues| format!("{issues:?}")).err(), None);
        let data = |place: usize| &stored["component"][place]["valueSampledData"];
        assert_eq!(
            (&data(0)["data"], &data(0)["extension"][0]["valueString"]),
            (&json!("10 10.5 30"), &json!("0 5000 20000"))
        );
        assert_eq!((&data(1)["data"], &data(0)["period"]), (&json!("-60"), &json!(10_000)));
        assert_eq!(
            (&stored["subject"]["reference"], &stored["meta"]["source"]),
            (&json!("Patient/p"), &json!("Device/n"))
        );
        let unworn = observation("o", Of { patient: None, ..of }, &readings, at(30)).unwrap();
        assert_eq!(unworn["subject"]["reference"], "Device/d");
    }
}
