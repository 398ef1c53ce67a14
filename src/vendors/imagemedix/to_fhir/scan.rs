//! A scan: an ImagingStudy, a Media with the picture, and a Task that asks for it to be looked at.
//!
//! A picture that is no DICOM has no instances: its study says so by having no series.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{Context, instant, reference, set};
use crate::core::Secret;
use crate::fhir::codes::hl7::media_type;
use crate::fhir::codes::hl7::provenance_participant_type::AUTHOR;
use crate::fhir::codes::sid::FILE_SHA256;
use crate::inference::imaging::Organ;
use crate::vendors::imagemedix::codes::{
    ANALYSIS, BRAIN_ANALYSIS, CHEST_ANALYSIS, FINDING, JOB, PICTURE, SCAN,
};
use crate::vendors::imagemedix::state::State;

/// A checked scan.
#[derive(Clone, Debug)]
pub struct New {
    /// Its id.
    pub id: String,
    /// The logical id of the Patient whom it is of.
    pub patient: String,
    /// The patient's name, as it came with the scan.
    pub name: String,
    /// When it was taken.
    pub taken: DateTime<Utc>,
    /// The picture.
    pub file: File,
}

/// What is known of a picture's file.
#[derive(Clone, Debug)]
pub struct File {
    /// The name that it is kept under.
    pub name: String,
    /// Media type, by content.
    pub media_type: &'static str,
    /// Width in pixels, held upright.
    pub width: u32,
    /// Height in pixels, held upright.
    pub height: u32,
    /// Length of the file.
    pub size_bytes: usize,
    /// SHA-256 of the file's bytes, hexadecimal.
    pub sha256: String,
}

impl New {
    fn study(&self) -> String {
        format!("ImagingStudy/{}", self.id)
    }

    fn subject(&self) -> Value {
        json!({ "reference": format!("Patient/{}", self.patient), "display": self.name })
    }

    /// The ImagingStudy.
    #[must_use]
    pub fn imaging_study(&self) -> Value {
        json!({
            "resourceType": "ImagingStudy",
            "id": self.id,
            "identifier": [{ "system": SCAN, "value": self.id }],
            "status": "available",
            "subject": self.subject(),
            "started": instant(self.taken),
        })
    }

    /// The Media with the picture. Its bytes are the Binary of the same id.
    #[must_use]
    pub fn media(&self, context: &Context) -> Value {
        json!({
            "resourceType": "Media",
            "id": self.id,
            "identifier": [
                { "system": SCAN, "value": self.id },
                { "system": FILE_SHA256, "value": self.file.sha256 },
            ],
            "partOf": [reference(&self.study())],
            "status": "completed",
            "type": media_type::IMAGE.concept(),
            "subject": self.subject(),
            "createdDateTime": instant(self.taken),
            "issued": instant(context.now),
            "operator": reference(&context.author),
            "width": self.file.width,
            "height": self.file.height,
            "content": {
                "contentType": self.file.media_type,
                "url": format!("Binary/{}", self.id),
                "size": self.file.size_bytes,
                "title": self.file.name,
            },
        })
    }

    /// The Binary with the picture's bytes, which come in base64: they are many, and are moved. Who may not read the Media may not see
    /// it. <https://hl7.org/fhir/R4/binary.html>
    #[must_use]
    pub fn binary(&self, data: Secret<String>) -> Value {
        let mut resource = json!({
            "resourceType": "Binary",
            "id": self.id,
            "contentType": self.file.media_type,
            "securityContext": reference(&format!("Media/{}", self.id)),
        });
        set(&mut resource, "data", Some(data.into_inner().into()));
        resource
    }

    /// The Task of looking at it, with the id of the job that does.
    #[must_use]
    pub fn task(&self, job: &str, context: &Context) -> Value {
        json!({
            "resourceType": "Task",
            "id": self.id,
            "identifier": identifiers(&self.id, job),
            "status": State::Pending.code(),
            "intent": "order",
            "code": ANALYSIS.concept(),
            "focus": reference(&self.study()),
            "for": self.subject(),
            "authoredOn": instant(context.now),
            "lastModified": instant(context.now),
            "requester": reference(&context.author),
            "input": [{ "type": PICTURE.concept(), "valueReference": reference(&format!("Media/{}", self.id)) }],
        })
    }

    /// The Provenance of the scan: who sent it.
    #[must_use]
    pub fn provenance(&self, context: &Context) -> Value {
        json!({
            "resourceType": "Provenance",
            "id": self.id,
            "target": [reference(&self.study()), reference(&format!("Media/{}", self.id))],
            "recorded": instant(context.now),
            "agent": [{ "type": AUTHOR.concept(), "who": reference(&context.author) }],
        })
    }
}

/// The Task of a scan to which something was added.
#[must_use]
pub fn touched(mut task: Value, context: &Context) -> Value {
    set(&mut task, "lastModified", Some(instant(context.now).into()));
    task
}

/// The Task in another state. What is still to be done has not ended, and nothing has come of it.
#[must_use]
pub fn in_state(task: Value, state: State, context: &Context) -> Value {
    let mut task = touched(task, context);
    set(&mut task, "status", Some(state.code().into()));
    // Why it stood as it did says nothing of how it stands now.
    set(&mut task, "statusReason", None);
    match state {
        State::Pending | State::Processing => {
            set(&mut task, "executionPeriod", None);
            set(&mut task, "output", None);
        }
        State::Completed | State::Failed => {}
    }
    task
}

fn identifiers(scan: &str, job: &str) -> Value {
    json!([{ "system": SCAN, "value": scan }, { "system": JOB, "value": job }])
}

/// The Task, asked for anew: by the job with this id, of this organ.
#[must_use]
pub fn asked_anew(task: Value, scan: &str, job: &str, organ: Organ, context: &Context) -> Value {
    let mut task = in_state(task, State::Pending, context);
    let code = match organ {
        Organ::Brain => BRAIN_ANALYSIS,
        Organ::Chest => CHEST_ANALYSIS,
    };
    set(&mut task, "identifier", Some(identifiers(scan, job)));
    set(&mut task, "code", Some(code.concept()));
    task
}

/// The Task, once somebody looks.
#[must_use]
pub fn begun(task: Value, context: &Context) -> Value {
    let mut task = in_state(task, State::Processing, context);
    set(&mut task, "executionPeriod", Some(json!({ "start": instant(context.now) })));
    task
}

/// The Task, once something was found: the Observation with that id.
#[must_use]
pub fn found(task: Value, observation: &str, context: &Context) -> Value {
    let mut task = ended(task, State::Completed, context);
    let output = json!([{ "type": FINDING.concept(), "valueReference": reference(&format!("Observation/{observation}")) }]);
    set(&mut task, "output", Some(output));
    task
}

/// The Task, once it is known that a person has found something: that stands, and nothing else has come of it.
#[must_use]
pub fn overtaken(task: Value, context: &Context) -> Value {
    ended(task, State::Completed, context)
}

/// The Task, once it is known that nothing will be found, and why.
#[must_use]
pub fn failed(task: Value, reason: &str, context: &Context) -> Value {
    let mut task = ended(task, State::Failed, context);
    set(&mut task, "statusReason", Some(json!({ "text": reason })));
    task
}

fn ended(task: Value, state: State, context: &Context) -> Value {
    let mut task = in_state(task, state, context);
    let mut period = task.get("executionPeriod").cloned().unwrap_or_else(|| json!({}));
    set(&mut period, "end", Some(instant(context.now).into()));
    set(&mut task, "executionPeriod", Some(period));
    task
}
