//! `POST /gateway/v1/telemetry`.

use actix_web::{HttpResponse, post, web};

use crate::clinical::continence::{Input, Reading};
use crate::platform::delivery::Deliveries;
use crate::records::pods::{Held, Outcome, Pod, Taking};
use crate::records::{Error, Records};
use crate::vendors::smartz::body::{After, Json};
use crate::vendors::smartz::caller::NodeCaller;
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::judging::Judging;
use crate::vendors::smartz::notifications::Notifications;
use crate::vendors::smartz::settings::AllSettings;
use crate::vendors::smartz::store::{self, repeated, unless_late};
use crate::vendors::smartz::telemetry::{self, Batch};
use crate::vendors::smartz::to_fhir::readings::{Of, observation};
use crate::vendors::smartz::wire;

/// Takes in what a node heard of pods: all of a batch, or nothing of it. A reading that was taken before counts as a duplicate, so that a node
/// may send again what it does not know to have arrived.
#[utoipa::path(tag = "node-api", operation_id = "send_telemetry", request_body = wire::Batch,
    responses((status = 202, description = "What became of the readings", body = wire::Taken),
        (status = 400, description = "A reading is none, of a channel that there is not, or of an unknown pod: nothing was taken", body = wire::Failure),
        (status = 403, description = "The batch is another node's", body = wire::Failure)),
    security(("node_key" = [])))]
#[post("/gateway/v1/telemetry")]
pub async fn send_telemetry(
    After(node, Json(sent)): After<NodeCaller, Json<wire::Batch>>,
    records: web::Data<Records>,
    deliveries: web::Data<Deliveries>,
) -> Result<HttpResponse, Refusal> {
    let now = records.now();
    telemetry::is_own(&records, &node, &sent.node_id).await?;
    let batch = Batch::checked(&sent, &node.node.organization, now)?;
    telemetry::are_known(&records, &node, &batch).await?;
    let notifications = Notifications::read(&deliveries, node.caller.tenant).await?;
    let taken = repeated(async || {
        let mut devices: Vec<_> = batch.pods.keys().cloned().chain([node.node.device.clone()]).collect();
        devices.sort();
        devices.dedup();
        let ids: Vec<_> = devices.iter().map(String::as_str).collect();
        let known = records.pods(&node.caller, &ids).await?;
        let wearers: Vec<_> = known.iter().filter_map(|pod| pod.patient.as_deref()).collect();
        let settings = AllSettings::read(&records, &node.caller, &node.node.organization, &wearers).await?;
        let taking = Taking { devices, due: None, readings: batch.keys() };
        let mut accepted = 0;
        let choose = |held: Held| {
            let work = Work { node: &node, batch: &batch, settings: &settings, records: &records };
            let (outcome, count) = work.done(held, &notifications)?;
            accepted = count;
            Ok(outcome)
        };
        let done = records.transact_pods(&node.caller, &node.node.organization, &taking, choose).await;
        Ok(unless_late(done)?.map(|_| accepted))
    })
    .await?;
    deliveries.wake();
    let duplicates = batch.count.saturating_sub(taken);
    Ok(HttpResponse::Accepted().json(wire::Taken { accepted: taken, duplicates }))
}

/// What a batch is put to.
struct Work<'a> {
    node: &'a NodeCaller,
    batch: &'a Batch,
    settings: &'a AllSettings,
    records: &'a Records,
}

impl Work<'_> {
    fn done(&self, held: Held, notifications: &Notifications) -> Result<(Outcome, usize), Error> {
        let now = self.records.now();
        let fresh = self.batch.fresh(&held.fresh);
        let accepted = fresh.values().map(Vec::len).sum();
        let mut judging = Judging::new(now, notifications);
        let mut pods = held.pods;
        for pod in &mut pods {
            pod.seen_at = Some(pod.seen_at.map_or(now, |seen_at| seen_at.max(now)));
            if let Some(readings) = fresh.get(&pod.device) {
                self.one(pod, readings, &mut judging)?;
            }
        }
        Ok((judging.outcome(pods), accepted))
    }

    fn one(&self, pod: &mut Pod, readings: &[Reading], judging: &mut Judging<'_>) -> Result<(), Error> {
        pod.node = Some(self.node.node.device.clone());
        pod.battery = telemetry::battery(readings).or(pod.battery);
        let paired_at = pod.paired_at.filter(|_| pod.patient.is_some());
        let is_own = |reading: &&Reading| paired_at.is_some_and(|paired_at| reading.at() >= paired_at);
        // What was measured before the pairing is nobody's that is known, and never the patient's.
        let (own, others): (Vec<_>, Vec<_>) = readings.iter().partition(is_own);
        for (readings, patient) in [(own, pod.patient.as_deref()), (others, None)] {
            let of = Of { pod: &pod.device, node: pod.node.as_deref(), patient };
            let (id, readings) = (self.records.new_id(), readings.into_iter().copied().collect::<Vec<_>>());
            if let Some(resource) = observation(&id, of, &readings, self.records.now()) {
                judging.write(&id, store::create(resource, &id));
            }
        }
        let inputs = readings.iter().copied().map(Input::Reading).collect();
        let settings =
            pod.patient.as_deref().map(|patient| self.settings.of(patient).clone()).unwrap_or_default();
        judging.judge(pod, &settings, inputs)
    }
}
