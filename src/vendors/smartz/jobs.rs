//! What time alone brings about: pods that nobody hears, pads that are wet for long, alerts that nobody sees to.
//!
//! A pod's row tells when that may next be. Of several replicas that look, one holds the row; the others pass it over.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::TimeDelta;

use super::judging::Judging;
use super::leavings::Leavings;
use super::notifications::Notifications;
use super::pairing;
use super::settings::AllSettings;
use super::telemetry::OLDEST;
use crate::clinical::continence::Input;
use crate::identity::{Caller, Surface, TenantId};
use crate::platform::delivery::Deliveries;
use crate::records::pods::{Held, Pod, Taking};
use crate::records::{Error, Records};

/// How often it looks.
const EVERY: Duration = Duration::from_secs(2);
/// So many pods are judged together.
const AT_ONCE: i64 = 100;
/// So long streams can go on from what they told last.
const TOLD: TimeDelta = TimeDelta::days(7);
/// Every so many rounds what is no longer needed is removed.
const SELDOM: u32 = 1_800;

/// Sees to what time alone brings about.
#[derive(Clone)]
pub struct Watch {
    records: Records,
    deliveries: Deliveries,
    leavings: Leavings,
}

impl Watch {
    /// Over these.
    #[must_use]
    pub fn new(records: Records, deliveries: Deliveries, leavings: Leavings) -> Self {
        Self { records, deliveries, leavings }
    }

    /// Works until the task is dropped.
    pub async fn work(&self) {
        tokio::join!(self.look(), self.leavings.work());
    }

    async fn look(&self) {
        let mut ticks = tokio::time::interval(EVERY);
        let mut rounds: u32 = 0;
        loop {
            ticks.tick().await;
            if let Err(error) = self.step().await {
                error.log();
                tracing::warn!("pods whose time has come could not be seen to");
            }
            if rounds.checked_rem(SELDOM) == Some(0) {
                self.forget().await;
            }
            rounds = rounds.wrapping_add(1);
        }
    }

    /// Sees to all pods whose time has come; says how many that were.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn step(&self) -> Result<usize, Error> {
        let mut count: usize = 0;
        for tenant in self.records.tenants_with_astray_pods().await? {
            let followed = pairing::follow_waiting(&self.records, &self.deliveries, tenant).await?;
            count = count.saturating_add(followed);
        }
        for tenant in self.records.tenants_with_due_pods().await? {
            // A fault of one tenant is none of the others'.
            match self.of(tenant).await {
                Ok(done) => count = count.saturating_add(done),
                Err(error) => error.log(),
            }
        }
        if count > 0 {
            self.deliveries.wake();
        }
        Ok(count)
    }

    async fn of(&self, tenant: TenantId) -> Result<usize, Error> {
        let caller = Caller::system(tenant, Surface::Smartz).doing("watch-pods");
        let mut count: usize = 0;
        loop {
            let due = self.records.due_pods(&caller, AT_ONCE).await?;
            let mut organisations: BTreeMap<String, Vec<Pod>> = BTreeMap::new();
            for pod in due {
                organisations.entry(pod.organization.clone()).or_default().push(pod);
            }
            let mut done: usize = 0;
            for (organisation, pods) in &organisations {
                done = done.saturating_add(match self.some(&caller, organisation, pods).await {
                    Ok(done) => done,
                    Err(error) => {
                        error.log();
                        self.one_by_one(&caller, organisation, pods).await
                    }
                });
            }
            count = count.saturating_add(done);
            // None: there are none, or others hold them.
            if done == 0 {
                return Ok(count);
            }
        }
    }

    /// Each pod by itself, after all together met a fault: how many could be seen to.
    async fn one_by_one(&self, caller: &Caller, organisation: &str, pods: &[Pod]) -> usize {
        let mut done: usize = 0;
        for pod in pods {
            match self.some(caller, organisation, std::slice::from_ref(pod)).await {
                Ok(count) => done = done.saturating_add(count),
                Err(error) => {
                    error.log();
                    tracing::error!(pod = pod.device, "a pod whose time has come cannot be seen to");
                }
            }
        }
        done
    }

    async fn some(&self, caller: &Caller, organisation: &str, due: &[Pod]) -> Result<usize, Error> {
        let now = self.records.now();
        let wearers: Vec<_> = due.iter().filter_map(|pod| pod.patient.as_deref()).collect();
        let settings = AllSettings::read(&self.records, caller, organisation, &wearers).await?;
        let notifications = Notifications::read(&self.deliveries, caller.tenant).await?;
        let mut devices: Vec<_> = due.iter().map(|pod| pod.device.clone()).collect();
        devices.sort();
        let taking = Taking { devices, due: Some(now), ..Taking::default() };
        let mut done = 0;
        let choose = |held: Held| {
            let mut judging = Judging::new(now, &notifications);
            let mut pods = held.pods;
            done = pods.len();
            for pod in &mut pods {
                let own =
                    pod.patient.clone().map(|patient| settings.of(&patient).clone()).unwrap_or_default();
                let before = pod.due;
                pod.due = None;
                judging.judge(pod, &own, vec![Input::Tick])?;
                if pod.due.is_some() && pod.due == before {
                    // What is due and does not change anything would be due for ever.
                    pod.due = before.map(|due| due.max(now) + TimeDelta::minutes(1));
                }
            }
            judging.outcome(pods)
        };
        self.records.transact_pods(caller, organisation, &taking, choose).await?;
        Ok(done)
    }

    async fn forget(&self) {
        let now = self.records.now();
        match self.records.forget_taken(now - OLDEST - TimeDelta::days(2), now - TOLD).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "rows about readings that were taken long ago were removed"),
            Err(error) => {
                error.log();
                tracing::warn!("rows about readings that were taken long ago could not be removed");
            }
        }
    }
}
