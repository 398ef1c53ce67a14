//! Taking in what a node sends, by whichever way it comes: all of a batch, or nothing of it.

use chrono::{DateTime, Utc};

use super::caller::NodeCaller;
use super::errors::Refusal;
use super::judging::Judging;
use super::notifications::Notifications;
use super::pairing::{Place, follow_all};
use super::settings::AllSettings;
use super::store::{self, ATTEMPTS, unless_late};
use super::telemetry::{self, Batch};
use super::to_fhir::readings::{Of, observation};
use super::wire;
use crate::clinical::continence::{Input, Reading};
use crate::platform::delivery::Deliveries;
use crate::records::pods::{Held, Outcome, Pod, Taking};
use crate::records::{Error, Records};

/// Takes a batch in. A reading that was taken before counts as a duplicate.
///
/// # Errors
/// Which reading is wrong, or whose batch it is; then nothing was taken.
pub async fn take(
    node: &NodeCaller,
    sent: &wire::Batch,
    records: &Records,
    deliveries: &Deliveries,
) -> Result<wire::Taken, Refusal> {
    telemetry::is_own(records, node, &sent.node_id).await?;
    let batch = Batch::checked(sent, &node.node.organization, records.now())?;
    telemetry::are_known(records, node, &batch).await?;
    let (caller, organisation) = (&node.caller, node.node.organization.as_str());
    let place = Place { records, deliveries, caller, organisation };
    // A loop: what comes by another way than a request may move to another thread, which a closure that borrows cannot.
    for attempt in 0..ATTEMPTS {
        if attempt > 0 {
            // What somebody wrote of a pod comes first.
            let devices: Vec<_> =
                batch.pods.keys().map(String::as_str).chain([node.node.device.as_str()]).collect();
            follow_all(place, &devices).await?;
        }
        if let Some(accepted) = take_once(node, &batch, place).await? {
            deliveries.wake();
            let duplicates = batch.count.saturating_sub(accepted);
            return Ok(wire::Taken { accepted, duplicates });
        }
    }
    Err(Refusal::Unavailable)
}

async fn take_once(node: &NodeCaller, batch: &Batch, place: Place<'_>) -> Result<Option<usize>, Refusal> {
    let Place { records, deliveries, caller, organisation } = place;
    let notifications = Notifications::read(deliveries, caller.tenant).await?;
    let mut devices: Vec<_> = batch.pods.keys().cloned().chain([node.node.device.clone()]).collect();
    devices.sort();
    devices.dedup();
    let ids: Vec<_> = devices.iter().map(String::as_str).collect();
    let known = records.pods(caller, &ids).await?;
    let wearers: Vec<_> = known.iter().filter_map(|pod| pod.patient.as_deref()).collect();
    let settings = AllSettings::read(records, caller, organisation, &wearers).await?;
    let taking = Taking { devices, readings: batch.keys(), ..Taking::default() };
    let work = Work { node, batch, settings: &settings, records };
    // Who forbids collecting takes the pod off: what it sends until then is the server's to keep, or one would keep a node from telling of all.
    let server = telemetry::server(node);
    for by in [caller, &server] {
        let mut accepted = 0;
        let choose = |held: Held| {
            let (outcome, count) = work.done(held, &notifications)?;
            accepted = count;
            Ok(outcome)
        };
        match records.transact_pods(by, organisation, &taking, choose).await {
            Err(Error::Withheld) => {}
            done => return Ok(unless_late(done)?.map(|_| accepted)),
        }
    }
    Err(Refusal::Unavailable)
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
            match fresh.get(&pod.device) {
                Some(readings) => self.one(pod, readings, &mut judging)?,
                None if pod.device == self.node.node.device => see(pod, now),
                // What is sent again tells nothing of a pod.
                None => {}
            }
        }
        Ok((judging.outcome(pods)?, accepted))
    }

    fn one(&self, pod: &mut Pod, readings: &[Reading], judging: &mut Judging<'_>) -> Result<(), Error> {
        pod.node = Some(self.node.node.device.clone());
        let newest = readings.iter().map(Reading::at).max().unwrap_or_default();
        // What comes late is older than what is known.
        if pod.seen_at.is_none_or(|seen_at| newest >= seen_at) {
            pod.battery = telemetry::battery(readings).or(pod.battery);
        }
        see(pod, newest.min(judging.now()));
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

/// Notes when something was heard of.
fn see(pod: &mut Pod, at: DateTime<Utc>) {
    pod.seen_at = Some(pod.seen_at.map_or(at, |seen_at| seen_at.max(at)));
}
