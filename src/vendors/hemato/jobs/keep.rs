//! What the Task of a study is told: that somebody looks, and what came of it.

use serde_json::Value;

use super::callback::{Callback, Event, Files};
use super::{Outcome, Reviewer};
use crate::identity::Caller;
use crate::records::along::{Addresses, Along};
use crate::records::errands::Purpose;
use crate::records::{Beside, Error, Precondition, Write};
use crate::vendors::hemato::errors::Refusal;
use crate::vendors::hemato::review::Findings;
use crate::vendors::hemato::store::{ATTEMPTS, current, hold, unless_late, update};
use crate::vendors::hemato::studies::{Study, files, models as by_models};
use crate::vendors::hemato::to_fhir::Context;
use crate::vendors::hemato::to_fhir::report::basis::basis;
use crate::vendors::hemato::to_fhir::report::{Looked, Of, Origin, observations, provenance, report};
use crate::vendors::hemato::to_fhir::study::{answered, begun, failed, reported, unfetched};
use crate::vendors::models;

impl Reviewer {
    /// Says that somebody looks at the study; none where it is gone, or asks for nothing any more.
    pub(super) async fn begin(&self, caller: &Caller, id: &str) -> Result<Option<Study>, Refusal> {
        for _ in 0..ATTEMPTS {
            let Some(study) = self.wanted(caller, id).await? else { return Ok(None) };
            let write = update(&study.task, begun(study.asked.clone(), &self.context()));
            if unless_late(self.records.transact(caller, vec![write]).await)?.is_some() {
                // As it is now.
                return self.wanted(caller, id).await;
            }
        }
        Err(Refusal::Unavailable)
    }

    /// Writes what came of it, unless the Task no longer asks for that.
    pub(super) async fn keep(&self, caller: &Caller, id: &str, outcome: &Outcome) -> Result<(), Refusal> {
        for _ in 0..ATTEMPTS {
            let Some(study) = self.wanted(caller, id).await? else { return Ok(()) };
            let context = self.context();
            let task = study.asked.clone();
            let (writes, event) = match outcome {
                Outcome::Found(findings) => {
                    let (writes, version) = self.found(caller, &study, findings, &context).await?;
                    (writes, Event::ReportReady(version))
                }
                Outcome::Nothing(reason) => {
                    (vec![update(&study.task, failed(task, reason, &context))], Event::ReviewFailed)
                }
                Outcome::NotFetched(reason, _) => {
                    (vec![update(&study.task, unfetched(task, reason, &context))], Event::ReviewFailed)
                }
            };
            let beside = self.ending(caller, &study, outcome, event).await?;
            // What is called no more is a secret of no use.
            let purposes = [Purpose::List, Purpose::File, Purpose::Callback, Purpose::Base];
            let addresses = purposes.map(|purpose| Addresses {
                subject: id.to_owned(),
                purpose,
                all: Vec::new(),
                unless_known: false,
            });
            let along = Along { addresses: addresses.to_vec(), ..Along::default() };
            if unless_late(self.records.transact_along(caller, writes, &beside, along).await)?.is_some() {
                self.deliveries.wake();
                return Ok(());
            }
        }
        Err(Refusal::Unavailable)
    }

    /// What is told at the end: of files that did not come first of that.
    async fn ending(
        &self,
        caller: &Caller,
        study: &Study,
        outcome: &Outcome,
        event: Event,
    ) -> Result<Beside, Error> {
        let Some(callback) = Callback::of(&self.records, caller, &study.id).await? else {
            return Ok(Beside::default());
        };
        let mut events = Vec::new();
        match outcome {
            Outcome::NotFetched(_, missing) => {
                let files = Files::of(&self.records, caller, &study.id, missing.clone()).await?;
                events.push(Event::FilesReceived(files));
            }
            Outcome::Found(_) | Outcome::Nothing(_) => {}
        }
        events.push(event);
        Ok(callback.telling(study, &events))
    }

    /// Says that all files came, which are fetched no more.
    pub(super) async fn received(&self, caller: &Caller, id: &str) -> Result<(), Refusal> {
        for _ in 0..ATTEMPTS {
            let Some(study) = self.wanted(caller, id).await? else { return Ok(()) };
            let beside = match Callback::of(&self.records, caller, id).await? {
                Some(callback) => {
                    let files = Files::of(&self.records, caller, id, Vec::new()).await?;
                    callback.telling(&study, &[Event::FilesReceived(files)])
                }
                None => Beside::default(),
            };
            let file = Addresses {
                subject: id.to_owned(),
                purpose: Purpose::File,
                all: Vec::new(),
                unless_known: false,
            };
            let along = Along { addresses: vec![file], ..Along::default() };
            let writes = vec![hold("Task", &study.task)?];
            if unless_late(self.records.transact_along(caller, writes, &beside, along).await)?.is_some() {
                self.deliveries.wake();
                return Ok(());
            }
        }
        Err(Refusal::Unavailable)
    }

    /// The report, as a further version where there is one; that version's number.
    async fn found(
        &self,
        caller: &Caller,
        study: &Study,
        findings: &Findings,
        context: &Context,
    ) -> Result<(Vec<Write>, i64), Refusal> {
        let before = current(&self.records, caller, "DiagnosticReport", &study.id).await?;
        let signed = before.as_ref().map(|before| before.json()).transpose()?.filter(by_models::is_signed);
        if let Some((before, _)) = before.as_ref().zip(signed) {
            // Nobody is overruled by a model.
            let writes = vec![
                update(&study.task, reported(study.asked.clone(), context)),
                update(&study.stored, answered(study.request.clone())),
            ];
            return Ok((writes, before.version));
        }
        let files: Vec<_> = files::of(&self.records, caller, &study.id)
            .await?
            .into_iter()
            .map(|file| Looked { id: file.id, media: file.media })
            .collect();
        let of = Of { study: &study.id, request: &study.request, files: &files };
        let mut writes = self.devices(caller, findings).await?;
        let ids = self.said(findings, &of, context, &mut writes);
        let version = before.as_ref().map_or(1, |before| before.version.saturating_add(1));
        let precondition = before.map_or(Precondition::Absent, |before| before.version.into());
        let resource = report(findings, &of, &ids, context);
        writes.push(Write::Update { resource, id: study.id.clone(), precondition: Some(precondition) });
        if let Some(resource) = provenance(findings, &of, context) {
            writes.push(Write::Create { resource, id: None });
        }
        writes.push(update(&study.task, reported(study.asked.clone(), context)));
        writes.push(update(&study.stored, answered(study.request.clone())));
        Ok((writes, version))
    }

    /// The Observations; the ids of those that the report tells.
    fn said(
        &self,
        findings: &Findings,
        of: &Of<'_>,
        context: &Context,
        writes: &mut Vec<Write>,
    ) -> Vec<String> {
        let (mut told, mut seen) = (Vec::new(), Vec::new());
        let mut of_seen = findings.seen.iter();
        for (at, resource) in observations(findings, of, context).into_iter().enumerate() {
            let id = self.records.new_id();
            writes.push(Write::Create { resource, id: Some(id.clone()) });
            let one = (at >= findings.statistics.len()).then(|| of_seen.next()).flatten();
            seen.extend(one.map(|_| id.clone()));
            told.extend(one.is_none_or(|one| one.is_finding).then_some(id));
        }
        let resource = basis(&findings.basis, &seen, Origin::Models(&findings.models), of, context);
        let id = self.records.new_id();
        writes.push(Write::Create { resource, id: Some(id.clone()) });
        told.push(id);
        told
    }

    /// The Devices of the models that the tenant does not have as they must be.
    async fn devices(&self, caller: &Caller, findings: &Findings) -> Result<Vec<Write>, Refusal> {
        let mut writes = Vec::new();
        for model in &findings.models {
            let (id, resource): (_, Value) = (models::id(model), models::device(model));
            match current(&self.records, caller, "Device", &id).await? {
                Some(stored) if models::is_same(&stored.json()?, &resource) => {}
                Some(stored) => writes.push(update(&stored, resource)),
                None => writes.push(Write::Update { resource, id, precondition: Some(Precondition::Absent) }),
            }
        }
        Ok(writes)
    }
}
