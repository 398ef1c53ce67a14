//! What carers saw or did: a change of the pad, or stool, which no sensor knows. The judging of the pod's readings goes on from it, so that alerts of
//! the pad end with its change; a change is a Procedure too.

use actix_web::HttpResponse;
use serde_json::Value;

use super::caller::AtOrganisation;
use super::errors::Refusal;
use super::judging::Judging;
use super::notifications::{Notifications, Subject};
use super::pairing::{Place, follow_all};
use super::settings::AllSettings;
use super::to_fhir::event::procedure;
use super::{patients, store, text, time, wire};
use crate::clinical::continence::Input;
use crate::platform::delivery::Deliveries;
use crate::records::Records;
use crate::records::pods::{Held, Outcome, Taking};

const NO_POD: Refusal = Refusal::Conflict("The patient wears no pod.");
const KNOWN: Refusal = Refusal::Conflict("That was told before.");

/// Takes in what a carer tells of a patient, and answers with the event that it is.
///
/// # Errors
/// When it is none, there is no such patient, or the patient wears no pod.
pub async fn tell(
    at: &AtOrganisation,
    patient: &str,
    sent: &wire::NewEvent,
    (records, deliveries): (&Records, &Deliveries),
) -> Result<HttpResponse, Refusal> {
    let now = records.now();
    let when = sent.at.as_ref().map_or(Ok(now), |text| time::read("at", text))?;
    if when > now {
        return Err(Refusal::field("at", "must not be in the future"));
    }
    let (input, is_change) = match sent.kind.as_str() {
        "change" => (Input::Change { at: when }, true),
        "soiled" => (Input::Soiled { at: when }, false),
        _ => return Err(Refusal::field("type", "must be change or soiled")),
    };
    let (caller, organisation) = (&at.caller, at.organisation.id.as_str());
    patients::find(records, caller, organisation, patient).await?;
    let notifications = Notifications::read(deliveries, caller.tenant).await?;
    let place = Place { records, deliveries, caller, organisation };
    let told = store::repeated(async || {
        let pod = records.pod_of(caller, patient).await?.ok_or(NO_POD)?;
        follow_all(place, &[&pod.device]).await?;
        if pod.paired_at.is_none_or(|paired_at| when < paired_at) {
            return Err(Refusal::field("at", "is from before the pod was put on"));
        }
        let settings = AllSettings::read(records, caller, organisation, &[patient]).await?;
        let taking = Taking { devices: vec![pod.device], ..Taking::default() };
        let mut told = None;
        let choose = |held: Held| {
            let mut judging = Judging::new(now, &notifications);
            let mut pods = held.pods;
            for pod in pods.iter_mut().filter(|pod| pod.patient.as_deref() == Some(patient)) {
                judging.judge(pod, settings.of(patient), vec![input.clone()])?;
                if is_change {
                    let (id, resource) = procedure(&pod.device, patient, organisation, when);
                    judging.update(&id, resource);
                }
            }
            let outcome = judging.outcome(pods)?;
            told = event(&outcome, &sent.kind);
            Ok(outcome)
        };
        let done = records.transact_pods(caller, organisation, &taking, choose).await;
        Ok(store::unless_late(done)?.map(|_| told))
    })
    .await?;
    deliveries.wake();
    told.map(|event| HttpResponse::Created().json(event)).ok_or(KNOWN)
}

/// The event of that kind that came of it, as streams tell it.
fn event(outcome: &Outcome, kind: &str) -> Option<Value> {
    let all = outcome.told.values().flatten().filter(|one| one.kind == Subject::Event.as_str());
    let mut all = all.filter_map(|one| serde_json::from_str::<Value>(&one.body).ok());
    all.rfind(|event| text::of(event, "type") == Some(kind))
}
