//! The console: who comes in, and what each page tells them.

mod access;
mod clients;
mod operations;
mod records;
mod tenants;
mod timeline;

use hygeia::core::Secret;
use hygeia::records::accounts::Person as NewPerson;
use serde_json::{Value, json};

use crate::harness::{Answer, Fhir, Server};
use crate::oauth::person::{PASSWORD, Person};

pub(crate) use clients::administrator;

/// Somebody who works for the tenant of that name and is no administrator, at a browser.
pub(crate) async fn clinician<'a>(server: &'a Server, tenant: &str, email: &str) -> Person<'a> {
    add(server, tenant, email, None).await;
    let person = Person::at(server);
    assert_eq!(person.enter(email, PASSWORD).await.header("location"), "/account");
    person
}

/// Opens an account.
async fn add(server: &Server, tenant: &str, email: &str, patient: Option<String>) {
    let person = NewPerson {
        email: email.to_owned(),
        password: Secret::new(PASSWORD.to_owned()),
        name: Secret::new("Dr. Ada Byron".to_owned()),
    };
    server.app.records.add_person(tenant, &person, patient).await.unwrap();
}

/// A page that came; its text.
#[track_caller]
pub(crate) fn page(answer: &Answer) -> &str {
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    let policy = answer.header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'; style-src 'self';") && !policy.contains("script"),
        "{policy}"
    );
    assert_eq!((answer.header("cache-control"), answer.header("x-frame-options")), ("no-store", "DENY"));
    &answer.text
}

/// The addresses of a page's links that begin so, each once.
pub(crate) fn links(answer: &Answer, beginning: &str) -> Vec<String> {
    let mut found = Vec::new();
    for rest in answer.text.split("href=\"").skip(1) {
        let address = rest.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
        if address.starts_with(beginning) && !found.contains(&address) {
            found.push(address);
        }
    }
    found
}

/// What a page warns of.
#[track_caller]
pub(crate) fn warned(answer: &Answer, status: u16) -> String {
    assert_eq!(answer.status, status, "{}", answer.text);
    let told = answer.text.split("role=\"alert\">").nth(1).and_then(|rest| rest.split('<').next());
    told.unwrap_or_default().replace("&#39;", "'").replace("&#34;", "\"")
}

/// An Observation of a quantity, of a patient.
async fn observed(fhir: &Fhir<'_>, patient: &str, code: &str, at: &str, (value, unit): (f64, &str)) -> Value {
    let body = json!({
        "resourceType": "Observation", "status": "final", "subject": { "reference": format!("Patient/{patient}") },
        "code": { "coding": [{ "system": "http://loinc.org", "code": code }], "text": code }, "effectiveDateTime": at,
        "valueQuantity": { "value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit },
    });
    let made = fhir.post("/Observation", &body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.json()
}
