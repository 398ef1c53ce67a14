//! What becomes of a pod's readings, of the time that passes and of what carers do: what is recorded, and who is told. Pure.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;

use super::notifications::{Notifications, Subject};
use super::to_fhir::alert as flags;
use super::to_fhir::readings::Of;
use super::{from_fhir, time, to_fhir, wire};
use crate::clinical::continence::{Alert, Input, Settings, State, Status, What, advance, next_due};
use crate::records::pods::{FeedEvent, Outcome, Pod};
use crate::records::{Error, Write};

/// What became of inputs, put together for one transaction.
pub struct Judging<'a> {
    now: DateTime<Utc>,
    notifications: &'a Notifications,
    /// What is written, by its id: what is said twice of the same is written once, as it was said last.
    writes: BTreeMap<String, Write>,
    outcome: Outcome,
}

impl<'a> Judging<'a> {
    /// Nothing yet.
    #[must_use]
    pub fn new(now: DateTime<Utc>, notifications: &'a Notifications) -> Self {
        Self { now, notifications, writes: BTreeMap::new(), outcome: Outcome::default() }
    }

    /// The time of it all.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Writes a resource with that id.
    pub fn write(&mut self, id: &str, write: Write) {
        self.writes.insert(id.to_owned(), write);
    }

    /// Puts the inputs to what is known of a pod. One that nobody wears is not judged.
    ///
    /// # Errors
    /// When what is known of it makes no sense, or what is told cannot be written.
    pub fn judge(&mut self, pod: &mut Pod, settings: &Settings, inputs: Vec<Input>) -> Result<(), Error> {
        let (Some(patient), Some(paired_at)) = (pod.patient.clone(), pod.paired_at) else { return Ok(()) };
        let mut state = state(pod, paired_at)?;
        for input in inputs {
            let is_over = input == Input::Unpaired;
            for outcome in advance(settings, &mut state, input, self.now) {
                if is_over && matches!(outcome.what, What::Status(_)) {
                    // Of who wears no pod nothing is known, as a read says.
                    self.tell(pod, &patient, Subject::Status, &shown(&patient, None, None))?;
                } else {
                    self.one(pod, (&patient, paired_at), outcome.at, outcome.what)?;
                }
            }
        }
        if let Some(percent) = state.battery() {
            pod.battery = Some(percent);
        }
        pod.due = next_due(settings, &state);
        pod.state = Some(serde_json::to_string(&state).map_err(Error::internal)?);
        Ok(())
    }

    fn one(
        &mut self,
        pod: &Pod,
        (patient, paired_at): (&str, DateTime<Utc>),
        at: DateTime<Utc>,
        what: What,
    ) -> Result<(), Error> {
        let of = Of { pod: &pod.device, node: pod.node.as_deref(), patient: Some(patient) };
        let whose = flags::Of { organisation: &pod.organization, pod: &pod.device, paired_at, patient };
        match what {
            What::Status(status) => {
                let shown = shown(patient, Some(&pod.device), Some(&status));
                self.tell(pod, patient, Subject::Status, &shown)
            }
            What::Event(event) => {
                let observation = to_fhir::event::observation(of, &event, self.now);
                let told = from_fhir::event::event(&observation);
                self.put(observation);
                self.tell(pod, patient, Subject::Event, &OfPatient { patient_id: patient, what: told })
            }
            What::Withdrawn(key) => {
                self.put(to_fhir::event::withdrawn(of, key, self.now));
                Ok(())
            }
            What::Raised(alert) | What::Risen(alert) | What::Escalated(alert) => {
                self.alert(pod, whose, &alert, None)
            }
            What::Acknowledged(alert) => {
                if let Some(by) = &alert.acknowledged {
                    let (id, resource) = flags::communication(whose, &flags::id(whose, alert.number), by);
                    self.update(&id, resource);
                }
                self.alert(pod, whose, &alert, None)
            }
            What::Resolved { alert, .. } => self.alert(pod, whose, &alert, Some(at)),
            What::HeldBack(_) | What::Aside(_) => Ok(()),
        }
    }

    fn alert(
        &mut self,
        pod: &Pod,
        whose: flags::Of<'_>,
        alert: &Alert,
        resolved_at: Option<DateTime<Utc>>,
    ) -> Result<(), Error> {
        let flag = flags::flag(whose, alert, resolved_at);
        let by = alert.acknowledged.as_ref();
        let communication = by.map(|by| flags::communication(whose, &flags::id(whose, alert.number), by).1);
        let told = from_fhir::alert::alert(&flag, communication.as_slice());
        self.put(flag);
        self.tell(pod, whose.patient, Subject::Alert, &told)
    }

    fn put(&mut self, resource: Value) {
        let id = resource.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        self.update(&id, resource);
    }

    /// Writes a resource with that id, whether there is one or not.
    pub fn update(&mut self, id: &str, resource: Value) {
        self.write(id, Write::Update { resource, id: id.to_owned(), precondition: None });
    }

    fn tell(
        &mut self,
        pod: &Pod,
        patient: &str,
        subject: Subject,
        what: &impl Serialize,
    ) -> Result<(), Error> {
        let body = serde_json::to_string(what).map_err(Error::internal)?;
        let told = self.outcome.told.entry(pod.organization.clone()).or_default();
        if subject == Subject::Status {
            // How somebody was before in the same batch is nobody's news any more.
            told.retain(|event| event.patient != patient || event.kind != subject.as_str());
        }
        let kind = subject.as_str().to_owned();
        told.push(FeedEvent { number: 0, patient: patient.to_owned(), kind, body });
        Ok(())
    }

    /// All of it, with the pods as they are now, and with what is posted of it.
    ///
    /// # Errors
    /// When that cannot be written.
    pub fn outcome(mut self, pods: Vec<Pod>) -> Result<Outcome, Error> {
        for (organisation, events) in &self.outcome.told {
            for FeedEvent { patient, kind, body, .. } in events {
                let Some(subject) = Subject::parse(kind) else { continue };
                let notices = self.notifications.of(organisation, patient, subject, body, self.now)?;
                self.outcome.notices.extend(notices);
            }
        }
        Ok(Outcome { pods, writes: self.writes.into_values().collect(), ..self.outcome })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OfPatient<'a, T> {
    patient_id: &'a str,
    #[serde(flatten)]
    what: T,
}

/// What the judging of a pod's readings goes on from.
///
/// # Errors
/// When it makes no sense.
pub fn state(pod: &Pod, paired_at: DateTime<Utc>) -> Result<State, Error> {
    let state = pod.state.as_deref().map(serde_json::from_str).transpose().map_err(Error::internal)?;
    Ok(state.unwrap_or_else(|| State::paired(paired_at)))
}

/// How a patient is, as it is shown.
#[must_use]
pub fn shown(patient: &str, pod: Option<&str>, status: Option<&Status>) -> wire::Status {
    wire::Status {
        patient_id: patient.to_owned(),
        pod_id: pod.map(str::to_owned),
        online: status.is_some_and(|status| status.online),
        state: status.map_or("unknown", |status| status.state.as_str()),
        saturation_percent: status.and_then(|status| status.saturation_percent),
        last_change_at: status.and_then(|status| status.last_change_at).map(time::moment),
        position: status.and_then(|status| status.position).map(|position| position.as_str()),
        updated_at: status.and_then(|status| status.updated_at).map(time::moment),
    }
}
