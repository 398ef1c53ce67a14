//! A result as a DiagnosticReport of Observations, with the Provenance of all.
//!
//! Everything is `preliminary` and labelled as asserted by a machine. Vital signs follow the R4 profiles.
//! <https://hl7.org/fhir/R4/observation-vitalsigns.html>

use serde_json::{Number, Value, json};

use super::Scan;
use crate::fhir::codes::hl7::data_absent_reason;
use crate::fhir::codes::hl7::provenance_participant_type::{ASSEMBLER, ENTERER};
use crate::fhir::codes::hl7::v3_observation_value::ARTIFICIAL_INTELLIGENCE_ASSERTED;
use crate::fhir::codes::{self, device, face_scan, loinc};
use crate::vendors::smartscan::codes::face_scan::{QUALITY, RESULT_ID, SDK_DEVICE};
use crate::vendors::smartscan::to_fhir::{New, instant, reference, set};
use crate::vendors::smartscan::vitals::{DIASTOLIC, SYSTOLIC, Vital};

/// What a client sends of a scan, checked.
#[derive(Clone, Debug)]
pub struct Sent {
    /// The values, with the digits that were sent.
    pub values: Vec<(&'static Vital, Number)>,
    /// How good the recording was.
    pub quality: Number,
    /// Whether a cuff measured the pressures.
    pub is_cuff: bool,
}

/// Ids for the resources of a result.
#[derive(Clone, Debug)]
pub struct Ids {
    /// The DiagnosticReport.
    pub report: String,
    /// The Provenance.
    pub provenance: String,
    /// The Observations: as many as there are values, or more.
    pub observations: Vec<String>,
}

/// The resources, the DiagnosticReport first.
#[must_use]
pub fn resources(sent: &Sent, scan: &Scan, ids: &Ids) -> Vec<New> {
    let observations: Vec<_> = ids
        .observations
        .iter()
        .zip(observations(sent, scan))
        .map(|(id, resource)| New { id: id.clone(), resource })
        .collect();
    let report = report(sent, scan, ids, &observations);
    let provenance = provenance(scan, ids, &observations);
    [report, provenance].into_iter().chain(observations).collect()
}

/// The program that measures in the browser; its makers tell neither version nor serial number.
#[must_use]
pub fn device() -> Value {
    json!({
        "resourceType": "Device",
        "id": SDK_DEVICE,
        "type": device::SOFTWARE.concept(),
        "deviceName": [{ "name": "SmartScanPro face scan SDK", "type": "model-name" }],
    })
}

fn observations(sent: &Sent, scan: &Scan) -> Vec<Value> {
    let (pressures, others): (Vec<_>, Vec<_>) =
        sent.values.iter().partition(|(vital, _)| vital.is_pressure());
    let panel = (!pressures.is_empty()).then(|| panel(&pressures, sent, scan));
    let single = others.into_iter().map(|(vital, value)| {
        let mut resource = common(vital.category, codes::concept(vital.codes), vital.method, sent, scan);
        set(&mut resource, "valueQuantity", Some(vital.ucum.quantity(value.clone())));
        resource
    });
    panel.into_iter().chain(single).collect()
}

/// The profile wants both components: one that was not sent says so.
fn panel(pressures: &[&(&'static Vital, Number)], sent: &Sent, scan: &Scan) -> Value {
    let component = |wanted: &'static Vital| {
        let code = codes::concept(wanted.codes);
        match pressures.iter().find(|(vital, _)| *vital == wanted) {
            Some((_, value)) => json!({ "code": code, "valueQuantity": wanted.ucum.quantity(value.clone()) }),
            None => json!({ "code": code, "dataAbsentReason": data_absent_reason::NOT_PERFORMED.concept() }),
        }
    };
    let method = if sent.is_cuff { face_scan::CUFF } else { SYSTOLIC.method };
    let code = loinc::BLOOD_PRESSURE_PANEL.concept();
    let mut resource = common(SYSTOLIC.category, code, method, sent, scan);
    set(&mut resource, "component", Some(json!([component(&SYSTOLIC), component(&DIASTOLIC)])));
    if sent.is_cuff {
        // A person read it off a device that measures: no machine asserted it, and the camera had no part in it.
        set(&mut resource, "status", Some("final".into()));
        for name in ["meta", "extension", "device"] {
            if let Some(object) = resource.as_object_mut() {
                object.shift_remove(name);
            }
        }
    }
    resource
}

/// What all Observations of a result have.
fn common(category: codes::Code, code: Value, method: codes::Code, sent: &Sent, scan: &Scan) -> Value {
    json!({
        "resourceType": "Observation",
        "meta": { "security": [ARTIFICIAL_INTELLIGENCE_ASSERTED.coding()] },
        "extension": quality(sent),
        "status": "preliminary",
        "category": [category.concept()],
        "code": code,
        "subject": reference("Patient", &scan.patient),
        "encounter": reference("Encounter", &scan.session),
        "effectiveDateTime": instant(scan.now),
        "issued": instant(scan.now),
        "performer": [reference("Patient", &scan.patient)],
        "method": method.concept(),
        "device": reference("Device", SDK_DEVICE),
    })
}

fn quality(sent: &Sent) -> Value {
    json!([{ "url": QUALITY, "valueDecimal": sent.quality }])
}

fn report(sent: &Sent, scan: &Scan, ids: &Ids, observations: &[New]) -> New {
    let results: Vec<_> = observations.iter().map(|new| reference("Observation", &new.id)).collect();
    let resource = json!({
        "resourceType": "DiagnosticReport",
        "meta": { "security": [ARTIFICIAL_INTELLIGENCE_ASSERTED.coding()] },
        "extension": quality(sent),
        "identifier": [{ "system": RESULT_ID, "value": ids.report }],
        "status": "preliminary",
        "code": loinc::VITAL_SIGNS_PANEL.concept(),
        "subject": reference("Patient", &scan.patient),
        "encounter": reference("Encounter", &scan.session),
        "effectiveDateTime": instant(scan.now),
        "issued": instant(scan.now),
        "result": results,
    });
    New { id: ids.report.clone(), resource }
}

fn provenance(scan: &Scan, ids: &Ids, observations: &[New]) -> New {
    let targets = observations.iter().map(|new| reference("Observation", &new.id));
    let targets: Vec<_> = [reference("DiagnosticReport", &ids.report)].into_iter().chain(targets).collect();
    let resource = json!({
        "resourceType": "Provenance",
        "target": targets,
        "occurredDateTime": instant(scan.now),
        "recorded": instant(scan.now),
        "agent": [
            { "type": ASSEMBLER.concept(), "who": reference("Device", SDK_DEVICE) },
            { "type": ENTERER.concept(), "who": reference("Practitioner", &scan.practitioner) },
        ],
        "entity": [{ "role": "source", "what": reference("Encounter", &scan.session) }],
    });
    New { id: ids.provenance.clone(), resource }
}
