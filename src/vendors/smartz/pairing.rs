//! Putting a pod on a patient, and taking it off: the Device and the judging of its readings change together.
//!
//! Who is to wear it is held until that is done: a patient who is deleted at the same time wears no pod. What others write of a Device or a
//! Patient is followed ([`follow`]): the pod's row takes nothing in before.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::errors::Refusal;
use super::judging::Judging;
use super::notifications::Notifications;
use super::settings::AllSettings;
use super::text::referenced;
use super::to_fhir::device::{Kind, worn_by};
use super::{from_fhir, patients, store};
use crate::clinical::continence::{Input, State};
use crate::fhir::ResourceType;
use crate::identity::{Caller, Surface, TenantId};
use crate::platform::delivery::Deliveries;
use crate::records::pods::{Held, Outcome, Pod, Taking};
use crate::records::{Error, Records, Stored, Write, Written};

/// Carers put a pod on and then say so: what it measured so long before is the patient's too, unless somebody else wore it then.
const BEFORE: TimeDelta = TimeDelta::minutes(5);

/// So many pods follow at the same time.
const AT_ONCE: i64 = 100;
/// What the audit trail calls it when a pod's row follows.
const FOLLOW: &str = "follow-pod";

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

/// Has a patient wear a pod, or nobody. Who wore it before does so no more, and what carers were told by it is over.
///
/// # Errors
/// [`Refusal::Conflict`] where the patient wears another pod; [`Refusal::Invalid`] where the organisation has no such patient.
pub async fn wear(place: Place<'_>, pod: &str, patient: Option<&str>) -> Result<(), Refusal> {
    let Place { records, caller, organisation, .. } = place;
    store::repeated(async || {
        let stored = store::current(records, caller, "Device", pod).await?.ok_or(Refusal::NotFound)?;
        let wearer = match patient {
            None => None,
            Some(id) => match patients::find(records, caller, organisation, id).await {
                Err(Refusal::NotFound) => {
                    return Err(Refusal::field("patientId", "must name a patient of the organisation"));
                }
                found => Some(found?.0),
            },
        };
        let change = Change { device: Some(&stored), patient, wearer: wearer.as_ref() };
        change.done(place, pod).await
    })
    .await?;
    place.deliveries.wake();
    Ok(())
}

/// Has the row of a pod follow its Device and its wearer, which somebody wrote. Nobody wears one that is no pod of the organisation any more, and
/// a Device that says it is worn by nobody there, or by who wears another pod, is put right.
///
/// # Errors
/// When the database fails.
pub async fn follow(place: Place<'_>, pod: &str) -> Result<(), Refusal> {
    // A loop: the server's own tasks must be able to move to another thread, which they cannot with a closure that borrows.
    for _ in 0..store::ATTEMPTS {
        if follow_once(place, pod).await?.is_some() {
            place.deliveries.wake();
            return Ok(());
        }
    }
    Err(Refusal::Unavailable)
}

async fn follow_once(place: Place<'_>, pod: &str) -> Result<Option<Vec<Written>>, Refusal> {
    let stored = store::current(place.records, place.caller, "Device", pod).await?;
    let device = stored.as_ref().map(Stored::json).transpose()?;
    let own = device.as_ref().filter(|device| {
        from_fhir::device::kind(device) == Some(Kind::Pod)
            && from_fhir::device::is_of(device, place.organisation)
    });
    let wearer = match own.and_then(from_fhir::device::wearer) {
        None => None,
        Some(id) => match patients::find(place.records, place.caller, place.organisation, id).await {
            Err(Refusal::NotFound) => None,
            found => Some(found?.0),
        },
    };
    let patient = wearer.as_ref().map(|wearer| wearer.id.as_str());
    let change = Change { device: stored.as_ref(), patient, wearer: wearer.as_ref() };
    match change.done(place, pod).await {
        Err(Refusal::Conflict(_)) => {
            Change { device: stored.as_ref(), patient: None, wearer: None }.done(place, pod).await
        }
        done => done,
    }
}

/// Has the rows of those of these pods follow that have to. It is the server that does so, whoever asks for something else.
///
/// # Errors
/// When the database fails.
pub async fn follow_all(place: Place<'_>, pods: &[&str]) -> Result<(), Refusal> {
    let caller = Caller::system(place.caller.tenant, Surface::Smartz).doing(FOLLOW);
    for pod in place.records.astray(&caller, pods).await? {
        follow(Place { caller: &caller, ..place }, &pod).await?;
    }
    Ok(())
}

/// Has the rows of those of a tenant's pods follow that have to, so many at most; how many that were. A fault of one is none of the others'.
///
/// # Errors
/// When the database fails.
pub async fn follow_waiting(
    records: &Records,
    deliveries: &Deliveries,
    tenant: TenantId,
) -> Result<usize, Error> {
    let caller = Caller::system(tenant, Surface::Smartz).doing(FOLLOW);
    let mut count: usize = 0;
    for pod in records.all_astray(&caller, AT_ONCE).await? {
        let followed = match organisation(records, &caller, &pod).await {
            Ok(Some(organisation)) => {
                let place = Place { records, deliveries, caller: &caller, organisation: &organisation };
                follow(place, &pod).await
            }
            Ok(None) => records.forget_astray(&caller, &pod).await.map_err(Refusal::from),
            Err(refusal) => Err(refusal),
        };
        match followed {
            Ok(()) => count = count.saturating_add(1),
            Err(refusal) => tracing::error!(pod, %refusal, "a pod does not follow what was written of it"),
        }
    }
    Ok(count)
}

/// The organisation that a pod belongs to: that of its row, or of its Device where it has none.
async fn organisation(records: &Records, caller: &Caller, device: &str) -> Result<Option<String>, Refusal> {
    if let Some(pod) = records.pods(caller, &[device]).await?.into_iter().next() {
        return Ok(Some(pod.organization));
    }
    let stored = store::current(records, caller, "Device", device).await?;
    let device = stored.map(|stored| stored.json()).transpose()?;
    Ok(device.and_then(|device| referenced(&device, "owner", "Organization").map(str::to_owned)))
}

/// Who is to wear a pod from now on.
struct Change<'a> {
    /// The Device, if there is one.
    device: Option<&'a Stored>,
    patient: Option<&'a str>,
    /// The patient, in the version that was read.
    wearer: Option<&'a Stored>,
}

impl Change<'_> {
    /// Does it; none where another request was faster.
    async fn done(&self, place: Place<'_>, pod: &str) -> Result<Option<Vec<Written>>, Refusal> {
        let Place { records, deliveries, caller, organisation } = place;
        let notifications = Notifications::read(deliveries, caller.tenant).await?;
        let known = records.pods(caller, &[pod]).await?;
        let before = known.iter().filter_map(|pod| pod.patient.as_deref());
        let wearers: Vec<_> = before.chain(self.patient).collect();
        let settings = AllSettings::read(records, caller, organisation, &wearers).await?;
        let taking = Taking { devices: vec![pod.to_owned()], follows: true, ..Taking::default() };
        let device = self.device.map(Stored::json).transpose()?;
        let choose = |held: Held| self.outcome(records.now(), held, (&settings, &notifications), device);
        match records.transact_pods(caller, organisation, &taking, choose).await {
            Err(Error::Duplicate(_)) => {
                Err(Refusal::Conflict("The patient wears another pod: unpair that first."))
            }
            other => store::unless_late(other),
        }
    }

    fn outcome(
        &self,
        now: DateTime<Utc>,
        held: Held,
        (settings, notifications): (&AllSettings, &Notifications),
        device: Option<Value>,
    ) -> Result<Outcome, Error> {
        let mut judging = Judging::new(now, notifications);
        let mut pods = held.pods;
        for pod in &mut pods {
            if pod.patient.as_deref() == self.patient {
                // What is said of the wearer may have changed by what readings are judged.
                let own = self.patient.map(|patient| settings.of(patient).clone()).unwrap_or_default();
                judging.judge(pod, &own, vec![Input::Tick])?;
            } else {
                self.turn(pod, settings, &mut judging, now)?;
            }
        }
        if let (Some(stored), Some(device)) = (self.device, device) {
            let write = if from_fhir::device::wearer(&device) == self.patient {
                held_as(stored)?
            } else {
                store::update(stored, worn_by(device, self.patient))
            };
            judging.write(&stored.id, write);
        }
        if let Some(wearer) = self.wearer {
            judging.write(&wearer.id, held_as(wearer)?);
        }
        judging.outcome(pods)
    }

    fn turn(
        &self,
        pod: &mut Pod,
        settings: &AllSettings,
        judging: &mut Judging<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let mut free_since = pod.paired_at;
        if let Some(before) = pod.patient.clone() {
            judging.judge(pod, settings.of(&before), vec![Input::Unpaired])?;
            free_since = Some(now);
        }
        (pod.patient, pod.paired_at, pod.state, pod.due) = (None, free_since, None, None);
        let Some(patient) = self.patient else { return Ok(()) };
        let worn_from = free_since.map_or(now - BEFORE, |free_since| free_since.max(now - BEFORE));
        // What time alone brings about begins with the pairing.
        let state = State::paired_since(worn_from, now);
        pod.state = Some(serde_json::to_string(&state).map_err(Error::internal)?);
        (pod.patient, pod.paired_at) = (Some(patient.to_owned()), Some(worn_from));
        judging.judge(pod, settings.of(patient), vec![Input::Tick])
    }
}

/// Has a resource stay as it was read until the others are written.
fn held_as(stored: &Stored) -> Result<Write, Error> {
    let resource_type = ResourceType::parse(&stored.resource_type).ok_or(Error::UnknownType)?;
    Ok(Write::Hold { resource_type, id: stored.id.clone(), precondition: stored.version.into() })
}
