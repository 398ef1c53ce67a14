//! What a model found in a scan, as an Observation, its DiagnosticReport and a Provenance (contract 6.2).
//!
//! It is labelled AIAST and preliminary until a person says so. Which side of the body is which is not known of a picture: places are
//! told in words of the picture, and as a region in its pixels.

use serde_json::{Number, Value, json};

use super::result::Of;
use super::{Context, instant, reference, set};
use crate::core::draft;
use crate::fhir::codes::hl7::observation_category::IMAGING;
use crate::fhir::codes::hl7::provenance_participant_type::ASSEMBLER;
use crate::fhir::codes::hl7::v3_observation_interpretation::{NEGATIVE, POSITIVE};
use crate::fhir::codes::hl7::v3_observation_value::ARTIFICIAL_INTELLIGENCE_ASSERTED;
use crate::fhir::codes::sid::MODEL_ID;
use crate::fhir::codes::snomed::{NEOPLASM_OF_BRAIN, PNEUMONIA};
use crate::fhir::codes::{Code, ucum};
use crate::inference::imaging::{Finding, Heat, Organ, Region, Statement};
use crate::inference::registry::ModelRef;
use crate::vendors::imagemedix::codes::{
    AI_GENERATED, CONFIDENCE, HEAT, REGION_BOTTOM, REGION_LEFT, REGION_RIGHT, REGION_TOP, RESULT,
    TUMOR_LOCATION, TUMOR_TYPE,
};
use crate::vendors::imagemedix::tumor::Tumor;
use crate::vendors::models;

/// A place is in the middle where its centre is within the middle third.
const THIRDS: [f32; 2] = [1.0 / 3.0, 2.0 / 3.0];

/// The Observation, of a picture with these sides.
#[must_use]
pub fn observation(finding: &Finding, of: &Of<'_>, sides: Option<[u64; 2]>, context: &Context) -> Value {
    let code = match finding.organ {
        Organ::Brain => NEOPLASM_OF_BRAIN,
        Organ::Chest => PNEUMONIA,
    };
    let is_found = finding.statement.is_found();
    let ModelRef { name, version, sha256 } = &finding.model;
    let mut resource = json!({
        "resourceType": "Observation",
        "meta": made_by_a_model(),
        "identifier": [{ "system": RESULT, "value": of.id }],
        "status": "preliminary",
        "category": [IMAGING.concept()],
        "code": code.concept(),
        "subject": of.study.get("subject"),
        "issued": instant(context.now),
        "valueBoolean": is_found,
        "interpretation": [if is_found { POSITIVE } else { NEGATIVE }.concept()],
        "method": {
            "coding": [{ "system": MODEL_ID, "code": format!("{name}@{version}#{sha256}") }],
            "text": format!("{name} {version}"),
        },
        "device": reference(&device(&finding.model)),
        "derivedFrom": of.sources(),
        "component": components(finding, sides),
    });
    set(&mut resource, "effectiveDateTime", of.taken.map(|taken| instant(taken).into()));
    resource
}

/// The DiagnosticReport with this Observation, which nobody has read yet.
#[must_use]
pub fn report(finding: &Finding, of: &Of<'_>, observation: (&str, &Value), context: &Context) -> Value {
    let mut resource = of.report(observation, context);
    set(&mut resource, "meta", Some(made_by_a_model()));
    set(&mut resource, "resultsInterpreter", None);
    set(&mut resource, "conclusion", Some(conclusion(finding).into()));
    resource
}

/// The Provenance: which models said so, of which picture.
#[must_use]
pub fn provenance(finding: &Finding, targets: &[String], media: &str, context: &Context) -> Value {
    let agent = |model: &ModelRef| json!({ "type": ASSEMBLER.concept(), "who": reference(&device(model)) });
    json!({
        "resourceType": "Provenance",
        "target": targets.iter().map(|target| reference(target)).collect::<Vec<_>>(),
        "recorded": instant(context.now),
        "agent": [agent(&finding.model), agent(&finding.router)],
        "entity": [{ "role": "source", "what": reference(&format!("Media/{media}")) }],
    })
}

fn device(model: &ModelRef) -> String {
    format!("Device/{}", models::id(model))
}

fn made_by_a_model() -> Value {
    json!({ "security": [ARTIFICIAL_INTELLIGENCE_ASSERTED.coding()], "tag": [AI_GENERATED.coding()] })
}

fn components(finding: &Finding, sides: Option<[u64; 2]>) -> Vec<Value> {
    let confidence = rounded(f64::from(finding.confidence), 4)
        .map(|number| json!({ "code": CONFIDENCE.concept(), "valueQuantity": ucum::ONE.quantity(number) }));
    let kind = kind(finding.statement)
        .map(|kind| json!({ "code": TUMOR_TYPE.concept(), "valueCodeableConcept": kind.code().concept() }));
    let place = finding
        .region
        .map(|region| json!({ "code": TUMOR_LOCATION.concept(), "valueString": place(region) }));
    let edges = finding.region.zip(sides).map(|(region, sides)| edges(region, sides));
    let heat = heat(&finding.heat);
    [confidence, kind, place].into_iter().flatten().chain(edges.into_iter().flatten()).chain(heat).collect()
}

fn kind(statement: Statement) -> Option<Tumor> {
    match statement {
        Statement::Glioma => Some(Tumor::Glioma),
        Statement::Meningioma => Some(Tumor::Meningioma),
        Statement::PituitaryTumor => Some(Tumor::Pituitary),
        Statement::NoTumor | Statement::Pneumonia | Statement::NoPneumonia => None,
    }
}

/// The region in pixels of the upright picture.
fn edges(region: Region, [width, height]: [u64; 2]) -> Vec<Value> {
    let edge = |code: Code, share: f32, side: u64| {
        let side = f64::from(u32::try_from(side).ok()?);
        let value = rounded(f64::from(share.clamp(0.0, 1.0)) * side, 0)?;
        Some(json!({ "code": code.concept(), "valueQuantity": { "value": value, "unit": "pixels" } }))
    };
    [
        edge(REGION_LEFT, region.left, width),
        edge(REGION_TOP, region.top, height),
        edge(REGION_RIGHT, region.right, width),
        edge(REGION_BOTTOM, region.bottom, height),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The grid of heat in percent, row by row: each row is a sample of as many points as there are columns.
fn heat(heat: &Heat) -> Option<Value> {
    let percent = |value: &f32| format!("{:.0}", f64::from(value.clamp(0.0, 1.0)) * 100.0);
    let data: Vec<_> = heat.values.iter().map(percent).collect();
    (heat.columns > 0 && !data.is_empty()).then(|| {
        json!({ "code": HEAT.concept(), "valueSampledData": {
            "origin": ucum::PERCENT.quantity(0.into()), "period": 1, "dimensions": heat.columns, "data": data.join(" "),
        } })
    })
}

/// Where the middle of a region is in the picture, in words.
#[must_use]
pub fn place(region: Region) -> &'static str {
    let third = |from: f32, to: f32| {
        let middle = f32::midpoint(from, to);
        THIRDS.iter().filter(|edge| middle >= **edge).count()
    };
    match (third(region.top, region.bottom), third(region.left, region.right)) {
        (0, 0) => "upper left of the picture",
        (0, 1) => "upper middle of the picture",
        (0, _) => "upper right of the picture",
        (1, 0) => "left of the picture",
        (1, 1) => "middle of the picture",
        (1, _) => "right of the picture",
        (_, 0) => "lower left of the picture",
        (_, 1) => "lower middle of the picture",
        (_, _) => "lower right of the picture",
    }
}

fn conclusion(finding: &Finding) -> String {
    let what = match finding.statement {
        Statement::Glioma => "Glioma",
        Statement::Meningioma => "Meningioma",
        Statement::PituitaryTumor => "Pituitary tumor",
        Statement::NoTumor => "No tumor of the three kinds that are looked for",
        Statement::Pneumonia => "Pneumonia",
        Statement::NoPneumonia => "No pneumonia",
    };
    let place = finding.region.map(|region| format!(", {}", place(region))).unwrap_or_default();
    let (ModelRef { name, version, .. }, [unconfirmed, _]) = (&finding.model, draft::CONCLUSION);
    format!("{what}{place}. Proposed by the model {name} {version}{unconfirmed}")
}

/// A number with so many digits behind the point, as it is written.
fn rounded(number: f64, digits: usize) -> Option<Number> {
    format!("{number:.digits$}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fhir::validate::validate;
    use crate::vendors::imagemedix::from_fhir::result::outcome;
    use crate::vendors::imagemedix::from_fhir::scan;
    use crate::vendors::imagemedix::state::State;
    use crate::vendors::imagemedix::to_fhir::result::confirmed;
    use crate::vendors::imagemedix::to_fhir::scan as tasks;

    fn finding(organ: Organ, statement: Statement, region: Option<Region>) -> Finding {
        let model = |name: &str| ModelRef {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            sha256: "ab".repeat(32),
        };
        Finding {
            organ,
            statement,
            confidence: 0.973_42,
            probabilities: vec![(statement, 0.973_42)],
            region,
            heat: Heat { columns: 2, values: vec![0.0, 0.25, 0.5, 1.0] },
            model: model("net"),
            router: model("router"),
        }
    }

    fn context() -> Context {
        Context { now: "2026-11-22T10:00:00.000Z".parse().unwrap(), author: "Device/model-x".to_owned() }
    }

    const TUMOR: Region = Region { left: 0.1, top: 0.1, right: 0.3, bottom: 0.25 };

    fn resources(finding: &Finding) -> [Value; 3] {
        let study = json!({ "id": "1", "subject": { "reference": "Patient/1" } });
        let of = Of { id: "2", study: &study, media: "3", taken: Some(context().now) };
        let observation = observation(finding, &of, Some([200, 100]), &context());
        let report = report(finding, &of, ("4", &observation), &context());
        [observation, report, provenance(finding, &["Observation/4".to_owned()], "3", &context())]
    }

    #[test]
    fn places_are_told_in_words_of_the_picture() {
        let at = |x: f32, y: f32| {
            place(Region { left: x - 0.05, top: y - 0.05, right: x + 0.05, bottom: y + 0.05 })
        };
        let places =
            [0.2, 0.5, 0.8].map(|y| [0.2, 0.5, 0.8].map(|x| at(x, y).replace(" of the picture", "")));
        assert_eq!(
            places,
            [
                ["upper left", "upper middle", "upper right"],
                ["left", "middle", "right"],
                ["lower left", "lower middle", "lower right"]
            ]
        );
    }

    #[test]
    fn what_a_model_found_is_valid_preliminary_and_labelled() {
        for finding in [
            finding(Organ::Brain, Statement::Meningioma, Some(TUMOR)),
            finding(Organ::Brain, Statement::NoTumor, None),
            finding(Organ::Chest, Statement::Pneumonia, None),
            finding(Organ::Chest, Statement::NoPneumonia, None),
        ] {
            let [observation, report, provenance] = resources(&finding);
            for resource in [&observation, &report, &provenance, &models::device(&finding.model)] {
                assert_eq!(
                    validate(resource).map_err(|issues| format!("{issues:?}")).err(),
                    None,
                    "{resource}"
                );
            }
            for resource in [&observation, &report] {
                assert_eq!(resource["status"], "preliminary");
                assert_eq!(resource["meta"]["security"][0]["code"], "AIAST");
                assert_eq!(resource["meta"]["tag"][0]["code"], "ai-generated");
            }
            let outcome = serde_json::to_value(outcome(&observation)).unwrap();
            let told = match finding.statement {
                Statement::Meningioma => {
                    json!({ "hasTumor": true, "tumorType": "meningioma", "confidence": outcome["confidence"],
                    "tumorLocation": "upper left of the picture" })
                }
                Statement::NoTumor => json!({ "hasTumor": false, "confidence": outcome["confidence"] }),
                other @ (Statement::Glioma
                | Statement::PituitaryTumor
                | Statement::Pneumonia
                | Statement::NoPneumonia) => {
                    json!({ "hasPneumonia": other == Statement::Pneumonia, "confidence": outcome["confidence"] })
                }
            };
            assert_eq!((outcome["confidence"].as_f64(), &outcome), (Some(0.9734), &told));
        }
    }

    #[test]
    fn the_region_is_kept_in_pixels_and_the_heat_in_percent() {
        let [observation, report, _] = resources(&finding(Organ::Brain, Statement::Glioma, Some(TUMOR)));
        let of = |code: Code| {
            let components = observation["component"].as_array().unwrap();
            components.iter().find(|one| code.is_in(&one["code"])).unwrap().clone()
        };
        let edges = [REGION_LEFT, REGION_TOP, REGION_RIGHT, REGION_BOTTOM]
            .map(|code| of(code)["valueQuantity"]["value"].as_u64().unwrap());
        assert_eq!(edges, [20, 10, 60, 25]);
        assert_eq!(of(HEAT)["valueSampledData"]["data"], "0 25 50 100");
        assert_eq!(
            report["conclusion"],
            "Glioma, upper left of the picture. Proposed by the model net 1.0.0; no person has confirmed it."
        );
    }

    #[test]
    fn what_a_person_confirms_is_no_longer_asserted_by_a_model_alone() {
        let [observation, mut report, _] = resources(&finding(Organ::Brain, Statement::NoTumor, None));
        set(&mut report, "presentedForm", Some(json!([{ "contentType": "application/pdf" }])));
        let by =
            Context { now: "2026-11-22T11:00:00.000Z".parse().unwrap(), author: "Practitioner/5".to_owned() };
        let changed = |resource: &Value, others: &[(&str, Option<Value>)]| {
            let mut changed = resource.clone();
            set(&mut changed["meta"], "security", None);
            for (name, value) in [("status", "final"), ("issued", "2026-11-22T11:00:00.000Z")] {
                set(&mut changed, name, Some(value.into()));
            }
            for (name, value) in others {
                set(&mut changed, name, value.clone());
            }
            changed
        };
        let who = Some(json!([{ "reference": "Practitioner/5" }]));
        let conclusion = "No tumor of the three kinds that are looked for. Proposed by the model net 1.0.0; a person has confirmed it.";
        let told = [
            (&observation, changed(&observation, &[("performer", who.clone())])),
            (
                &report,
                changed(
                    &report,
                    &[
                        ("resultsInterpreter", who),
                        ("presentedForm", None),
                        ("conclusion", Some(conclusion.into())),
                    ],
                ),
            ),
        ];
        for (before, after) in told {
            let confirmed_now = confirmed(before.clone(), &by).unwrap();
            assert_eq!(confirmed_now, after);
            assert_eq!(validate(&confirmed_now).map_err(|issues| format!("{issues:?}")).err(), None);
            assert_eq!(confirmed(confirmed_now, &by), None, "it was confirmed before");
        }
    }

    #[test]
    fn a_task_tells_what_was_asked_and_what_came_of_it() {
        let asked = tasks::asked_anew(
            json!({ "resourceType": "Task", "intent": "order" }),
            "a",
            "b",
            Organ::Chest,
            &context(),
        );
        assert_eq!(
            (scan::organ(&asked), scan::job(&asked), State::of(&asked)),
            (Some(Organ::Chest), Some("b"), State::Pending)
        );
        let begun = tasks::begun(asked, &context());
        let failed = tasks::failed(begun.clone(), "no chest", &context());
        assert_eq!((State::of(&failed), scan::reason(&failed).as_deref()), (State::Failed, Some("no chest")));
        let found = tasks::found(begun, "4", &context());
        assert_eq!(
            (State::of(&found), &found["output"][0]["valueReference"]["reference"]),
            (State::Completed, &json!("Observation/4"))
        );
        for task in [&failed, &found] {
            assert_eq!(validate(task).map_err(|issues| format!("{issues:?}")).err(), None);
        }
        let again = tasks::asked_anew(failed, "a", "c", Organ::Brain, &context());
        assert_eq!(
            (scan::reason(&again), scan::job(&again), again.get("executionPeriod")),
            (None, Some("c"), None)
        );
    }
}
