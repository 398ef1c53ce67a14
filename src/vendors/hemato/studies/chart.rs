//! The report on a study with all that it was made from, for who reads it closely or changes it.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{Study, progress};
use crate::fhir::unconfirmed::Standing;
use crate::identity::Caller;
use crate::platform::queue::Queue;
use crate::records::{Error, Records, Stored};
use crate::vendors::hemato::errors::Refusal;
use crate::vendors::hemato::from_fhir::cell::Said;
use crate::vendors::hemato::from_fhir::list;
use crate::vendors::hemato::from_fhir::report::pointed;
use crate::vendors::hemato::from_fhir::smear::Smear;
use crate::vendors::hemato::state::State;
use crate::vendors::hemato::store::{all, current};

/// A report with all that it was made from.
#[derive(Debug)]
pub struct Chart {
    /// The DiagnosticReport, as it was found.
    pub stored: Stored,
    /// The DiagnosticReport.
    pub report: Value,
    /// All Observations of the study, by id, as they were found.
    pub found: HashMap<String, Stored>,
    /// The Observations, by id.
    pub observations: HashMap<String, Value>,
    /// What people said of single cells, with the ids of their Observations, the first said first.
    pub said: Vec<(String, Said)>,
}

impl Chart {
    /// The report on a study.
    ///
    /// # Errors
    /// [`Refusal::ReportNotReady`] while there is none.
    pub async fn of(
        records: &Records,
        queue: &Queue,
        caller: &Caller,
        study: &Study,
    ) -> Result<Self, Refusal> {
        let stored = current(records, caller, "DiagnosticReport", &study.id).await?;
        let Some(stored) = stored.filter(|_| study.state() == State::Ready) else {
            let status = progress::of(queue, caller.tenant, &study.id, &study.asked).await?;
            return Err(Refusal::ReportNotReady(Box::new(json!(status))));
        };
        Ok(Self::with(records, caller, &study.id, stored).await?)
    }

    async fn with(records: &Records, caller: &Caller, study: &str, stored: Stored) -> Result<Self, Error> {
        let by = [("based-on", format!("ServiceRequest/{study}"))];
        let (mut found, mut observations, mut said) = (HashMap::new(), HashMap::new(), Vec::new());
        for stored in all(records, caller, "Observation", &by).await? {
            let json = stored.json()?;
            said.extend(Said::of(&json).map(|said| (stored.id.clone(), said)));
            observations.insert(stored.id.clone(), json);
            found.insert(stored.id.clone(), stored);
        }
        Ok(Self { report: stored.json()?, stored, found, observations, said })
    }

    /// What the report was made from; none where nobody kept that.
    #[must_use]
    pub fn smear(&self) -> Option<Smear<'_>> {
        Smear::of(&self.report, &self.observations)
    }

    /// Holds that somebody who has read this version may change the report.
    ///
    /// # Errors
    /// [`Refusal::ReportChanged`] when it is in another, or what [`Chart::may_change`] says.
    pub fn may_change_from(&self, version: i64) -> Result<(), Refusal> {
        if self.stored.version == version { self.may_change() } else { Err(Refusal::ReportChanged) }
    }

    /// Holds that a report stands that is all there: whoever cannot read a part of it neither counts it anew nor answers for it.
    ///
    /// # Errors
    /// [`Refusal::ReportWithdrawn`] and [`Refusal::ReportInPart`].
    pub fn may_change(&self) -> Result<(), Refusal> {
        if Standing::of(&self.report) == Standing::Withdrawn {
            return Err(Refusal::ReportWithdrawn);
        }
        let members = self.smear().is_none_or(|smear| self.has_all(smear.kept.1, "hasMember"));
        if members && self.has_all(&self.report, "result") { Ok(()) } else { Err(Refusal::ReportInPart) }
    }

    /// Whether every Observation that a member of a resource names is there.
    fn has_all(&self, resource: &Value, name: &str) -> bool {
        let ids = pointed(resource, name, "/reference", "Observation");
        ids.len() == list(resource, name).count() && ids.iter().all(|id| self.observations.contains_key(*id))
    }
}
