//! What a person says of a result of models.

use chrono::SecondsFormat;
use serde_json::{Value, json};

use super::read::references;
use super::{Item, OBSERVATION, Part, REPORT};
use crate::fhir::codes::hl7::provenance_participant_type::{AUTHOR, VERIFIER};
use crate::fhir::unconfirmed::{
    By, Edit, NotCorrected, confirmed, corrected, report_of_corrected, withdrawn,
};
use crate::identity::Caller;
use crate::records::provenance::marked;
use crate::records::{Error, Precondition, Records, Write};

/// What a person says.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// It is right.
    Confirmed,
    /// It is right but for these values of Observations, each with the Observation's id.
    Corrected(Vec<(String, Edit)>),
    /// It is wrong, and nothing takes its place.
    Rejected,
}

/// Why a result was not judged.
#[derive(Debug, thiserror::Error)]
pub enum NotJudged {
    /// Somebody has judged it, or it was changed, since it was read.
    #[error("the result has changed since it was read")]
    Changed,
    /// It is not all there for the person.
    #[error("a part of the result cannot be read: nobody answers for what they cannot see")]
    InPart,
    /// Nothing would be corrected.
    #[error("every value is as it was: confirm the result, or put a value right")]
    Same,
    /// Why a value is none.
    #[error(transparent)]
    Value(#[from] NotCorrected),
    /// It cannot be written.
    #[error(transparent)]
    Records(#[from] Error),
}

impl Records {
    /// Judges a result in the versions that were read: who reads what a vendor's API tells of it reads that from now on.
    ///
    /// # Errors
    /// Why it was not judged; then nothing is written.
    pub async fn judge(
        &self,
        caller: &Caller,
        item: &Item,
        verdict: &Verdict,
        (author, reason): (Value, &str),
    ) -> Result<(), NotJudged> {
        if !item.is_unconfirmed() {
            return Err(NotJudged::Changed);
        }
        if item.lacks_some {
            return Err(NotJudged::InPart);
        }
        let by = By { author, now: self.now() };
        let mut writes = writes(item, verdict, reason, &by)?;
        let told = provenance(&writes, verdict, reason, &by);
        writes.extend(self.tasks(caller, item, &by).await?);
        writes.push(Write::Create { resource: told, id: None });
        match self.transact(caller, writes).await {
            Ok(_) => Ok(()),
            Err(Error::PreconditionFailed { .. } | Error::Conflict | Error::NothingThere | Error::Gone) => {
                Err(NotJudged::Changed)
            }
            Err(other) => Err(other.into()),
        }
    }

    /// The Tasks that asked for what was found in a study, which were touched now.
    async fn tasks(&self, caller: &Caller, item: &Item, by: &By) -> Result<Vec<Write>, Error> {
        let studies =
            item.parts.iter().flat_map(|part| references(&part.json, "imagingStudy", "ImagingStudy"));
        let studies: Vec<_> = studies.map(|id| format!("ImagingStudy/{id}")).collect();
        if studies.is_empty() {
            return Ok(Vec::new());
        }
        let found = self.all_by(&caller.quietly(), "Task", &[("focus", studies.join(","))]).await?;
        let touch = |stored: crate::records::Stored| {
            let mut task = stored.json()?;
            if let Some(task) = task.as_object_mut() {
                let now = by.now.to_rfc3339_opts(SecondsFormat::Millis, true);
                task.insert("lastModified".to_owned(), now.into());
            }
            Ok(Write::Update { resource: task, id: stored.id, precondition: Some(stored.version.into()) })
        };
        found.into_iter().map(touch).collect()
    }
}

fn writes(item: &Item, verdict: &Verdict, reason: &str, by: &By) -> Result<Vec<Write>, NotJudged> {
    let (mut writes, mut is_other) = (Vec::new(), false);
    // Reports last: what they say depends on what becomes of their results.
    let (reports, others): (Vec<_>, Vec<_>) =
        item.parts.iter().partition(|part| part.stored.resource_type == REPORT);
    for part in others {
        let edited = match verdict {
            Verdict::Corrected(edits) => edited(part, edits, reason, by)?,
            Verdict::Confirmed | Verdict::Rejected => None,
        };
        is_other |= edited.is_some();
        let judged = edited.or_else(|| judged(part, verdict, reason, by));
        writes.extend(judged.map(|resource| update(part, resource)));
    }
    if matches!(verdict, Verdict::Corrected(_)) && !is_other {
        return Err(NotJudged::Same);
    }
    for part in reports {
        let judged = if is_other && part.is_unconfirmed() {
            Some(report_of_corrected(part.json.clone(), reason, by))
        } else {
            judged(part, verdict, reason, by)
        };
        writes.extend(judged.map(|resource| update(part, resource)));
    }
    Ok(writes)
}

fn edited(
    part: &Part,
    edits: &[(String, Edit)],
    reason: &str,
    by: &By,
) -> Result<Option<Value>, NotCorrected> {
    let is_open = part.is_unconfirmed() && part.stored.resource_type == OBSERVATION;
    let of_part = edits.iter().filter(|(id, _)| is_open && *id == part.stored.id);
    let of_part: Vec<_> = of_part.map(|(_, edit)| edit.clone()).collect();
    corrected(&part.json, &of_part, reason, by)
}

fn judged(part: &Part, verdict: &Verdict, reason: &str, by: &By) -> Option<Value> {
    part.is_unconfirmed().then(|| match verdict {
        Verdict::Confirmed | Verdict::Corrected(_) => confirmed(part.json.clone(), by),
        Verdict::Rejected => withdrawn(part.json.clone(), reason, by),
    })
}

fn update(part: &Part, resource: Value) -> Write {
    let precondition = Some(part.stored.version.into());
    Write::Update { resource, id: part.stored.id.clone(), precondition }
}

/// Who says so of which versions, and why.
fn provenance(writes: &[Write], verdict: &Verdict, reason: &str, by: &By) -> Value {
    let targets: Vec<_> = writes.iter().filter_map(next_version).collect();
    let role = match verdict {
        Verdict::Confirmed | Verdict::Rejected => VERIFIER,
        Verdict::Corrected(_) => AUTHOR,
    };
    let mut provenance = json!({
        "resourceType": "Provenance",
        "target": targets,
        "recorded": by.now.to_rfc3339_opts(SecondsFormat::Millis, true),
        "agent": [{ "type": role.concept(), "who": by.author }],
    });
    if let Some(provenance) = provenance.as_object_mut().filter(|_| !reason.is_empty()) {
        provenance.insert("reason".to_owned(), json!([{ "text": reason }]));
    }
    marked(provenance)
}

/// The version that a write makes, which holds that it goes on from the one before.
fn next_version(write: &Write) -> Option<Value> {
    let Write::Update { resource, id, precondition: Some(Precondition::OneOf(versions)) } = write else {
        return None;
    };
    let (of, version) = (resource.get("resourceType")?.as_str()?, versions.first()?.checked_add(1)?);
    Some(json!({ "reference": format!("{of}/{id}/_history/{version}") }))
}
