//! What the Task of a scan is told: that somebody looks, and what came of it.

use chrono::DateTime;
use serde_json::Value;

use super::{Analyst, Seen};
use crate::identity::Caller;
use crate::inference::imaging::{Finding, Organ};
use crate::platform::delivery::Notice;
use crate::records::{Beside, Error, Precondition, Write};
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::events::{Event, Told};
use crate::vendors::imagemedix::from_fhir::result::{self, is_judged};
use crate::vendors::imagemedix::from_fhir::{patient, scan as from_scan, text};
use crate::vendors::imagemedix::scans::{self, Found, Scan, outcome};
use crate::vendors::imagemedix::state::State;
use crate::vendors::imagemedix::store::{ATTEMPTS, current, hold, new_id, update, written, written_beside};
use crate::vendors::imagemedix::to_fhir::result::Of;
use crate::vendors::imagemedix::to_fhir::scan::{begun, failed, found, of_modality, overtaken, stands};
use crate::vendors::imagemedix::to_fhir::{self, Context, finding};
use crate::vendors::imagemedix::wire;
use crate::vendors::models;

/// What is written when an analysis ends, and what that comes to.
struct Kept {
    writes: Vec<Write>,
    /// The ImagingStudy, where it changes.
    study: Option<Value>,
    state: State,
    result: Option<wire::Outcome>,
}

impl Kept {
    /// Nothing can be said of the scan, and why. What was found before stands: that somebody asked for something that it is not takes
    /// nothing away from it.
    fn nothing(
        scan: &Scan,
        task: Value,
        before: Option<&Found>,
        reason: &str,
        context: &Context,
    ) -> Result<Self, Error> {
        let Some((before, result)) = before.zip(outcome(before)) else {
            let writes = vec![update(&scan.task, failed(task, reason, context))];
            return Ok(Self { writes, study: None, state: State::Failed, result: None });
        };
        let task = stands(task, &before.stored.id, reason, context);
        let writes = vec![update(&scan.task, task), hold("Observation", &before.stored)?];
        Ok(Self { writes, study: None, state: State::Completed, result: Some(result) })
    }
}

impl Analyst {
    /// Says that somebody looks at the scan, of the organ that it must be of; none where it is gone, or was looked at.
    pub(super) async fn begin(
        &self,
        caller: &Caller,
        id: &str,
    ) -> Result<Option<(Scan, Option<Organ>)>, Refusal> {
        for _ in 0..ATTEMPTS {
            let Some(scan) = self.scan(caller, id).await? else { return Ok(None) };
            let task = scan.asked()?;
            match State::of(&task) {
                State::Pending | State::Processing => {}
                State::Completed | State::Failed => return Ok(None),
            }
            let organ = from_scan::organ(&task);
            let begun = update(&scan.task, begun(task, &self.context()));
            if written(&self.records, caller, vec![begun]).await?.is_some() {
                return Ok(Some((scan, organ)));
            }
        }
        Err(Refusal::Unavailable)
    }

    /// Writes what came of it, unless the Task no longer asks for that.
    pub(super) async fn keep(
        &self,
        caller: &Caller,
        id: &str,
        wanted: Option<Organ>,
        seen: &Seen,
    ) -> Result<(), Refusal> {
        for _ in 0..ATTEMPTS {
            let Some(scan) = self.scan(caller, id).await? else { return Ok(()) };
            let task = scan.asked()?;
            if State::of(&task) != State::Processing || from_scan::organ(&task) != wanted {
                return Ok(());
            }
            let context = self.context();
            let Kept { mut writes, study, state, result } = match seen {
                Seen::Found(finding) => self.found(caller, &scan, task, finding, &context).await?,
                Seen::Nothing(reason) => {
                    let before = scan.observation(&self.records, caller).await?;
                    Kept::nothing(&scan, task, before.as_ref(), reason, &context)?
                }
                Seen::TooLate | Seen::Later => return Ok(()),
            };
            writes.push(match study {
                Some(changed) => update(&scan.stored, changed),
                None => hold("ImagingStudy", &scan.stored)?,
            });
            let beside = Beside::telling([self.notice(caller, &scan, state, result).await?]);
            if written_beside(&self.records, caller, writes, &beside).await?.is_some() {
                return Ok(());
            }
        }
        Err(Refusal::Unavailable)
    }

    /// What a model found, unless a person has found or rejected something meanwhile or before: nobody is overruled by a model.
    async fn found(
        &self,
        caller: &Caller,
        scan: &Scan,
        task: Value,
        found_in: &Finding,
        context: &Context,
    ) -> Result<Kept, Refusal> {
        let before = scan.observation(&self.records, caller).await?;
        let Some((media, media_id)) = scan.media.as_ref().zip(scan.media_id()) else {
            return Ok(Kept::nothing(scan, task, before.as_ref(), "The picture is gone", context)?);
        };
        let taken = text(&scan.study, "started").and_then(|time| DateTime::parse_from_rfc3339(time).ok());
        let taken = taken.map(|time| time.to_utc());
        let of = Of { id: &scan.id, study: &scan.study, media: media_id, taken };
        let reported = scan.report(&self.records, caller).await?;
        if [&before, &reported].into_iter().flatten().any(|found| is_judged(&found.json)) {
            let writes = vec![update(&scan.task, overtaken(task, context))];
            return Ok(Kept {
                writes,
                study: None,
                state: State::Completed,
                result: outcome(before.as_ref()),
            });
        }
        let id = |before: &Option<Found>| {
            before.as_ref().map_or_else(|| scan.id.clone(), |found| found.stored.id.clone())
        };
        let (id, report_id) = (id(&before), id(&reported));
        let observation = finding::observation(found_in, &of, from_scan::sides(media), context);
        let report = finding::report(found_in, &of, (&id, &observation), context);
        let study = of_modality(&scan.study, found_in.organ);
        let mut targets = vec![format!("Observation/{id}"), format!("DiagnosticReport/{report_id}")];
        targets.extend(study.iter().map(|_| format!("ImagingStudy/{}", scan.stored.id)));
        let provenance = finding::provenance(found_in, &targets, media_id, context);
        let result = result::outcome(&observation);
        let mut writes = self.devices(caller, found_in).await?;
        writes.extend([
            put(observation, id.clone(), before.as_ref()),
            put(report, report_id, reported.as_ref()),
            Write::Create { resource: provenance, id: Some(new_id(&self.records)) },
            update(&scan.task, found(task, &id, context)),
        ]);
        Ok(Kept { writes, study, state: State::Completed, result })
    }

    /// What webhooks are told: that the analysis is complete, or has failed.
    async fn notice(
        &self,
        caller: &Caller,
        scan: &Scan,
        state: State,
        result: Option<wire::Outcome>,
    ) -> Result<Notice, Refusal> {
        let patient = match scan.patient() {
            Some(id) => current(&self.records, caller, "Patient", id).await?,
            None => None,
        };
        let patient_id = patient.map(|stored| stored.json()).transpose()?.as_ref().map(patient::patient_id);
        let event = match state {
            State::Completed => Event::Analyzed,
            State::Failed | State::Pending | State::Processing => Event::Failed,
        };
        let told = Told::new(&scan.id, patient_id.filter(|id| !id.is_empty()), state, result);
        Ok(told.notice(event, new_id(&self.records), self.records.now())?)
    }

    /// The Devices of the models that the tenant does not have as they must be.
    async fn devices(&self, caller: &Caller, found_in: &Finding) -> Result<Vec<Write>, Refusal> {
        let mut writes = Vec::new();
        for model in [&found_in.router, &found_in.model] {
            let (id, resource) = (models::id(model), models::device(model));
            let stored = current(&self.records, caller, "Device", &id).await?;
            match stored {
                Some(stored) if models::is_same(&stored.json()?, &resource) => {}
                Some(stored) => writes.push(update(&stored, resource)),
                None => {
                    let precondition = Some(Precondition::Absent);
                    writes.push(Write::Update { resource, id, precondition });
                }
            }
        }
        Ok(writes)
    }

    async fn scan(&self, caller: &Caller, id: &str) -> Result<Option<Scan>, Refusal> {
        match scans::find_among(&self.records, caller, id, Vec::new()).await {
            Ok(scan) => Ok(Some(scan)),
            Err(Refusal::NotFound(_)) => Ok(None),
            Err(other) => Err(other),
        }
    }

    fn context(&self) -> Context {
        // Who is responsible are the models, as Devices; no Practitioner is.
        let author = self.reader.models().first().map(models::id).unwrap_or_default();
        Context { now: self.records.now(), author: format!("Device/{author}") }
    }
}

/// Writes in place of what was found before, or makes the resource.
fn put(mut resource: Value, id: String, before: Option<&Found>) -> Write {
    to_fhir::set(&mut resource, "id", Some(id.clone().into()));
    let precondition = before.map_or(Precondition::Absent, |found| found.stored.version.into());
    Write::Update { resource, id, precondition: Some(precondition) }
}
