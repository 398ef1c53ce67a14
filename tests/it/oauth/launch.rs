//! Launches: from an EHR, and with a patient that the person chooses.

use reqwest::Method;
use serde_json::{Value, json};

use super::ISSUER;
use super::person::{Person, address, answered, app, fetch, open_account, patient, question};
use crate::harness::{Answer, Server};

async fn launch(server: &Server, scope: &str, body: &Value) -> Answer {
    let token = server.token(scope).await;
    Answer::of(server.request(Method::POST, "/oauth/launch").bearer_auth(token).json(body)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_launch_is_made_by_those_who_may_read_what_it_is_about() {
    let server = Server::start().await;
    let id = patient(&server, "Alice", "Liddell").await;
    let body = json!({ "patient": id });
    let nobody = Answer::of(server.request(Method::POST, "/oauth/launch").json(&body)).await;
    assert_eq!((nobody.status, nobody.json()["error"].as_str()), (401, Some("invalid_token")));
    assert_eq!(nobody.header("www-authenticate"), "Bearer realm=\"oauth\"");
    let other = launch(&server, "system/Observation.rs", &body).await;
    assert_eq!((other.status, other.json()["error"].as_str()), (403, Some("insufficient_scope")));
    for (body, told) in [
        (json!({ "patient": "none" }), "there is no such patient or encounter"),
        (json!({ "patient": "n o" }), "there is no such patient or encounter"),
        (json!({ "encounter": "none" }), "there is no such patient or encounter"),
        (json!({ "intent": "" }), "intent must have 1 to 200 characters, none of them a control character"),
        (
            json!({ "pateint": "x" }),
            "the body must be a JSON object with members of a launch context, of at most 64 KiB",
        ),
        (json!([]), "the body must be a JSON object with members of a launch context, of at most 64 KiB"),
    ] {
        let refused = launch(&server, "system/*.rs", &body).await;
        assert_eq!(
            (refused.status, refused.json()["error_description"].as_str()),
            (400, Some(told)),
            "{body}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ehr_launch_tells_the_app_where_it_was_launched_from_once() {
    let server = Server::start().await;
    open_account(&server).await;
    let (client, other) = (app(&server).await, app(&server).await);
    let id = patient(&server, "Alice", "Liddell").await;
    let encounter = json!({
        "resourceType": "Encounter", "status": "in-progress",
        "class": { "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB" },
    });
    let encounter = server.fhir().await.post("/Encounter", &encounter).await.json()["id"].clone();
    let context = json!([{ "reference": "ImagingStudy/123" }]);
    let made = launch(
        &server,
        "system/*.rs",
        &json!({
            "client_id": client, "patient": id, "encounter": encounter, "fhirContext": context,
            "intent": "reconcile-medications", "need_patient_banner": false,
        }),
    )
    .await;
    assert_eq!(made.status, 201, "{}", made.text);
    let made = made.json();
    assert_eq!((&made["iss"], &made["expires_in"]), (&json!(format!("{ISSUER}/fhir")), &json!(300)));
    let alice = Person::at(&server);
    let mut asked = question(&client, "launch user/Patient.r");
    asked.insert("launch", made["launch"].as_str().unwrap().to_owned());
    let mut foreign = asked.clone();
    foreign.insert("client_id", other);
    let refused = answered(&alice.get(&address(&foreign)).await);
    assert_eq!(refused["error_description"], "launch does not hold", "it is for another app");

    let page = alice.to_consent(&asked, None).await;
    assert!(page.text.contains("Alice Liddell, born 1852-05-04, female"), "{}", page.text);
    let code = answered(&alice.decide(&page, "allow").await)["code"].clone();
    let mut given = fetch(&server, &client, &code).await.json();
    given["access_token"].take();
    assert_eq!(
        given,
        json!({
            "access_token": null, "token_type": "Bearer", "expires_in": 3600, "scope": "launch user/Patient.r",
            "patient": id, "encounter": encounter, "fhirContext": context, "intent": "reconcile-medications",
            "need_patient_banner": false,
        })
    );
    let again = answered(&alice.get(&address(&asked)).await);
    assert_eq!(again["error_description"], "launch does not hold", "it was used");
    let late = launch(&server, "system/*.rs", &json!({ "patient": id })).await.json();
    asked.insert("launch", late["launch"].as_str().unwrap().to_owned());
    server.app.clock.advance_s(300);
    assert_eq!(answered(&alice.get(&address(&asked)).await)["error_description"], "launch does not hold");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_chooses_the_patient_by_name() {
    let server = Server::start().await;
    open_account(&server).await;
    let client = app(&server).await;
    let id = patient(&server, "Alice", "Liddell").await;
    patient(&server, "<b>Bob</b>", "O'Hara, Jr").await;
    let alice = Person::at(&server);
    let asked = question(&client, "launch/patient user/Patient.r");
    let login = alice.get(&address(&asked)).await.header("location").to_owned();
    let picker = alice.sign_in(&login).await.header("location").to_owned();
    assert!(picker.starts_with("/oauth/patient?request="), "{picker}");
    let all = alice.get(&picker).await;
    assert!(all.text.contains("Alice Liddell<small>born 1852-05-04, female</small>"), "{}", all.text);
    assert!(all.text.contains("&#60;b&#62;Bob&#60;/b&#62; O&#39;Hara, Jr"), "{}", all.text);
    for (name, count) in [("lidd", 1), ("alice+lid", 1), ("o%27hara%2C", 1), ("%24%7C%5C", 0), ("nobody", 0)]
    {
        let found = alice.get(&format!("{picker}&name={name}")).await;
        assert_eq!((found.status, found.text.matches("<li>").count()), (200, count), "{name}");
    }
    let consent = picker.replace("/oauth/patient?", "/oauth/consent?");
    let unchosen = alice.get(&consent).await;
    assert_eq!(unchosen.header("location"), picker, "without a patient there is nothing to decide");
    assert_eq!(alice.get(&format!("{consent}&patient=nobody")).await.status, 400);
    let link = format!("patient={id}\"");
    assert!(all.text.contains(&link), "{}", all.text);
    let code = alice.code(&asked, Some(&id)).await;
    assert_eq!(fetch(&server, &client, &code).await.json()["patient"], json!(id));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_a_patient_has_one_record_and_gives_no_other() {
    let server = Server::start().await;
    open_account(&server).await;
    let client = app(&server).await;
    let own = patient(&server, "Alice", "Liddell").await;
    let other = patient(&server, "Bob", "Dodgson").await;
    server.execute(&format!("UPDATE account SET patient = '{own}' WHERE surface = 'fhir'")).await;
    let alice = Person::at(&server);
    let asked = question(&client, "launch/patient openid fhirUser user/*.cruds patient/*.rs");
    let page = alice.to_consent(&asked, None).await;
    let code = answered(&alice.decide(&page, "allow").await)["code"].clone();
    let given = fetch(&server, &client, &code).await.json();
    assert_eq!(
        (&given["patient"], &given["scope"]),
        (&json!(own), &json!("launch/patient openid fhirUser patient/*.rs"))
    );

    let made = launch(&server, "system/*.rs", &json!({ "patient": other })).await.json();
    let mut asked = question(&client, "launch patient/*.rs");
    asked.insert("launch", made["launch"].as_str().unwrap().to_owned());
    let refused = answered(&alice.to_consent(&asked, None).await);
    assert_eq!(
        (&*refused["error"], &*refused["error_description"]),
        ("access_denied", "the launch is about another patient")
    );
    let nothing = answered(&alice.to_consent(&question(&client, "user/*.rs"), None).await);
    assert_eq!(nothing["error"], "invalid_scope");
}
