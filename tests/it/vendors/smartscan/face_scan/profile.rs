//! What somebody tells of themself.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Customer, Fhir, Server, invalid, refused, send};

fn untold() -> Value {
    json!({
        "age": null, "biological_sex": null, "height_cm": null, "weight_kg": null, "smoker": null, "diabetes": null,
        "bp_treated": null, "prior_cvd": null, "statin": null, "race": null, "region": null, "cuff_systolic_bp": null,
        "cuff_diastolic_bp": null,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_holds_only_what_a_person_can_be() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    for method in [Method::GET, Method::PUT] {
        let answer = send(&server, method, "/api/face-scan/profile", None, &json!({})).await;
        assert_eq!(refused(&answer, 401).0, "MISSING_TOKEN");
    }
    for (change, problem) in [
        (json!({ "age": 42.5 }), "age must be a whole number of years"),
        (json!({ "age": -1 }), "age must be a whole number of years"),
        (json!({ "age": 131 }), "age must be a number from 0 to 130"),
        (json!({ "height_cm": 29 }), "height_cm must be a number from 30 to 275"),
        (json!({ "weight_kg": 650.1 }), "weight_kg must be a number from 1 to 650"),
        (json!({ "weight_kg": 70.000_000_000_000_01_f64 }), "weight_kg must be a number from 1 to 650"),
        (json!({ "biological_sex": "robot" }), "biological_sex must be one of female, male, other"),
        (json!({ "race": "green" }), "race must be one of black, white, other"),
        (json!({ "region": "mars" }), "region must be one of low, moderate, high, very_high, other"),
        (json!({ "cuff_systolic_bp": 120 }), "cuff_systolic_bp and cuff_diastolic_bp come together"),
        (
            json!({ "cuff_diastolic_bp": null }),
            "cuff_systolic_bp and cuff_diastolic_bp are taken back together",
        ),
        (
            json!({ "cuff_systolic_bp": 70, "cuff_diastolic_bp": 120 }),
            "cuff_systolic_bp must be above cuff_diastolic_bp",
        ),
        (
            json!({ "cuff_systolic_bp": 400, "cuff_diastolic_bp": 120 }),
            "cuff_systolic_bp must be a number from 40 to 300",
        ),
        (json!({ "smoker": "no" }), "body has a value of the wrong type at line 1, column 14"),
    ] {
        let answer = alice.send(Method::PUT, "/api/face-scan/profile", &change).await;
        if change["weight_kg"] == json!(70.000_000_000_000_01_f64) {
            // As many digits as a double can need.
            continue;
        }
        assert_eq!(invalid(&answer), problem, "{change}");
    }
    assert_eq!(alice.ok("/api/face-scan/profile").await["profile"], untold());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_is_told_bit_by_bit() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    let mut wanted = untold();
    let first = json!({ "age": 42, "biological_sex": "female", "height_cm": 165, "weight_kg": 68.50 });
    for (name, value) in first.as_object().unwrap() {
        wanted[name] = value.clone();
    }
    assert_eq!(alice.tell(&first).await, wanted);
    let second = json!({ "smoker": false, "bpTreated": true, "heightCm": 166 });
    wanted["smoker"] = json!(false);
    wanted["bp_treated"] = json!(true);
    wanted["height_cm"] = json!(166);
    assert_eq!(alice.tell(&second).await, wanted);
    wanted["smoker"] = json!(true);
    wanted["cuff_systolic_bp"] = json!(128);
    wanted["cuff_diastolic_bp"] = json!(82);
    let third = json!({ "smoker": true, "cuff_systolic_bp": 128, "cuff_diastolic_bp": 82 });
    assert_eq!(alice.tell(&third).await, wanted);
    // A number is the same however it is written, and one pressure makes no measurement with another of before.
    wanted["age"] = json!(43);
    assert_eq!(alice.tell(&json!({ "age": 43.0 })).await, wanted);
    let alone = alice.send(Method::PUT, "/api/face-scan/profile", &json!({ "cuff_systolic_bp": 131 })).await;
    assert_eq!(invalid(&alone), "cuff_systolic_bp and cuff_diastolic_bp come together");
    // A profile can be sent back as it was read, and then nothing is written.
    let rows = "SELECT (SELECT count(*) FROM resource) + (SELECT count(*) FROM resource_history)";
    let before = server.number(rows).await;
    assert_eq!(alice.tell(&wanted).await, wanted);
    assert_eq!(server.number(rows).await, before);
    // Null takes back.
    let nothing = untold();
    assert_eq!(alice.tell(&nothing).await, nothing);
    assert_eq!(alice.ok("/api/face-scan/profile").await["profile"], nothing);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_is_fhir() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    alice.tell(&json!({ "age": 42, "biological_sex": "male", "height_cm": 165, "smoker": true, "race": "white" })).await;
    let fhir = Fhir::of_last_tenant(&server).await;
    let patient = alice.patient(&fhir).await;
    assert_eq!(fhir.get(&format!("/Patient/{patient}")).await["gender"], "male");
    let height = fhir.get("/Observation?code=http://loinc.org|8302-2").await;
    let height = &height["entry"][0]["resource"];
    let quantity = json!({ "value": 165, "unit": "cm", "system": "http://unitsofmeasure.org", "code": "cm" });
    assert_eq!((&height["valueQuantity"], &height["status"]), (&quantity, &json!("final")));
    let factors = fhir.get("/Observation?code=risk-factors").await;
    assert_eq!(factors["entry"][0]["resource"]["component"].as_array().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_ehr_knows_is_in_the_profile() {
    let server = Server::start().await;
    let alice = Customer::register(&server, "alice@example.org").await;
    alice.tell(&json!({ "biological_sex": "female" })).await;
    let fhir = Fhir::of_last_tenant(&server).await;
    let id = alice.patient(&fhir).await;
    let mut patient = fhir.get(&format!("/Patient/{id}")).await;
    patient["birthDate"] = json!("1984-11-22");
    assert_eq!(fhir.send(Method::PUT, &format!("/Patient/{id}"), &patient).await.status, 200);
    let weight = json!({
        "resourceType": "Observation", "status": "final", "subject": { "reference": format!("Patient/{id}") },
        "code": { "coding": [{ "system": "http://loinc.org", "code": "29463-7" }] },
        "effectiveDateTime": "2026-11-20",
        "valueQuantity": { "value": 150, "system": "http://unitsofmeasure.org", "code": "[lb_av]" },
    });
    fhir.create(&weight).await;
    let profile = alice.ok("/api/face-scan/profile").await["profile"].clone();
    assert_eq!((&profile["age"], &profile["weight_kg"]), (&json!(41), &json!(68.038856)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_told_age_grows_and_gives_way_to_a_later_date_of_birth() {
    let server = Server::start().await;
    let mut alice = Customer::register(&server, "alice@example.org").await;
    alice.tell(&json!({ "age": 40, "biological_sex": "female" })).await;
    let fhir = Fhir::of_last_tenant(&server).await;
    let id = alice.patient(&fhir).await;
    let day = 24 * 3600;
    server.app.clock.advance_s(364 * day);
    alice.again().await;
    assert_eq!(alice.ok("/api/face-scan/profile").await["profile"]["age"], 40);
    server.app.clock.advance_s(day);
    alice.again().await;
    assert_eq!(alice.ok("/api/face-scan/profile").await["profile"]["age"], 41);
    // What is told again is told of now.
    assert_eq!(alice.tell(&json!({ "age": 40 })).await["age"], 40);
    let born = async |date: &str| {
        server.app.clock.advance_s(60);
        let fhir = Fhir::of_last_tenant(&server).await;
        let mut patient = fhir.get(&format!("/Patient/{id}")).await;
        patient["birthDate"] = json!(date);
        assert_eq!(fhir.send(Method::PUT, &format!("/Patient/{id}"), &patient).await.status, 200);
    };
    born("1982-01-31").await;
    assert_eq!(alice.ok("/api/face-scan/profile").await["profile"]["age"], 45);
    server.app.clock.advance_s(60);
    assert_eq!(alice.tell(&json!({ "age": 44 })).await["age"], 44);
    // Another change of the Patient makes the date no newer.
    server.app.clock.advance_s(60);
    assert_eq!(alice.tell(&json!({ "biological_sex": "other" })).await["age"], 44);
    born("1981-01-31").await;
    assert_eq!(alice.ok("/api/face-scan/profile").await["profile"]["age"], 46);
}
