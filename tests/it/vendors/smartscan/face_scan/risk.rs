//! Risk by what is known, and no number without it.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Customer, Fhir, Server, invalid, refused, vitals};

/// The man of the worked example: 16.75 %, heart age 63.3.
fn told() -> Value {
    json!({
        "age": 55, "biological_sex": "male", "height_cm": 100, "weight_kg": 30, "smoker": false, "diabetes": false,
        "bp_treated": false, "prior_cvd": false, "cuff_systolic_bp": 140, "cuff_diastolic_bp": 85,
    })
}

fn scores(answer: &Value) -> (Value, Value, Value) {
    let scores = &answer["riskScores"];
    (
        scores["cardiovascularRisk"]["score"].clone(),
        scores["vascularAge"]["vascularAge"].clone(),
        scores["tenYearRisk"]["riskPercent"].clone(),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_input_there_is_no_number() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let (session, _) = alice.scan(&json!({ "heart_rate": 70 })).await;
    let path = format!("/api/face-scan/risk/{session}");
    let answer = alice.ok(&path).await;
    let missing = json!([
        "prior_cvd",
        "biological_sex",
        "age",
        "cuff_systolic_bp",
        "bp_treated",
        "smoker",
        "diabetes",
        "height_cm",
        "weight_kg"
    ]);
    let wanted = json!({
        "cardiovascularRisk": { "score": null, "level": null, "reason": "missing_prior_cvd", "missing": missing },
        "vascularAge": {
            "vascularAge": null, "display": null, "chronologicalAge": null, "reason": "missing_prior_cvd", "missing": missing,
        },
        "tenYearRisk": {
            "riskPercent": null, "model": "framingham2008_bmi", "reason": "missing_prior_cvd", "missing": missing,
        },
    });
    assert_eq!(answer["riskScores"], wanted);
    for (change, reason) in [
        (json!({ "biological_sex": "other" }), "sex_not_supported"),
        (json!({ "biological_sex": "male", "prior_cvd": true }), "prior_cvd"),
        (json!({ "prior_cvd": false, "age": 29 }), "age_out_of_range"),
        (json!({ "age": 55, "weight_kg": 61 }), "bmi_out_of_range"),
        (json!({ "weight_kg": 30, "cuff_systolic_bp": 221, "cuff_diastolic_bp": 80 }), "sbp_out_of_range"),
    ] {
        alice.tell(&told()).await;
        alice.tell(&change).await;
        let answer = alice.ok(&path).await;
        assert_eq!(scores(&answer), (Value::Null, Value::Null, Value::Null), "{reason}");
        assert_eq!(answer["riskScores"]["cardiovascularRisk"]["reason"], reason);
    }
    assert_eq!(told_risks(&server).await, 0);
}

/// How many RiskAssessments tell a risk.
async fn told_risks(server: &Server) -> i64 {
    let told = "SELECT count(*) FROM resource WHERE type = 'RiskAssessment' AND body LIKE '%\"prediction\"%'";
    server.number(told).await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_whom_more_was_asked_than_the_vendor_asks_nothing_is_assumed() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let (session, _) = alice.scan(&vitals()).await;
    let path = format!("/api/face-scan/risk/{session}");
    for (unknown, reason) in [
        ("smoker", "missing_smoker"),
        ("diabetes", "missing_diabetes"),
        ("bp_treated", "missing_bp_treated"),
        ("prior_cvd", "missing_prior_cvd"),
        ("weight_kg", "missing_bmi"),
    ] {
        let mut profile = told();
        profile[unknown] = Value::Null;
        alice.tell(&profile).await;
        let answer = alice.ok(&path).await;
        assert_eq!(scores(&answer), (Value::Null, Value::Null, Value::Null), "{unknown}");
        let risk = &answer["riskScores"]["cardiovascularRisk"];
        assert_eq!((&risk["reason"], &risk["assumed"]), (&json!(reason), &Value::Null));
    }
    assert_eq!(told_risks(&server).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn sex_and_age_alone_give_the_mark_of_a_normal_profile_and_no_risk_of_their_own() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let (session, _) = alice.scan(&vitals()).await;
    alice.tell(&json!({ "age": 55, "biological_sex": "male" })).await;
    let answer = alice.ok(&format!("/api/face-scan/risk/{session}")).await;
    let missing = json!([
        "prior_cvd",
        "cuff_systolic_bp",
        "bp_treated",
        "smoker",
        "diabetes",
        "height_cm",
        "weight_kg"
    ]);
    let assumed = json!([
        { "name": "cuff_systolic_bp", "value": 125 }, { "name": "bmi", "value": 22.5 }, { "name": "bp_treated", "value": false },
        { "name": "smoker", "value": false }, { "name": "diabetes", "value": false }, { "name": "prior_cvd", "value": false },
    ]);
    let wanted = json!({
        "cardiovascularRisk": {
            "score": 11.2, "level": null, "reason": "missing_prior_cvd", "missing": missing, "assumed": assumed,
        },
        "vascularAge": {
            "vascularAge": 55, "display": null, "chronologicalAge": 55, "reason": "missing_prior_cvd", "missing": missing,
            "assumed": assumed,
        },
        "tenYearRisk": {
            "riskPercent": null, "model": "framingham2008_bmi", "reason": "missing_prior_cvd", "missing": missing,
        },
    });
    assert_eq!(answer["riskScores"], wanted);
    assert_eq!(answer["equations"][0]["risk10"], Value::Null);
    assert_eq!(told_risks(&server).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pressure_of_a_camera_is_in_no_risk() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let (session, _) = alice.scan(&vitals()).await;
    let mut profile = told();
    profile.as_object_mut().unwrap().retain(|name, _| !name.starts_with("cuff"));
    alice.tell(&profile).await;
    let answer = alice.ok(&format!("/api/face-scan/risk/{session}")).await;
    let risk = &answer["riskScores"]["cardiovascularRisk"];
    assert_eq!(risk["reason"], json!("sbp_not_cuff_measured"));
    assert_eq!((&risk["missing"], &risk["assumed"]), (&json!(["cuff_systolic_bp"]), &Value::Null));
    assert_eq!(scores(&answer), (Value::Null, Value::Null, Value::Null));
    // Nor is one that a machine read off a picture, until somebody confirms it.
    let fhir = Fhir::of_last_tenant(&server).await;
    let patient = alice.patient(&fhir).await;
    let mut pressure = json!({
        "resourceType": "Observation", "status": "preliminary", "subject": { "reference": format!("Patient/{patient}") },
        "code": { "coding": [{ "system": "http://loinc.org", "code": "85354-9" }] },
        "effectiveDateTime": "2026-11-20",
        "component": [{
            "code": { "coding": [{ "system": "http://loinc.org", "code": "8480-6" }] },
            "valueQuantity": { "value": 140, "system": "http://unitsofmeasure.org", "code": "mm[Hg]" },
        }],
    });
    let id = fhir.create(&pressure).await;
    let path = format!("/api/face-scan/risk/{session}");
    assert_eq!(scores(&alice.ok(&path).await).2, Value::Null);
    pressure["status"] = json!("final");
    pressure["id"] = json!(id);
    assert_eq!(fhir.send(Method::PUT, &format!("/Observation/{id}"), &pressure).await.status, 200);
    assert_eq!(scores(&alice.ok(&path).await), (json!(16.7), json!(63), json!(16.7)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_office_model_needs_no_laboratory() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let (session, _) = alice.scan(&vitals()).await;
    alice.tell(&told()).await;
    let answer = alice.ok(&format!("/api/face-scan/risk/{session}")).await;
    let wanted = json!({
        "cardiovascularRisk": { "score": 16.7, "level": "moderate" },
        "vascularAge": { "vascularAge": 63, "display": "63", "chronologicalAge": 55 },
        "tenYearRisk": { "riskPercent": 16.7, "model": "framingham2008_bmi" },
    });
    assert_eq!(answer["riskScores"], wanted);
    let equations = answer["equations"].as_array().unwrap();
    assert_eq!(equations.len(), 1);
    let one = &equations[0];
    assert_eq!((&one["risk10"], &one["heartAge"]), (&json!(0.167483), &json!(63.3156)));
    assert_eq!(one["version"], "Framingham 2008 office model, not recalibrated");
    let names: Vec<_> = one["inputsUsed"].as_array().unwrap().iter().map(|input| &input["name"]).collect();
    assert_eq!(names, ["sex", "age", "bmi", "sbp", "bp_treated", "smoker", "diabetes", "prior_cvd"]);
    assert_eq!(one["inputsUsed"][3]["recordedAt"], "2026-11-21T12:00:00Z");
}

#[tokio::test(flavor = "multi_thread")]
async fn laboratory_values_on_record_bring_more_equations() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let (session, _) = alice.scan(&vitals()).await;
    alice
        .tell(&json!({
            "age": 50, "biological_sex": "female", "height_cm": 100, "weight_kg": 35, "smoker": false, "diabetes": true,
            "bp_treated": true, "prior_cvd": false, "statin": false, "cuff_systolic_bp": 160, "cuff_diastolic_bp": 95,
            "region": "low", "race": "white",
        }))
        .await;
    let fhir = Fhir::of_last_tenant(&server).await;
    let patient = alice.patient(&fhir).await;
    for (code, value, unit) in [
        ("2093-3", json!(200), "mg/dL"),
        ("2085-9", json!(45), "mg/dL"),
        ("33914-3", json!(90), "mL/min/{1.73_m2}"),
    ] {
        fhir.create(&json!({
            "resourceType": "Observation", "status": "final", "subject": { "reference": format!("Patient/{patient}") },
            "code": { "coding": [{ "system": "http://loinc.org", "code": code }] }, "effectiveDateTime": "2026-11-01",
            "valueQuantity": { "value": value, "system": "http://unitsofmeasure.org", "code": unit },
        }))
        .await;
    }
    let answer = alice.ok(&format!("/api/face-scan/risk/{session}")).await;
    let told: Vec<_> = answer["equations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["equation"].as_str().unwrap(), one["risk10"].clone(), one["reason"].clone()))
        .collect();
    assert_eq!(told[1].0, "framingham2008_lipid");
    assert!(told[1].1.is_number());
    assert_eq!(told[2], ("aha_prevent2023_base", json!(0.146839), Value::Null));
    assert_eq!(answer["equations"][2]["risk30"], 0.52985);
    assert_eq!(told[3], ("esc_score2", Value::Null, json!("diabetes_not_supported")));
    assert_eq!(told[4].0, "acc_aha_pce2013");
    assert!(told[4].1.is_number());
    assert_eq!(answer["riskScores"]["tenYearRisk"]["model"], "framingham2008_lipid");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_risk_is_kept_and_taken_back() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let (session, _) = alice.scan(&vitals()).await;
    alice.tell(&told()).await;
    let path = format!("/api/face-scan/risk/{session}");
    alice.ok(&path).await;
    alice.ok(&path).await;
    let fhir = Fhir::of_last_tenant(&server).await;
    let search = format!("/RiskAssessment?encounter=Encounter/{session}");
    let found = fhir.get(&search).await;
    assert_eq!(found["total"], 1);
    let assessment = &found["entry"][0]["resource"];
    crate::vendors::r4b::parsed::<fhir_sdk::r4b::resources::RiskAssessment>(assessment);
    assert_eq!(assessment["meta"]["versionId"], "1");
    assert_eq!(assessment["prediction"][0]["probabilityDecimal"], 16.7483);
    assert_eq!(assessment["prediction"][0]["extension"][0]["valueDecimal"], 63.3156);
    assert_eq!(assessment["prediction"][0]["whenRange"]["high"]["value"], 65);
    alice.tell(&json!({ "smoker": null })).await;
    alice.ok(&path).await;
    let found = fhir.get(&search).await;
    let assessment = &found["entry"][0]["resource"];
    assert_eq!((&assessment["status"], &assessment["prediction"]), (&json!("cancelled"), &Value::Null));
    assert_eq!(assessment["note"], json!([{ "text": "No risk is told: missing_smoker." }]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_risk_that_cannot_be_told_is_kept_with_its_reason() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let (session, _) = alice.scan(&vitals()).await;
    alice.tell(&json!({ "age": 42, "biological_sex": "female", "height_cm": 165, "weight_kg": 68 })).await;
    let fhir = Fhir::of_last_tenant(&server).await;
    let search = format!("/RiskAssessment?encounter=Encounter/{session}");
    assert_eq!(fhir.get(&search).await["total"], 0);
    // The session's bundle has it without anybody having asked for the scores; asking changes nothing.
    let of_bundle = async || {
        let bundle = alice.ok(&format!("/api/face-scan/fhir/{session}")).await["bundle"].clone();
        let entries = bundle["entry"].as_array().unwrap().clone();
        let is_risk = |entry: &&Value| entry["resource"]["resourceType"] == "RiskAssessment";
        entries.iter().find(is_risk).map(|entry| entry["resource"].clone()).unwrap()
    };
    let assessment = of_bundle().await;
    crate::vendors::r4b::parsed::<fhir_sdk::r4b::resources::RiskAssessment>(&assessment);
    assert_eq!((&assessment["status"], &assessment["prediction"]), (&json!("registered"), &Value::Null));
    let reasons = "No risk is told: missing_prior_cvd, sbp_not_cuff_measured, missing_bp_treated, missing_smoker, missing_diabetes.";
    assert_eq!(assessment["note"], json!([{ "text": reasons }]));
    alice.ok(&format!("/api/face-scan/risk/{session}")).await;
    assert_eq!(of_bundle().await["meta"]["versionId"], "1");
    // What is told later is in the next bundle.
    alice.tell(&told()).await;
    let assessment = of_bundle().await;
    assert_eq!(assessment["prediction"][0]["probabilityDecimal"], 16.7483);
    assert_eq!((&assessment["status"], &assessment["note"]), (&json!("preliminary"), &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_is_compared_with_others() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    for query in [
        "",
        "?value=",
        "?value=abc",
        "?value=NaN",
        "?value=inf",
        "?value=19",
        "?value=1e9",
        "?value=7&value=8",
    ] {
        let answer = alice.get(&format!("/api/face-scan/risk/cohort/heart_rate{query}")).await;
        assert!(invalid(&answer).starts_with("value "), "{query}: {}", answer.text);
    }
    let unknown = alice.get("/api/face-scan/risk/cohort/mood?value=1").await;
    assert!(invalid(&unknown).starts_with("vital must be one of"));
    let anonymous = super::send(
        &server,
        Method::GET,
        "/api/face-scan/risk/cohort/heart_rate?value=7",
        None,
        &Value::Null,
    )
    .await;
    assert_eq!(refused(&anonymous, 401).0, "MISSING_TOKEN");
    let compare = async |vital: &str, value: &str| {
        let path = format!("/api/face-scan/risk/cohort/{vital}?value={value}");
        alice.ok(&path).await["comparison"].clone()
    };
    // Of whom nothing is known is compared with all adults.
    let population =
        "A percentile of the population of the United States, medicated people included; not of the healthy.";
    let both = "Compared with people of both sexes, as the profile names neither female nor male.";
    let ages = "Compared with people of all ages of the reference, as the profile has no age.";
    let anybody = compare("heart_rate", "72").await;
    let percentile = anybody["percentile"].as_f64().unwrap();
    assert!((50.0..60.0).contains(&percentile), "{percentile}");
    let wanted = json!({
        "vital": "heart_rate", "value": 72, "percentile": percentile, "percentile_text": percentile.to_string(),
        "cohort": { "sex": null, "age_from": 18, "age_to": null, "n": 6123, "source": "NHANES 2021-2023" },
        "mean": 71.51, "sd": 12.11, "band": "normal", "higher_is_better": false,
        "missing": ["age", "biological_sex"], "notes": [population, both, ages],
    });
    assert_eq!(anybody, wanted);
    assert!(compare("heart_rate", "110").await["percentile"].as_f64().unwrap() > percentile);
    alice.tell(&json!({ "biological_sex": "female" })).await;
    let women = compare("hrv_rmssd", "40").await;
    assert_eq!(
        (
            &women["cohort"]["sex"],
            &women["cohort"]["age_from"],
            &women["cohort"]["age_to"],
            &women["missing"]
        ),
        (&json!("female"), &json!(25), &json!(74), &json!(["age"]))
    );
    alice.tell(&json!({ "age": 35, "biological_sex": "male" })).await;
    let wanted = json!({
        "vital": "heart_rate", "value": 72, "percentile": 56.55, "percentile_text": "56.55",
        "cohort": { "sex": "male", "age_from": 30, "age_to": 39, "n": 379, "source": "NHANES 2021-2023" },
        "mean": 71.76, "sd": 12.29, "band": "normal", "higher_is_better": false,
        "notes": ["A percentile of the population of the United States, medicated people included; not of the healthy."],
    });
    assert_eq!(compare("heart_rate", "72").await, wanted);
    let beyond = compare("heart_rate", "110").await;
    assert_eq!((&beyond["percentile"], &beyond["percentile_text"]), (&json!(95.0), &json!(">95")));
    let none = compare("breathing_rate", "22").await;
    assert_eq!(
        (&none["percentile"], &none["reason"], &none["band"]),
        (&Value::Null, &json!("no_reference_table"), &json!("high"))
    );
    alice.tell(&json!({ "age": 30, "biological_sex": "female" })).await;
    assert_eq!(compare("hrv_rmssd", "40").await["percentile"], 54.34);
    assert_eq!(compare("heart_rate", "140").await["band"], "critical_high");
    // What a camera only estimates is not rated, whoever sends it.
    for (vital, value) in [("systolic_bp", "85"), ("spo2", "80")] {
        assert_eq!(compare(vital, value).await["band"], "unrated", "{vital}");
    }
    // Nor is a child by the bands of adults.
    alice.tell(&json!({ "age": 12 })).await;
    let child = compare("heart_rate", "140").await;
    assert_eq!((&child["reason"], &child["band"]), (&json!("no_reference_table"), &json!("unrated")));
    alice.tell(&json!({ "age": 33, "biological_sex": "other" })).await;
    let other = compare("heart_rate", "72").await;
    assert_eq!((&other["cohort"]["sex"], &other["cohort"]["n"]), (&Value::Null, &json!(868)));
    assert_eq!(other["notes"], json!([population, both]));
    alice.tell(&json!({ "biological_sex": "female" })).await;
    assert_eq!(compare("bmi", "31.2").await["percentile"], 60.0);
    assert!(invalid(&alice.get("/api/face-scan/history/bmi").await).starts_with("vital must be one of"));
}
