//! Putting a pod on a patient, and taking it off: the Device and the judging of its readings change together.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::errors::Refusal;
use super::judging::Judging;
use super::notifications::Notifications;
use super::settings::AllSettings;
use super::to_fhir::device::worn_by;
use super::{from_fhir, store};
use crate::clinical::continence::{Input, State};
use crate::identity::Caller;
use crate::platform::delivery::Deliveries;
use crate::records::pods::{Held, Outcome, Pod, Taking};
use crate::records::{Error, Records, Stored};

/// Carers put a pod on and then say so: what it measured so long before is the patient's too, unless somebody else wore it then.
const BEFORE: TimeDelta = TimeDelta::minutes(5);

/// Where it happens.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// The door to what is stored.
    pub records: &'a Records,
    /// What is posted to others.
    pub deliveries: &'a Deliveries,
    /// Who does it.
    pub caller: &'a Caller,
    /// The organisation that the pod belongs to.
    pub organisation: &'a str,
}

/// Has a patient wear a pod, or nobody; the Device as it is then. Who wore it before does so no more, and what carers were told by it is over.
///
/// # Errors
/// [`Refusal::Conflict`] where the patient wears another pod.
pub async fn wear(place: Place<'_>, pod: &str, patient: Option<&str>) -> Result<Value, Refusal> {
    let Place { records, deliveries, caller, organisation } = place;
    let notifications = Notifications::read(deliveries, caller.tenant).await?;
    let written = store::repeated(async || {
        let stored = store::current(records, caller, "Device", pod).await?.ok_or(Refusal::NotFound)?;
        let device = stored.json()?;
        let before = from_fhir::device::wearer(&device).map(str::to_owned);
        let wearers: Vec<_> = before.iter().map(String::as_str).chain(patient).collect();
        let settings = AllSettings::read(records, caller, organisation, &wearers).await?;
        let taking = Taking { devices: vec![pod.to_owned()], ..Taking::default() };
        let choose = |held: Held| {
            let change = Change { stored: &stored, device: device.clone(), patient, settings: &settings };
            change.outcome(records, held, &notifications)
        };
        match records.transact_pods(caller, organisation, &taking, choose).await {
            Err(Error::Duplicate(_)) => {
                Err(Refusal::Conflict("The patient wears another pod: unpair that first."))
            }
            other => store::unless_late(other),
        }
    })
    .await?;
    deliveries.wake();
    Ok(written
        .into_iter()
        .find_map(|written| written.stored)
        .map_or(Ok(Value::Null), |stored| stored.json())?)
}

struct Change<'a> {
    stored: &'a Stored,
    device: Value,
    patient: Option<&'a str>,
    settings: &'a AllSettings,
}

impl Change<'_> {
    fn outcome(self, records: &Records, held: Held, notifications: &Notifications) -> Result<Outcome, Error> {
        let now = records.now();
        let mut judging = Judging::new(now, notifications);
        let mut pods = held.pods;
        for pod in &mut pods {
            if pod.patient.as_deref() != self.patient {
                self.turn(pod, &mut judging, now)?;
            }
        }
        let write = store::update(self.stored, worn_by(self.device, self.patient));
        judging.write(&self.stored.id, write);
        Ok(judging.outcome(pods))
    }

    fn turn(&self, pod: &mut Pod, judging: &mut Judging<'_>, now: DateTime<Utc>) -> Result<(), Error> {
        let mut free_since = pod.paired_at;
        if let Some(before) = pod.patient.clone() {
            judging.judge(pod, self.settings.of(&before), vec![Input::Unpaired])?;
            free_since = Some(now);
        }
        (pod.patient, pod.paired_at, pod.state, pod.due) = (None, free_since, None, None);
        let Some(patient) = self.patient else { return Ok(()) };
        let worn_from = free_since.map_or(now - BEFORE, |free_since| free_since.max(now - BEFORE));
        let state = State::paired(worn_from);
        pod.state = Some(serde_json::to_string(&state).map_err(Error::internal)?);
        (pod.patient, pod.paired_at) = (Some(patient.to_owned()), Some(worn_from));
        // What time alone brings about begins with the pairing.
        judging.judge(pod, self.settings.of(patient), vec![Input::Tick])
    }
}
