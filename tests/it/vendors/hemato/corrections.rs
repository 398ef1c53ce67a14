//! Correcting the kinds of cells: who may, what is refused, and what follows from it.

use serde_json::{Value, json};

use super::{Lab, NOBODY, done, refused, told};
use crate::harness::smears::{Drawn, Same, drawn_smear};
use crate::harness::{Answer, Fhir, Server};
use hygeia::inference::smear::SmearReader;

/// A study of one drawn smear that is reviewed; its id and its file.
pub(super) async fn reviewed(lab: &Lab<'_>) -> (String, String) {
    let study = lab.study().await;
    let sent = lab.upload(&study, drawn_smear(220), Some("image/png"), "?file_name=field.png").await;
    let file = done(&sent, 201)["file_id"].as_str().unwrap().to_owned();
    done(&lab.ask(&study).await, 202);
    lab.server.review_smears(Drawn::reader()).await;
    (study, file)
}

/// The first cell of this kind.
pub(super) async fn cell(lab: &Lab<'_>, study: &str, kind: &str) -> Value {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("kind", kind).finish();
    lab.read(&format!("/pbs/{study}/cells?{query}&limit=1")).await["cells"][0].clone()
}

/// Has a cell be of another kind, by who has read this version.
pub(super) async fn correct(lab: &Lab<'_>, study: &str, version: i64, cell: &Value, to: &str) -> Answer {
    lab.server.app.clock.advance_s(60);
    let mut wanted = cell.clone();
    wanted["from"] = wanted["kinds"][0].take();
    wanted["to"] = to.into();
    wanted["report_version"] = version.into();
    lab.post(&format!("/pbs/{study}/corrections"), &wanted).await
}

async fn fhir<'a>(server: &'a Server) -> Fhir<'a> {
    let tenant = server
        .text("SELECT name FROM tenant t JOIN resource r USING (tenant) WHERE r.type = 'Binary' LIMIT 1")
        .await;
    server.fhir_by(
        server.app.identity.issue_access_token(&tenant, "system/*.cruds").await.unwrap().expose().clone(),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_and_what_cannot_be_changes_nothing() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let (study, file) = reviewed(&lab).await;
    let lymphocyte = cell(&lab, &study, "lymphocyte").await;
    let other = Lab::other(&server).await;
    for path in ["review", "cells", "files", &format!("files/{file}")] {
        assert_eq!(refused(&other.get(&format!("/pbs/{study}/{path}")).await, 404), "not_found", "{path}");
    }
    assert_eq!(refused(&correct(&other, &study, 1, &lymphocyte, "monocyte").await, 404), "not_found");
    for role in ["service", "device"] {
        let machine = lab.with_role(role).await;
        assert_eq!(refused(&correct(&machine, &study, 1, &lymphocyte, "monocyte").await, 403), "forbidden");
    }
    let with = |name: &str, value: Value| {
        let mut changed = lymphocyte.clone();
        changed[name] = value;
        changed
    };
    for (cell, to, status, words) in [
        (lymphocyte.clone(), "blast", 400, "to must be one of the kinds of cells."),
        (lymphocyte.clone(), "lymphocyte", 400, "to must be another kind."),
        (with("kinds", json!(["Lymphocyte"])), "monocyte", 400, "from must be one of the kinds of cells."),
        (with("center", json!([640, 10])), "monocyte", 400, "center must be in the picture."),
        (with("center", json!([-1, 10])), "monocyte", 400, "center must be in the picture."),
        (with("center", json!([1, 1])), "monocyte", 404, "There is no such cell."),
        (with("radius", json!(1)), "monocyte", 404, "There is no such cell."),
        (with("kinds", json!(["monocyte"])), "lymphocyte", 404, "There is no such cell."),
        (with("kinds", json!(["no cell"])), "lymphocyte", 404, "There is no such cell."),
        (with("file_id", json!("sha224-i-0")), "monocyte", 404, "There is no such file."),
        (with("file_id", json!("a|b,c")), "monocyte", 404, "There is no such file."),
    ] {
        let answer = correct(&lab, &study, 1, &cell, to).await;
        refused(&answer, status);
        assert_eq!(told(&answer), words);
    }
    assert_eq!(refused(&correct(&lab, &study, 2, &lymphocyte, "monocyte").await, 409), "report_changed");
    let nowhere = lab.post(&format!("/pbs/{NOBODY}/corrections"), &json!({})).await;
    assert_eq!(refused(&nowhere, 400), "invalid_request");
    refused(&lab.get(&format!("/pbs/{study}/cells?kind=blast")).await, 400);
    assert_eq!(
        server.number("SELECT count(*) FROM resource WHERE type = 'Observation' AND version > 1").await,
        0
    );
    assert_eq!(lab.read(&format!("/pbs/{study}/report")).await["versions"], json!([1]));
}

#[tokio::test(flavor = "multi_thread")]
async fn before_there_is_a_report_there_is_nothing_to_correct() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let study = lab.study().await;
    for path in ["review", "cells"] {
        let answer = lab.get(&format!("/pbs/{study}/{path}")).await;
        assert_eq!(refused(&answer, 404), "report_not_ready");
        assert_eq!(answer.json()["results"]["report_status"], "created");
    }
    let wanted = json!({ "report_version": 1, "file_id": "a", "center": [1, 1], "radius": 1, "from": "monocyte", "to": "basophil" });
    assert_eq!(
        refused(&lab.post(&format!("/pbs/{study}/corrections"), &wanted).await, 404),
        "report_not_ready"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_is_counted_in_a_further_version_and_earlier_ones_say_what_they_said() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let (study, file) = reviewed(&lab).await;
    let path = format!("/pbs/{study}/report");
    let first = lab.read(&path).await;
    assert_eq!(first["morphological_findings"]["lymphocyte"]["count"], "3");
    let lymphocyte = cell(&lab, &study, "lymphocyte").await;
    assert_eq!(lymphocyte["file_id"], file);
    let review = done(&correct(&lab, &study, 1, &lymphocyte, "basophil").await, 200);
    assert_eq!(
        (&review["report_version"], &review["report_status"], &review["is_signed"], &review["may_sign"]),
        (&json!(2), &json!("preliminary"), &json!(false), &json!(true))
    );
    let mut said = lymphocyte.clone();
    said.as_object_mut().unwrap().shift_remove("kinds");
    let mut corrections = review["corrections"].clone();
    corrections[0].as_object_mut().unwrap().shift_remove("at");
    for (name, value) in [("was", "lymphocyte"), ("kind", "basophil"), ("by", "Ali")] {
        said[name] = value.into();
    }
    assert_eq!(corrections, json!([said]));
    let second = lab.read(&path).await;
    let counts = |report: &Value, kind: &str| report["morphological_findings"][kind]["count"].clone();
    assert_eq!(
        (counts(&second, "lymphocyte"), counts(&second, "basophil"), counts(&second, "white cell")),
        (json!("2"), json!("1"), json!("12"))
    );
    let place = json!([{ "center": lymphocyte["center"], "radius": lymphocyte["radius"], "file_id": file }]);
    assert_eq!(second["morphological_findings"]["basophil"]["heat_map"], place);
    let text = |report: &Value| report["pathology_report"].as_str().unwrap().to_owned();
    assert!(text(&second).contains("A person has corrected the kind of 1 cell."), "{}", text(&second));
    assert!(text(&second).contains("lymphocytes 2") && text(&second).contains("basophils 1"));
    assert_eq!(second["versions"], json!([1, 2]));
    let mut earlier = lab.read(&format!("{path}?version=1")).await;
    assert_eq!(earlier["versions"].take(), json!([1, 2]));
    earlier["versions"] = json!([1]);
    assert_eq!(earlier, first);
    // Sent once more it would be another.
    assert_eq!(refused(&correct(&lab, &study, 1, &lymphocyte, "basophil").await, 409), "report_changed");
    assert_eq!(refused(&correct(&lab, &study, 2, &lymphocyte, "basophil").await, 404), "not_found");
    // The same the other way round takes it back.
    let mut basophil = lymphocyte.clone();
    basophil["kinds"] = json!(["basophil"]);
    done(&correct(&lab, &study, 2, &basophil, "lymphocyte").await, 200);
    let third = lab.read(&path).await;
    for level in ["feature_statistics", "diagnostic_report", "pathology_report"] {
        assert_eq!(third[level], first[level], "{level}");
    }
    assert_eq!((counts(&third, "lymphocyte"), counts(&third, "basophil")), (json!("3"), Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn history_keeps_what_the_model_said_and_names_who_corrected_it() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let (study, _) = reviewed(&lab).await;
    let lymphocyte = cell(&lab, &study, "lymphocyte").await;
    done(&correct(&lab, &study, 1, &lymphocyte, "monocyte").await, 200);
    let fhir = fhir(&server).await;
    let report = fhir.get(&format!("/DiagnosticReport/{study}")).await.json();
    assert_eq!(
        (&report["status"], &report["performer"][0]["display"]),
        (&json!("preliminary"), &json!("Ali"))
    );
    assert_eq!(report["meta"]["security"][0]["code"], "AIAST", "nobody has confirmed it");
    let said = fhir.get("/Observation?code=https://hygeia.health/fhir/CodeSystem/smear|cell").await.json();
    let said = &said["entry"][0]["resource"];
    assert_eq!(
        (
            &said["status"],
            &said["valueCodeableConcept"]["text"],
            &said["component"][0]["valueCodeableConcept"]["text"]
        ),
        (&json!("amended"), &json!("monocyte"), &json!("lymphocyte"))
    );
    let seen = fhir.get("/Observation?code=https://hygeia.health/fhir/CodeSystem/smear|finding").await.json();
    let entries = seen["entry"].as_array().unwrap().iter();
    let counted =
        entries.map(|entry| &entry["resource"]).find(|one| one["code"]["text"] == "lymphocyte").unwrap();
    assert_eq!(
        (&counted["valueQuantity"]["value"], &counted["performer"][0]["display"]),
        (&json!(2), &json!("Ali"))
    );
    let id = counted["id"].as_str().unwrap();
    let before = fhir.get(&format!("/Observation/{id}/_history/1")).await.json();
    assert_eq!((&before["valueQuantity"]["value"], before.get("performer")), (&json!(3), None));
    let provenance = fhir.get(&format!("/Provenance?target=Observation/{id}")).await.json();
    let agent = &provenance["entry"][0]["resource"]["agent"][0];
    assert_eq!(
        (&agent["type"]["coding"][0]["code"], &agent["who"]["identifier"]["value"]),
        (&json!("author"), &json!(lab.user.id.to_string()))
    );
    // No model overrules a person: other models do not make another report of it.
    let other = server.reviewing_by(Same::version("2")).await;
    let there = Lab { server: &other, ..lab };
    done(&there.ask(&study).await, 202);
    other.review_smears(SmearReader::over(Same::version("2"))).await;
    assert_eq!(there.read(&format!("/pbs/{study}/report")).await["versions"], json!([1, 2]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cell_of_another_sort_counts_elsewhere_and_what_is_no_cell_nowhere() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let (study, _) = reviewed(&lab).await;
    let counts = async || {
        let review = lab.read(&format!("/pbs/{study}/review")).await;
        let all = review["kinds"].as_array().unwrap().clone();
        let of = |kind: &str| all.iter().find(|one| one["kind"] == kind).unwrap()["count"].as_u64().unwrap();
        ["red cell", "parasitised red cell", "white cell", "erythroblast", "platelet"].map(of)
    };
    let [red, parasitised, white, _, platelets] = counts().await;
    assert_eq!((red, parasitised, white, platelets), (89, 2, 12, 7));
    let parasite = cell(&lab, &study, "parasitised red cell").await;
    done(&correct(&lab, &study, 1, &parasite, "red cell").await, 200);
    assert_eq!(counts().await, [89, 1, 12, 0, 7]);
    let parasite = cell(&lab, &study, "parasitised red cell").await;
    done(&correct(&lab, &study, 2, &parasite, "no cell").await, 200);
    assert_eq!(counts().await, [88, 0, 12, 0, 7]);
    let numbers = lab.read(&format!("/pbs/{study}/report")).await["feature_statistics"].clone();
    assert_eq!(
        (&numbers["red-cells"]["value"], &numbers["rbc-density"]["value"]),
        (&json!("88"), &json!("88.0"))
    );
    let mut nothing = parasite.clone();
    nothing["kinds"] = json!(["no cell"]);
    done(&correct(&lab, &study, 3, &nothing, "erythroblast").await, 200);
    assert_eq!(counts().await, [88, 0, 12, 1, 7]);
    let platelet = cell(&lab, &study, "platelet").await;
    done(&correct(&lab, &study, 4, &platelet, "teardrop").await, 200);
    assert_eq!(counts().await, [89, 0, 12, 1, 6]);
    let report = lab.read(&format!("/pbs/{study}/report")).await;
    assert_eq!(report["morphological_findings"]["teardrop"]["count"], "1", "a person says so");
    assert!(report["pathology_report"].as_str().unwrap().contains("corrected the kind of 3 cells"));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_correct_at_the_same_time_one_is_told_to_look_again() {
    let server = Server::start().await;
    let lab = Lab::open(&server).await;
    let (study, _) = reviewed(&lab).await;
    let (one, other) = (cell(&lab, &study, "lymphocyte").await, cell(&lab, &study, "monocyte").await);
    let (one, other) = tokio::join!(
        correct(&lab, &study, 1, &one, "basophil"),
        correct(&lab, &study, 1, &other, "basophil")
    );
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    let report = lab.read(&format!("/pbs/{study}/report")).await;
    assert_eq!(
        (&report["versions"], &report["morphological_findings"]["basophil"]["count"]),
        (&json!([1, 2]), &json!("1"))
    );
}
