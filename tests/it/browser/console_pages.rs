//! The console as those who work here have it: by mouse, keyboard and on a telephone.

use chrono::{SecondsFormat, TimeDelta};
use fantoccini::key::Key;
use reqwest::Method;
use serde_json::json;

use super::Browser;
use super::imagemedix::{ADMIN, Client, PASSWORD, analyse, open_accounts, sign_in};
use crate::harness::Server;
use crate::harness::drawn::brain;

/// Keeps pictures of a page in the light, in the dark and on a telephone; nothing of it sticks out, and all of it has names.
async fn looks(browser: &Browser, name: &str) {
    let overflow = "return document.documentElement.scrollWidth > document.documentElement.clientWidth";
    browser.run("window.scrollTo(0, 0)").await;
    browser.picture(&format!("console-{name}")).await;
    assert_eq!(browser.run(overflow).await, false, "{name}: nothing sticks out");
    browser.dark().await;
    browser.picture(&format!("console-{name}-dark")).await;
    browser.light().await;
    browser.narrow().await;
    browser.run("return new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)))").await;
    browser.picture(&format!("console-{name}-narrow")).await;
    assert_eq!(browser.run(overflow).await, false, "{name}: nothing sticks out of a telephone");
    browser.wide().await;
    let nameless = "return Array.from(document.querySelectorAll('input:not([type=hidden]), select, textarea, img, svg[role=img]')).filter((one) =>
        !(one.labels && one.labels.length) && !one.getAttribute('aria-label') && !one.getAttribute('alt')).map((one) => one.outerHTML)";
    assert_eq!(browser.run(nameless).await, json!([]), "{name}: everything has a name");
    assert_eq!(browser.run("return document.documentElement.lang").await, "en");
}

/// A patient with values of two weeks, and a scan that a model has looked at; the ids.
async fn clinic(server: &Server, client: &Client<'_>) -> (String, String) {
    let scan = client.scan(brain(), ("PT-1", "Priya Mehta"), "2026-11-01").await;
    analyse(server).await;
    let fhir = server.fhir().await;
    let patient = fhir.get(&format!("/ImagingStudy/{scan}")).await.json()["subject"]["reference"].clone();
    let now = server.app.clock.now();
    for day in 0..14 {
        let at = (now - TimeDelta::days(14 - day)).to_rfc3339_opts(SecondsFormat::Secs, true);
        let number = f64::from(i32::try_from(day).unwrap());
        let of = |code: &str, text: &str, value: f64, unit: &str| {
            json!({ "code": { "coding": [{ "system": "http://loinc.org", "code": code }], "text": text },
                "valueQuantity": { "value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit } })
        };
        let panel = json!({ "resourceType": "Observation", "status": "final", "subject": { "reference": patient }, "effectiveDateTime": at,
            "code": { "coding": [{ "system": "http://loinc.org", "code": "85354-9" }], "text": "Blood pressure" },
            "component": [of("8480-6", "Systolic", 138.0 - number, "mm[Hg]"), of("8462-4", "Diastolic", 88.0 - number / 2.0, "mm[Hg]")] });
        let mut single = of("8867-4", "Heart rate", 64.0 + (number * 7.0) % 12.0, "/min");
        for (name, value) in [
            ("resourceType", json!("Observation")),
            ("status", json!("final")),
            ("subject", json!({ "reference": patient })),
            ("effectiveDateTime", json!(at)),
        ] {
            single[name] = value;
        }
        for body in [&panel, &single] {
            assert_eq!(fhir.post("/Observation", body).await.status, 201);
        }
    }
    (patient.as_str().unwrap().strip_prefix("Patient/").unwrap().to_owned(), scan)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clinician_confirms_what_a_model_said_and_reads_what_happened() {
    let server = Server::start().await;
    open_accounts(&server).await;
    let client = Client::of(&server).await;
    let (patient, scan) = clinic(&server, &client).await;
    let browser = Browser::start().await;
    browser.open(&format!("{}/console/review", server.url)).await;
    browser.wait_for_text("h1", "Sign in").await;
    sign_in(&browser, ADMIN, PASSWORD).await;
    browser.wait_for_text("h1", "Overview").await;
    looks(&browser, "overview").await;

    // By the keyboard: past the navigation, and to the first result.
    browser.click("nav a[href='/console/review']").await;
    browser.wait_for_text("h1", "To confirm").await;
    looks(&browser, "review").await;
    browser.find("body").await.send_keys(&char::from(Key::Tab).to_string()).await.unwrap();
    assert_eq!(browser.run("return document.activeElement.className").await, "skip");
    browser.click("tbody a").await;
    browser.wait_for_text("#conclusion", "no person has confirmed it").await;
    assert_eq!(
        browser.run("return document.querySelector('img').naturalWidth > 0").await,
        true,
        "the picture is there"
    );
    looks(&browser, "result").await;
    browser.click("button[value=reject]").await;
    browser.wait_for_text("[role=alert]", "Say why it is wrong.").await;
    browser.click("button[value=confirm]").await;
    browser.wait_for_text("main p", "Models said this").await;
    assert_eq!(browser.texts("tbody tr").await, Vec::<String>::new());
    let told = client.send(Method::GET, &format!("/scans/{scan}"), &json!(null)).await;
    assert_eq!(
        (&told["analysis"]["isConfirmed"], &told["analysis"]["reader"]["name"]),
        (&json!(true), &json!("Vikram Desai"))
    );

    browser.open(&format!("{}/console/patients", server.url)).await;
    browser.fill("#name", "Mehta").await;
    browser.click("form button").await;
    browser.wait_for_text(".choices li", "Priya Mehta").await;
    looks(&browser, "patients").await;
    browser.click(".choices a").await;
    browser.wait_for_text("figcaption", "Blood pressure").await;
    assert!(browser.address().await.ends_with(&format!("/console/patients/{patient}")));
    looks(&browser, "timeline").await;

    browser.open(&format!("{}/console/records", server.url)).await;
    browser.wait_for_text("#counts", "DiagnosticReport").await;
    looks(&browser, "records").await;
    browser.choose("#type", "DiagnosticReport").await;
    browser.fill("#query", "status=final").await;
    browser.click("form button").await;
    browser.wait_for_text("#total", "1 found.").await;
    looks(&browser, "found").await;
    browser.click("tbody a").await;
    browser.wait_for_text("#text", "\"final\"").await;
    looks(&browser, "record").await;
    browser.click("form button").await;
    browser.wait_for_text("#diff del", "versionId").await;
    for (lines, status) in [("#diff del", "\"preliminary\""), ("#diff ins", "\"final\"")] {
        assert!(browser.texts(lines).await.iter().any(|line| line.contains(status)), "{lines}: {status}");
    }
    looks(&browser, "diff").await;
    complaints(&browser).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_looks_after_the_tenant() {
    let server = Server::start().await;
    open_accounts(&server).await;
    let client = Client::of(&server).await;
    clinic(&server, &client).await;
    let webhook = json!({ "url": "https://receiver.example/hook", "events": ["scan.analyzed"] });
    client.send(Method::POST, "/webhooks", &webhook).await;
    client.scan(brain(), ("PT-1", "Priya Mehta"), "2026-11-02").await;
    server.execute("UPDATE job SET tries = 2, due = now() + interval '1 day'").await;
    let browser = Browser::start().await;
    browser.open(&format!("{}/login?request=console", server.url)).await;
    sign_in(&browser, ADMIN, PASSWORD).await;
    browser.wait_for_text("h1", "Overview").await;
    for (page, selector, text) in [
        ("audit", "#trail", "read-overview"),
        ("jobs", "tbody", "to be tried again"),
        ("deliveries", "tbody", "receiver.example"),
        ("users", "section", ADMIN),
        ("models", "tbody", "brain-mri"),
    ] {
        browser.click(&format!("nav a[href='/console/{page}']")).await;
        browser.wait_for_text(selector, text).await;
        assert_eq!(browser.texts("nav [aria-current]").await.len(), 1, "{page}");
        looks(&browser, page).await;
    }
    browser.open(&format!("{}/console/models/brain-mri", server.url)).await;
    browser.wait_for_text("#card", "Measured").await;
    looks(&browser, "model").await;
    browser.open(&format!("{}/console/deliveries", server.url)).await;
    browser.click("tbody a").await;
    browser.wait_for_text("h1", "Posted to receiver.example").await;
    looks(&browser, "receiver").await;
    browser.open(&format!("{}/console/jobs", server.url)).await;
    browser.click("tbody button").await;
    browser.wait_for_text("tbody", "waiting").await;
    complaints(&browser).await;
}

/// Asserts that the browser has nothing to complain about but refusals, which it notes with their status.
async fn complaints(browser: &Browser) {
    let complaints = browser.complaints().await;
    let is_expected = |line: &String| line.contains("/favicon.ico") || line.contains("status of 400");
    assert!(complaints.iter().all(is_expected), "{complaints:?}");
}
