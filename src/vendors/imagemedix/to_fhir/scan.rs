//! A scan's Task as it goes on, and what its ImagingStudy is told by then; what a scan is made of, `crate::imaging::scan` has.

use serde_json::{Value, json};

use super::{Context, instant, reference, set};
use crate::fhir::codes::Code;
use crate::imaging::codes::{DIGITAL_RADIOGRAPHY, MAGNETIC_RESONANCE};
use crate::imaging::scan::identifiers;
use crate::inference::imaging::Organ;
use crate::vendors::imagemedix::codes::{BRAIN_ANALYSIS, CHEST_ANALYSIS, FINDING};
use crate::vendors::imagemedix::state::State;

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

/// The Task, once it is known that a later look came to nothing, and why: the Observation with that id was there before, and stands.
#[must_use]
pub fn stands(task: Value, observation: &str, reason: &str, context: &Context) -> Value {
    let mut task = found(task, observation, context);
    set(&mut task, "statusReason", Some(json!({ "text": reason })));
    task
}

/// The Task, once it is known that nothing will be found, and why.
#[must_use]
pub fn failed(task: Value, reason: &str, context: &Context) -> Value {
    let mut task = ended(task, State::Failed, context);
    set(&mut task, "statusReason", Some(json!({ "text": reason })));
    task
}

/// The ImagingStudy with the modality that an organ is looked at by here; none where nothing changes. A study with series has files that
/// say what it is of, and what somebody else said of a study without stays. Whether an X-ray fell on a plate or a detector no picture
/// says: it is called what most are today.
#[must_use]
pub fn of_modality(study: &Value, organ: Organ) -> Option<Value> {
    let coding = match organ {
        Organ::Brain => MAGNETIC_RESONANCE,
        Organ::Chest => DIGITAL_RADIOGRAPHY,
    }
    .coding();
    let ours = [MAGNETIC_RESONANCE, DIGITAL_RADIOGRAPHY].map(Code::coding);
    let said = study.get("modality").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let is_free = said.iter().all(|one| ours.contains(one) && *one != coding);
    (study.get("series").is_none() && is_free).then(|| {
        let mut study = study.clone();
        set(&mut study, "modality", Some(json!([coding])));
        study
    })
}

fn ended(task: Value, state: State, context: &Context) -> Value {
    let mut task = in_state(task, state, context);
    let mut period = task.get("executionPeriod").cloned().unwrap_or_else(|| json!({}));
    set(&mut period, "end", Some(instant(context.now).into()));
    set(&mut task, "executionPeriod", Some(period));
    task
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_study_of_a_picture_alone_gets_the_modality_of_what_is_seen() {
        let dcm = |code: &str, display: &str| json!({ "system": "http://dicom.nema.org/resources/ontology/DCM", "code": code, "display": display });
        let (mr, dx) = (dcm("MR", "Magnetic Resonance"), dcm("DX", "Digital Radiography"));
        let study = |said: &[&Value]| match said {
            [] => json!({ "resourceType": "ImagingStudy" }),
            said => json!({ "resourceType": "ImagingStudy", "modality": said }),
        };
        assert_eq!(of_modality(&study(&[]), Organ::Brain), Some(study(&[&mr])));
        assert_eq!(of_modality(&study(&[]), Organ::Chest), Some(study(&[&dx])));
        assert_eq!(
            of_modality(&study(&[&mr]), Organ::Chest),
            Some(study(&[&dx])),
            "asked anew, of another organ"
        );
        assert_eq!(of_modality(&study(&[&mr]), Organ::Brain), None, "nothing changes");
        assert_eq!(
            of_modality(&study(&[&json!({ "code": "CR" })]), Organ::Chest),
            None,
            "said by somebody else"
        );
        let of_a_file =
            json!({ "modality": [mr], "series": [{ "uid": "1.2", "modality": { "code": "MR" } }] });
        assert_eq!(of_modality(&of_a_file, Organ::Chest), None, "said by a file");
    }
}
