//! Findings as FHIR, and back in the vendor's words.

use std::collections::HashMap;

use super::*;
use crate::fhir::validate::validate;
use crate::vendors::hemato::from_fhir::report::{Level, Stored, rendered};
use crate::vendors::hemato::review::basis::Basis;

const STUDY_ID: &str = "4bb7fe9e-b608-4d68-adbe-8655c991f494";

fn model() -> ModelRef {
    ModelRef { name: "smear".to_owned(), version: "1.0.0".to_owned(), sha256: "ab".repeat(32) }
}

fn findings() -> Findings {
    let statistic = |name: &str, value, unit: &str| Statistic {
        name: name.to_owned(),
        value,
        unit: unit.to_owned(),
        interval: None,
    };
    Findings {
        statistics: vec![
            statistic("rbc-density", Measure::Value("4.60".to_owned()), "10*6/uL"),
            statistic("white-cells-counted", Measure::Value("112".to_owned()), ""),
            statistic("blast-density", Measure::NotAssessed, ""),
            Statistic {
                interval: Some(("2.2".to_owned(), "11.2".to_owned())),
                ..statistic("band-neutrophil-share", Measure::Value("5.0".to_owned()), "%")
            },
        ],
        seen: vec![
            Seen {
                name: "ring trophozoite".to_owned(),
                count: 3,
                places: vec![
                    Place { file: 1, x: 435, y: 345, radius: 35 },
                    Place { file: 0, x: 1, y: 2, radius: 3 },
                    Place { file: 1, x: 7, y: 8, radius: 9 },
                ],
                is_finding: true,
            },
            Seen { name: "platelet clump".to_owned(), count: 0, places: Vec::new(), is_finding: true },
        ],
        differential: vec![Suggestion {
            score: 7,
            confidence: 0.95,
            significance: "D".to_owned(),
            icd10: "B50.9".to_owned(),
            name: "Malaria Infection with Plasmodium Falciparum".to_owned(),
            short_name: "Malaria".to_owned(),
            evidence: vec!["3 ring trophozoites in 2 files".to_owned()],
        }],
        basis: Basis::default(),
        report: "Inspection of the smear revealed ring trophozoites.".to_owned(),
        models: vec![model()],
    }
}

fn files() -> Vec<Looked> {
    ["a", "b"].map(|id| Looked { id: format!("sha224-i-{id}"), media: format!("m-{id}") }).to_vec()
}

fn told(findings: &Findings, request: &Value) -> (Vec<Value>, Value, Value) {
    let files = files();
    let of = Of { study: STUDY_ID, request, files: &files };
    let context = Context { now: "2026-11-22T10:00:00.000Z".parse().unwrap(), author: json!({}) };
    let observations = observations(findings, &of, &context);
    let ids: Vec<_> = (0..observations.len()).map(|at| format!("o{at}")).collect();
    let report = report(findings, &of, &ids, &context);
    (observations, report, provenance(findings, &of, &context).unwrap())
}

fn back(observations: &[Value], report: &Value, level: Level) -> Value {
    let observations: HashMap<_, _> =
        observations.iter().enumerate().map(|(at, one)| (format!("o{at}"), one.clone())).collect();
    let files = files().into_iter().map(|file| (file.media, file.id)).collect();
    let stored = Stored {
        study: STUDY_ID,
        report,
        observations: &observations,
        files: &files,
        version: 2,
        versions: vec![1, 2],
    };
    json!(rendered(&stored, level))
}

#[test]
fn what_models_find_is_valid_preliminary_and_labelled() {
    for request in
        [json!({ "subject": { "reference": "Patient/1" } }), json!({ "subject": { "display": "Not told" } })]
    {
        let (observations, report, provenance) = told(&findings(), &request);
        assert_eq!(observations.len(), 7);
        for resource in observations.iter().chain([&report, &provenance]) {
            assert_eq!(validate(resource).map_err(|issues| format!("{issues:?}")).err(), None, "{resource}");
        }
        for resource in observations.iter().chain([&report]) {
            assert_eq!(resource["status"], "preliminary");
            assert_eq!(resource["meta"]["security"][0]["code"], "AIAST");
            assert_eq!(resource["subject"]["reference"], request["subject"]["reference"]);
        }
        assert_eq!(report["conclusionCode"][0]["coding"][0]["code"], "B50.9");
    }
}

#[test]
fn what_was_not_assessed_has_no_number() {
    let (observations, ..) = told(&findings(), &json!({}));
    let codes = |of: usize| -> Vec<_> {
        let codings = observations[of]["code"]["coding"].as_array().unwrap().iter();
        codings.map(|coding| coding["code"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(codes(2), ["statistic", "709-6"]);
    assert_eq!(codes(3), ["statistic", "26508-2"]);
    assert_eq!(observations[2].get("valueQuantity"), None);
    assert_eq!(observations[2]["dataAbsentReason"]["coding"][0]["code"], "not-performed");
    assert_eq!(observations[6]["component"].as_array().unwrap().len(), 5, "the evidence is kept");
}

#[test]
fn a_report_comes_back_in_the_vendors_words() {
    let (observations, report, _) = told(&findings(), &json!({}));
    let place = |x: i64, y: i64, radius: i64, file: &str| json!({ "center": [x, y], "radius": radius, "file_id": file });
    let whole = json!({
        "pbs_study_id": STUDY_ID,
        "file_ids": ["sha224-i-a", "sha224-i-b"],
        "feature_statistics": {
            "rbc-density": { "value": "4.60", "unit": "10*6/uL" },
            "white-cells-counted": { "value": "112", "unit": "" },
            "blast-density": { "value": "not assessed", "unit": "" },
            "band-neutrophil-share": { "value": "5.0", "unit": "%", "interval": { "low": "2.2", "high": "11.2" } },
        },
        "morphological_findings": {
            "ring trophozoite": { "count": "3", "heat_map": [
                place(1, 2, 3, "sha224-i-a"), place(435, 345, 35, "sha224-i-b"), place(7, 8, 9, "sha224-i-b")] },
            "platelet clump": { "count": "0", "heat_map": [] },
        },
        "diagnostic_report": { "differential_diagnosis": [{
            "score": 7, "confidence": "0.95", "clinical-significance": "D", "icd10-code": "B50.9",
            "english-long": "Malaria Infection with Plasmodium Falciparum", "english-short": "Malaria",
        }] },
        "pathology_report": "Inspection of the smear revealed ring trophozoites.",
        "report_version": 2,
        "versions": [1, 2],
    });
    assert_eq!(back(&observations, &report, Level::All), whole);
}

#[test]
fn a_level_has_its_own_members_and_those_that_say_what_it_is_of() {
    let (observations, report, _) = told(&findings(), &json!({}));
    let members = |level| {
        let told = back(&observations, &report, level);
        let names: Vec<_> = told.as_object().unwrap().keys().cloned().collect();
        assert_eq!((names[0].as_str(), names[1].as_str()), ("pbs_study_id", "file_ids"));
        names[2..names.len() - 2].to_vec()
    };
    assert_eq!(members(Level::Morphological), ["feature_statistics", "morphological_findings"]);
    assert_eq!(members(Level::Diagnostic), ["diagnostic_report"]);
    assert_eq!(members(Level::Pathology), ["pathology_report"]);
    for (word, level) in
        [("morphological", Some(Level::Morphological)), ("all", None), ("", None), ("Pathology", None)]
    {
        assert_eq!(Level::parse(word), level);
    }
}
