//! What stands behind the result of a scan: who answers for it, which model proposed it, and where that looked.

use serde_json::{Number, Value};

use super::result::{component, is_confirmed};
use super::{list, text};
use crate::fhir::codes::sid::MODEL_ID;
use crate::vendors::imagemedix::codes::{HEAT, REGION_BOTTOM, REGION_LEFT, REGION_RIGHT, REGION_TOP};
use crate::vendors::imagemedix::{assets, time, wire};

/// What an Observation tells of itself; its reader by this name.
#[must_use]
pub fn analysis(observation: &Value, reader: Option<wire::Person>) -> wire::Analysis {
    let version = observation.pointer("/meta/versionId").and_then(Value::as_str);
    wire::Analysis {
        is_confirmed: is_confirmed(observation),
        state: text(observation, "status").unwrap_or_default().to_owned(),
        version: version.and_then(|version| version.parse().ok()).unwrap_or(1),
        found_at: text(observation, "issued").and_then(time::of_fhir),
        reader,
        model: model(observation),
        region: region(observation),
        heat_map: heat_map(observation),
    }
}

/// The model, by the code `name@version#sha256` of the method.
fn model(observation: &Value) -> Option<wire::AnalysisModel> {
    let mut codings = list(observation.get("method")?, "coding");
    let coding = codings.find(|one| text(one, "system") == Some(MODEL_ID))?;
    let (name, rest) = text(coding, "code")?.split_once('@')?;
    let (version, _) = rest.split_once('#').unwrap_or((rest, ""));
    Some(wire::AnalysisModel { name: name.to_owned(), version: version.to_owned(), card: assets::card(name) })
}

/// The region that is told, in pixels of the upright picture; none where an edge is missing.
#[must_use]
pub fn region(observation: &Value) -> Option<wire::Region> {
    let edge = |code| component(observation, code)?.pointer("/valueQuantity/value")?.as_number().cloned();
    Some(wire::Region {
        left: edge(REGION_LEFT)?,
        top: edge(REGION_TOP)?,
        right: edge(REGION_RIGHT)?,
        bottom: edge(REGION_BOTTOM)?,
    })
}

/// The grid of heat; none where it is no whole one.
fn heat_map(observation: &Value) -> Option<wire::HeatMap> {
    let samples = component(observation, HEAT)?.get("valueSampledData")?;
    let columns = usize::try_from(samples.get("dimensions")?.as_u64()?).ok()?;
    let values: Option<Vec<Number>> = text(samples, "data")?.split(' ').map(percent).collect();
    let values = values?;
    let rows = values.len().checked_div(columns)?;
    (rows > 0 && rows.checked_mul(columns) == Some(values.len())).then_some(wire::HeatMap {
        columns,
        rows,
        values,
    })
}

/// A sample; `E`, `U` and `L` of FHIR are no heat.
fn percent(sample: &str) -> Option<Number> {
    let number: f64 = sample.parse().ok()?;
    (0.0..=100.0).contains(&number).then(|| sample.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fhir::codes::Code;

    fn observation() -> Value {
        let edge =
            |code: Code, value: u32| json!({ "code": code.concept(), "valueQuantity": { "value": value } });
        json!({
            "meta": { "versionId": "3" },
            "status": "preliminary",
            "issued": "2026-11-22T10:00:00Z",
            "method": { "coding": [{ "system": MODEL_ID, "code": "brain-mri@1.2.0#ab" }] },
            "component": [
                edge(REGION_LEFT, 20), edge(REGION_TOP, 10), edge(REGION_RIGHT, 60), edge(REGION_BOTTOM, 25),
                { "code": HEAT.concept(), "valueSampledData": { "dimensions": 2, "data": "0 25 50 100" } },
            ],
        })
    }

    #[test]
    fn all_of_it_is_told() {
        let reader = wire::Person { id: "1".to_owned(), name: "Dr. Singh".to_owned() };
        assert_eq!(
            serde_json::to_value(analysis(&observation(), Some(reader))).unwrap(),
            json!({
                "isConfirmed": false,
                "state": "preliminary",
                "version": 3,
                "foundAt": "2026-11-22T10:00:00.000Z",
                "reader": { "_id": "1", "name": "Dr. Singh" },
                "model": { "name": "brain-mri", "version": "1.2.0", "card": "/models/brain-mri.md" },
                "region": { "left": 20, "top": 10, "right": 60, "bottom": 25 },
                "heatMap": { "columns": 2, "rows": 2, "values": [0, 25, 50, 100] },
            })
        );
    }

    #[test]
    fn what_is_not_whole_is_left_out() {
        let told = |change: fn(&mut Value)| {
            let mut changed = observation();
            change(&mut changed);
            serde_json::to_value(analysis(&changed, None)).unwrap()
        };
        let without_edge = told(|one| drop(one["component"].as_array_mut().unwrap().remove(0)));
        assert_eq!(without_edge.get("region"), None);
        for data in ["0 25 50", "0 25 50 E", "0 25 50 101", "", "0 25 50 NaN"] {
            let mut changed = observation();
            changed["component"][4]["valueSampledData"]["data"] = data.into();
            assert_eq!(analysis(&changed, None).heat_map, None, "{data}");
        }
        assert_eq!(
            told(|one| one["component"][4]["valueSampledData"]["dimensions"] = 0.into()).get("heatMap"),
            None
        );
        let other = told(|one| one["method"]["coding"][0]["code"] = "../x@1".into());
        assert_eq!(other["model"], json!({ "name": "../x", "version": "1" }));
        assert_eq!(told(|one| one["method"] = json!({ "text": "by eye" })).get("model"), None);
    }
}
