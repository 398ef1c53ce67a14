//! What the Task of a study is told: that somebody looks, and what came of it.

use serde_json::Value;

use super::{Outcome, Reviewer};
use crate::identity::Caller;
use crate::inference::smear::Findings;
use crate::records::along::{Addresses, Along};
use crate::records::errands::Purpose;
use crate::records::{Beside, Precondition, Write};
use crate::vendors::hemato::errors::Refusal;
use crate::vendors::hemato::store::{ATTEMPTS, current, unless_late, update};
use crate::vendors::hemato::studies::{Study, files};
use crate::vendors::hemato::to_fhir::Context;
use crate::vendors::hemato::to_fhir::report::{Looked, Of, observations, provenance, report};
use crate::vendors::hemato::to_fhir::study::{answered, begun, failed, reported};
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
            let writes = match outcome {
                Outcome::Found(findings) => self.found(caller, &study, findings, &context).await?,
                Outcome::Nothing(reason) => vec![update(&study.task, failed(task, reason, &context))],
            };
            // What is fetched no more is a secret of no use.
            let addresses = [Purpose::List, Purpose::File].map(|purpose| Addresses {
                subject: id.to_owned(),
                purpose,
                all: Vec::new(),
                unless_known: false,
            });
            let along = Along { addresses: addresses.to_vec(), ..Along::default() };
            if unless_late(self.records.transact_along(caller, writes, &Beside::default(), along).await)?
                .is_some()
            {
                return Ok(());
            }
        }
        Err(Refusal::Unavailable)
    }

    /// The report, as a further version where there is one.
    async fn found(
        &self,
        caller: &Caller,
        study: &Study,
        findings: &Findings,
        context: &Context,
    ) -> Result<Vec<Write>, Refusal> {
        let files: Vec<_> = files::of(&self.records, caller, &study.id)
            .await?
            .into_iter()
            .map(|file| Looked { id: file.id, media: file.media })
            .collect();
        let of = Of { study: &study.id, request: &study.request, files: &files };
        let mut writes = self.devices(caller, findings).await?;
        let mut ids = Vec::new();
        for resource in observations(findings, &of, context) {
            let id = self.records.new_id();
            writes.push(Write::Create { resource, id: Some(id.clone()) });
            ids.push(id);
        }
        let before = current(&self.records, caller, "DiagnosticReport", &study.id).await?;
        let precondition = before.map_or(Precondition::Absent, |before| before.version.into());
        let resource = report(findings, &of, &ids, context);
        writes.push(Write::Update { resource, id: study.id.clone(), precondition: Some(precondition) });
        if let Some(resource) = provenance(findings, &of, context) {
            writes.push(Write::Create { resource, id: None });
        }
        writes.push(update(&study.task, reported(study.asked.clone(), context)));
        writes.push(update(&study.stored, answered(study.request.clone())));
        Ok(writes)
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
