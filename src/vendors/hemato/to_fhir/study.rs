//! A study: a ServiceRequest that asks for a review, the Specimen that it is of, and the Task of doing it.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, SecondsFormat};
use serde_json::{Value, json};

use super::{Context, instant, reference, set};
use crate::core::config::mounts::Region;
use crate::fhir::codes::loinc::BLOOD_SMEAR_FINDING;
use crate::fhir::codes::snomed::BLOOD_SPECIMEN;
use crate::vendors::hemato::codes::{
    DIAGNOSTIC_TASK, NOT_FETCHED, PATIENT_PROXY, REGION, REPORT, REVIEW, SAMPLE, STUDY, TAG, TASK,
};
use crate::vendors::hemato::state::State;
use crate::vendors::hemato::tags;
use crate::vendors::hemato::tasks::DiagnosticTask;

/// A checked study.
#[derive(Clone, Debug)]
pub struct New {
    /// Its id.
    pub id: String,
    /// The region that it is made in.
    pub region: Region,
    /// The clients' tags.
    pub tags: BTreeMap<String, String>,
    /// A reference to the Patient who is stood for, where somebody is.
    pub patient: Option<String>,
    /// What the client calls the sample.
    pub sample: Option<String>,
    /// When the sample was taken.
    pub taken: Option<DateTime<FixedOffset>>,
    /// The diagnostic tasks that are wanted from the beginning; none where files are uploaded first.
    pub tasks: Vec<DiagnosticTask>,
}

/// The Patient whom a client stands for by this text.
#[must_use]
pub fn patient(proxy: &str) -> Value {
    json!({ "resourceType": "Patient", "identifier": [{ "system": PATIENT_PROXY, "value": proxy }] })
}

/// A reference to a Patient; to one who is not told, where there is none.
fn subject(patient: Option<&str>) -> Value {
    match patient {
        Some(patient) => reference(patient),
        None => json!({ "type": "Patient", "display": "Not told" }),
    }
}

fn identifiers(id: &str) -> Value {
    json!([{ "system": STUDY, "value": id }])
}

impl New {
    /// The ServiceRequest.
    #[must_use]
    pub fn service_request(&self, context: &Context) -> Value {
        let region = json!({ "system": REGION, "code": self.region.as_str() });
        let tags =
            self.tags.iter().map(|(key, value)| json!({ "system": TAG, "code": tags::code(key, value) }));
        let tags: Vec<_> = std::iter::once(region).chain(tags).collect();
        json!({
            "resourceType": "ServiceRequest",
            "id": self.id,
            "meta": { "tag": tags },
            "identifier": identifiers(&self.id),
            "status": if self.tasks.is_empty() { "draft" } else { "active" },
            "intent": "order",
            "code": BLOOD_SMEAR_FINDING.concept(),
            "subject": subject(self.patient.as_deref()),
            "authoredOn": instant(context.now),
            "requester": context.author,
            "specimen": [reference(&format!("Specimen/{}", self.id))],
        })
    }

    /// The Specimen.
    #[must_use]
    pub fn specimen(&self) -> Value {
        let mut kind = BLOOD_SPECIMEN.concept();
        set(&mut kind, "text", Some("Peripheral blood smear".into()));
        let mut resource = json!({
            "resourceType": "Specimen",
            "id": self.id,
            "identifier": identifiers(&self.id),
            "type": kind,
            "request": [reference(&format!("ServiceRequest/{}", self.id))],
        });
        set(&mut resource, "subject", self.patient.as_deref().map(reference));
        sampled(&mut resource, self.sample.as_deref(), self.taken);
        resource
    }

    /// The Task.
    #[must_use]
    pub fn task(&self, context: &Context) -> Value {
        let mut resource = json!({
            "resourceType": "Task",
            "id": self.id,
            "identifier": identifiers(&self.id),
            "status": "requested",
            "intent": "order",
            "code": REVIEW.concept(),
            "focus": reference(&format!("ServiceRequest/{}", self.id)),
            "authoredOn": instant(context.now),
            "lastModified": instant(context.now),
            "requester": context.author,
        });
        set(&mut resource, "for", self.patient.as_deref().map(reference));
        if self.tasks.is_empty() { resource } else { asked(resource, &self.tasks, context) }
    }
}

/// Says of a Specimen what the client says.
pub fn sampled(specimen: &mut Value, sample: Option<&str>, taken: Option<DateTime<FixedOffset>>) {
    if let Some(sample) = sample {
        let identifier = json!({ "system": SAMPLE, "value": sample });
        match specimen.get_mut("identifier").and_then(Value::as_array_mut) {
            Some(identifiers) => {
                identifiers.retain(|one| one.get("system").and_then(Value::as_str) != Some(SAMPLE));
                identifiers.push(identifier);
            }
            None => set(specimen, "identifier", Some(json!([identifier]))),
        }
    }
    if let Some(taken) = taken {
        let taken = taken.to_rfc3339_opts(SecondsFormat::AutoSi, true);
        set(specimen, "collection", Some(json!({ "collectedDateTime": taken })));
    }
}

/// A resource of a study about this Patient, in the element that says so.
#[must_use]
pub fn about(mut resource: Value, patient: &str) -> Value {
    let element = match resource.get("resourceType").and_then(Value::as_str) {
        Some("Task") => "for",
        Some(_) | None => "subject",
    };
    set(&mut resource, element, Some(reference(patient)));
    resource
}

/// The ServiceRequest once a review is wanted.
#[must_use]
pub fn active(mut request: Value) -> Value {
    set(&mut request, "status", Some("active".into()));
    request
}

/// The ServiceRequest once there is a report.
#[must_use]
pub fn answered(mut request: Value) -> Value {
    set(&mut request, "status", Some("completed".into()));
    request
}

/// The Task, asked for with these diagnostic tasks.
#[must_use]
pub fn asked(mut task: Value, tasks: &[DiagnosticTask], context: &Context) -> Value {
    let input: Vec<_> = tasks
        .iter()
        .map(|task| {
            let wanted = json!({ "coding": [{ "system": TASK, "code": task.as_str() }] });
            json!({ "type": DIAGNOSTIC_TASK.concept(), "valueCodeableConcept": wanted })
        })
        .collect();
    set(&mut task, "input", Some(input.into()));
    in_state(task, "ready", context)
}

/// The Task once somebody looks.
#[must_use]
pub fn begun(task: Value, context: &Context) -> Value {
    let mut task = in_state(task, "in-progress", context);
    set(&mut task, "executionPeriod", Some(json!({ "start": instant(context.now) })));
    task
}

/// The Task once there is a report.
#[must_use]
pub fn reported(task: Value, context: &Context) -> Value {
    let mut task = ended(task, State::Ready, context);
    let report = text_of_id(&task);
    let output = json!([{ "type": REPORT.concept(), "valueReference": reference(&format!("DiagnosticReport/{report}")) }]);
    set(&mut task, "output", Some(output));
    task
}

/// The Task once it is known that there will be no report, and why.
#[must_use]
pub fn failed(task: Value, reason: &str, context: &Context) -> Value {
    let mut task = ended(task, State::Failed, context);
    set(&mut task, "statusReason", Some(json!({ "text": reason })));
    task
}

/// The same, because its files did not all come: what there is of them is no study to be reviewed.
#[must_use]
pub fn unfetched(task: Value, reason: &str, context: &Context) -> Value {
    let mut task = failed(task, reason, context);
    set(&mut task, "statusReason", Some(json!({ "coding": [NOT_FETCHED.coding()], "text": reason })));
    task
}

fn text_of_id(task: &Value) -> String {
    task.get("id").and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn ended(task: Value, state: State, context: &Context) -> Value {
    let period = task.get("executionPeriod").cloned();
    let mut task = in_state(task, state.codes().first().copied().unwrap_or_default(), context);
    let mut period = period.unwrap_or_else(|| json!({}));
    set(&mut period, "end", Some(instant(context.now).into()));
    set(&mut task, "executionPeriod", Some(period));
    task
}

/// The Task with another status. What was said of the former one is not true of this one.
fn in_state(mut task: Value, status: &str, context: &Context) -> Value {
    set(&mut task, "status", Some(status.into()));
    set(&mut task, "lastModified", Some(instant(context.now).into()));
    for name in ["statusReason", "executionPeriod", "output"] {
        set(&mut task, name, None);
    }
    task
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fhir::validate::validate;
    use crate::vendors::hemato::from_fhir::study;

    fn new(tasks: Vec<DiagnosticTask>, patient: Option<&str>) -> New {
        New {
            id: "c7d453a9-676d-4b9f-a505-8a9021b76dfd".to_owned(),
            region: Region::Us,
            tags: BTreeMap::from([
                ("patient_proxy_id".to_owned(), String::new()),
                ("run".to_owned(), "a b|c".to_owned()),
            ]),
            patient: patient.map(str::to_owned),
            sample: Some("xyz".to_owned()),
            taken: Some("2021-01-02T15:04:05+07:00".parse().unwrap()),
            tasks,
        }
    }

    fn context() -> Context {
        let author = json!({ "type": "Practitioner", "identifier": { "system": "urn:x", "value": "1" } });
        Context { now: "2026-11-22T10:00:00.000Z".parse().unwrap(), author }
    }

    #[track_caller]
    fn valid(resource: &Value) {
        assert_eq!(validate(resource).map_err(|issues| format!("{issues:?}")).err(), None, "{resource}");
    }

    #[test]
    fn what_is_made_is_valid_and_says_what_was_sent() {
        for (tasks, patient, status, state) in [
            (vec![], None, "draft", State::Created),
            (vec![DiagnosticTask::PbsV1], Some("Patient/1"), "active", State::Processing),
        ] {
            let new = new(tasks, patient);
            let (request, specimen, task) =
                (new.service_request(&context()), new.specimen(), new.task(&context()));
            for resource in [&request, &specimen, &task, &super::patient("PPID-1")] {
                valid(resource);
            }
            assert_eq!((&request["status"], State::of(&task)), (&json!(status), state));
            assert_eq!(
                (study::tags(&request), study::region(&request)),
                (new.tags.clone(), Some(Region::Us))
            );
            assert_eq!(specimen["collection"]["collectedDateTime"], "2021-01-02T15:04:05+07:00");
            assert_eq!(specimen["identifier"][1], json!({ "system": SAMPLE, "value": "xyz" }));
            let subject = request["subject"]["reference"].as_str();
            assert_eq!((subject, task["for"]["reference"].as_str()), (patient, patient));
        }
    }

    #[test]
    fn a_task_tells_how_far_the_study_is_and_why_it_ended() {
        let task = new(vec![], None).task(&context());
        let ready = asked(task, &[DiagnosticTask::PbsV1], &context());
        let begun = begun(ready.clone(), &context());
        let failed = failed(begun.clone(), "No model", &context());
        let reported = reported(begun.clone(), &context());
        for (task, state) in [
            (&ready, State::Processing),
            (&begun, State::Processing),
            (&failed, State::Failed),
            (&reported, State::Ready),
        ] {
            valid(task);
            assert_eq!(State::of(task), state);
            assert_eq!(study::tasks(task), ["pbs_v1"]);
        }
        assert_eq!(study::reason(&failed).as_deref(), Some("No model"));
        let again = asked(failed, &[DiagnosticTask::PbsV1], &context());
        assert_eq!((study::reason(&again), again.get("executionPeriod")), (None, None));
    }
}
