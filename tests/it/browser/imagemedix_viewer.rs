//! ImageMedix's viewer, tool by tool.

use fantoccini::key::Key;
use reqwest::Method;
use serde_json::{Value, json};

use super::Browser;
use super::imagemedix::{ADMIN, Client, PASSWORD, analyse, looks, no_complaints, open_accounts, sign_in};
use crate::harness::Server;
use crate::harness::drawn::brain;

/// What is on a canvas.
async fn drawn(browser: &Browser, canvas: &str) -> String {
    let script = format!(
        "return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() =>
            done(document.querySelector('{canvas}').toDataURL()))))"
    );
    browser.run(&script).await.as_str().unwrap().to_owned()
}

/// Does something, and asserts that the picture is another one then.
async fn changes(browser: &Browser, what: &str, act: impl AsyncFnOnce()) {
    let before = drawn(browser, "#picture").await;
    act().await;
    for _ in 0..100 {
        if drawn(browser, "#picture").await != before {
            return;
        }
    }
    panic!("{what} changes nothing");
}

async fn keys(browser: &Browser, text: &str) {
    browser.run("document.getElementById('picture').focus()").await;
    browser.find("#picture").await.send_keys(text).await.unwrap();
}

/// Has what was found in a scan be a tumor with a region.
async fn found(server: &Server, scan: &str) {
    let fhir = server.fhir().await;
    let mut observation = fhir.get(&format!("/Observation/{scan}")).await.json();
    observation["valueBoolean"] = true.into();
    let edges = [("region-left", 220), ("region-top", 120), ("region-right", 290), ("region-bottom", 185)];
    for (code, value) in edges {
        let coding = json!([{ "system": "https://hygeia.health/fhir/CodeSystem/imaging", "code": code }]);
        let component = json!({ "code": { "coding": coding }, "valueQuantity": { "value": value } });
        observation["component"].as_array_mut().unwrap().push(component);
    }
    let answer = fhir.put(&format!("/Observation/{scan}"), &observation).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

/// A server with two scans of a patient, the older one analysed; the ids.
async fn clinic() -> (Server, String, String) {
    let server = Server::start().await;
    open_accounts(&server).await;
    let client = Client::of(&server).await;
    let patient = ("PT-1", "Priya Mehta");
    let older = client.scan(brain(), patient, "2025-04-01").await;
    analyse(&server).await;
    found(&server, &older).await;
    let newer = client.scan(brain(), patient, "2025-05-01").await;
    (server, older, newer)
}

async fn open(browser: &Browser, server: &Server, id: &str) {
    browser.open(&format!("{}/imagemedix/viewer.html?id={id}", server.url)).await;
    browser.wait_for_text("h1", "Sign in").await;
    sign_in(browser, ADMIN, PASSWORD).await;
    browser.wait_for_text("#title", "Priya Mehta").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_zoomed_moved_and_seen_through_a_window() {
    let (server, older, newer) = clinic().await;
    let browser = Browser::start().await;
    open(&browser, &server, &newer).await;
    browser.wait_for_text("#finding-body", "The scan is waiting: 0 %").await;
    analyse(&server).await;
    browser.wait_for_text("#finding-body", "AI, not confirmed").await;
    let fit = browser.wait_for_text("#zoom", "%").await;
    changes(&browser, "zooming in", async || browser.click("#zoom-in").await).await;
    assert_ne!(browser.texts("#zoom").await[0], fit);
    changes(&browser, "zooming by the keyboard", async || keys(&browser, "+").await).await;
    changes(&browser, "moving by the keyboard", async || keys(&browser, &Key::Right.to_string()).await).await;
    let drag = "const canvas = document.getElementById('picture'), box = canvas.getBoundingClientRect();
        canvas.setPointerCapture = () => {};
        for (const [type, x, buttons] of [['pointerdown', 100, 1], ['pointermove', 140, 1], ['pointerup', 140, 0]])
            canvas.dispatchEvent(new PointerEvent(type, { pointerId: 7, button: 0, buttons, clientX: box.left + x, clientY: box.top + 100 }));";
    changes(&browser, "moving by the pointer", async || drop(browser.run(drag).await)).await;
    let wheel = "document.getElementById('picture').dispatchEvent(new WheelEvent('wheel', { deltaY: -200, clientX: 300, clientY: 400, cancelable: true }))";
    changes(&browser, "the wheel", async || drop(browser.run(wheel).await)).await;
    keys(&browser, "0").await;
    browser.wait_for_text("#zoom", &fit).await;

    keys(&browser, "w").await;
    assert_eq!(browser.texts("[data-tool][aria-pressed=true]").await, ["Window"]);
    changes(&browser, "the level by the keyboard", async || keys(&browser, &Key::Up.to_string()).await).await;
    assert_eq!(browser.texts("#level-told").await, ["120"]);
    changes(&browser, "the window by the pointer", async || drop(browser.run(drag).await)).await;
    assert_eq!(browser.texts("#width-told").await, ["295"]);
    let slide = "const width = document.getElementById('width'); width.value = 60; width.dispatchEvent(new Event('input'))";
    changes(&browser, "the slider", async || drop(browser.run(slide).await)).await;
    browser.picture("imagemedix-viewer-window").await;
    changes(&browser, "resetting", async || browser.click("#fit").await).await;
    assert_eq!(browser.texts("#width-told").await, ["255"]);

    changes(&browser, "the heat map", async || browser.click("#show-heat").await).await;
    looks(&browser, "viewer").await;

    browser.choose("#compare-with", &browser.texts("#compare-with option").await[1]).await;
    browser.wait_for_text("#other-caption", "2025").await;
    let before = drawn(&browser, "#other-picture").await;
    assert!(before.len() > 5_000, "the other picture is there");
    changes(&browser, "zooming beside another", async || keys(&browser, "+").await).await;
    assert_ne!(drawn(&browser, "#other-picture").await, before, "both go together");
    looks(&browser, "compare").await;
    browser.click("#model-card").await;
    browser.wait_for_text("#card h1", "brain-mri").await;
    assert!(browser.texts("#card table").await.len() > 1);
    looks(&browser, "card").await;
    no_complaints(&browser).await;
    assert_ne!(older, newer);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_annotate_confirm_correct_and_report() {
    let (server, older, _) = clinic().await;
    let client = Client::of(&server).await;
    let read = async || client.send(Method::GET, &format!("/scans/{older}"), &Value::Null).await;
    let browser = Browser::start().await;
    open(&browser, &server, &older).await;
    browser.wait_for_text("#finding-body", "AI, not confirmed").await;
    let model = read().await["analysis"]["model"].clone();
    assert_eq!((&model["name"], &model["card"]), (&json!("brain-mri"), &json!("/models/brain-mri.md")));

    browser.wait_for_text("#zoom", "%").await;
    changes(&browser, "hiding the region", async || keys(&browser, "r").await).await;
    changes(&browser, "showing the region", async || keys(&browser, "r").await).await;
    changes(&browser, "the heat map", async || keys(&browser, "h").await).await;
    looks(&browser, "viewer-region").await;

    // By the mouse, in the middle of the picture, which is 400 pixels wide and high.
    browser.click("[data-tool=mark]").await;
    browser.click("#picture").await;
    browser.wait_for_text("#dialog h2", "New annotation").await;
    browser.fill("#mark-text", "Tumor <i>boundary</i>").await;
    browser.click("#dialog [type=submit]").await;
    browser.wait_for_text("#marks li", "Tumor <i>boundary</i>").await;
    // By the keyboard: two steps of ten pixels to the right of the middle.
    let right = Key::Right.to_string();
    changes(&browser, "the cross", async || keys(&browser, &format!("{right}{right}")).await).await;
    keys(&browser, &Key::Enter.to_string()).await;
    browser.wait_for_text("#dialog h2", "New annotation").await;
    browser.picture("imagemedix-viewer-annotate").await;
    browser.fill("#mark-x", "4000").await;
    browser.fill("#mark-text", "Outside").await;
    browser.click("#dialog [type=submit]").await;
    assert_eq!(read().await["annotations"].as_array().unwrap().len(), 1, "what is outside is not sent");
    browser.fill("#mark-x", "220").await;
    browser.click("#dialog [type=submit]").await;
    browser.wait_for_text("#marks li:nth-child(2)", "Outside").await;
    let marks = read().await["annotations"].clone();
    let near = |value: &Value, wanted: f64| (value.as_f64().unwrap() - wanted).abs() <= 2.0;
    assert!(near(&marks[0]["x"], 200.0) && near(&marks[0]["y"], 200.0), "{marks}");
    assert_eq!((&marks[1]["x"], &marks[1]["text"]), (&json!(220), &json!("Outside")));
    changes(&browser, "choosing an annotation", async || browser.click("#marks button").await).await;
    changes(&browser, "hiding the annotations", async || browser.click("#show-marks").await).await;
    browser.click("#show-marks").await;

    browser.click("#confirm").await;
    browser.wait_for_text("#finding-body", "Confirmed by a person").await;
    browser.wait_for_text("#finding-body", "Vikram Desai").await;
    assert_eq!(read().await["analysis"]["isConfirmed"], true);
    browser.click("#make-report").await;
    browser.wait_for_text("#dialog h2", "Report").await;
    let name = browser.run("return document.getElementById('keep-report').download").await;
    assert_eq!(name, format!("report-{older}.pdf"));
    let frame = browser.run("return document.querySelector('#dialog iframe').src").await;
    assert!(frame.as_str().unwrap().starts_with("blob:"), "{frame}");
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    browser.picture("imagemedix-viewer-report").await;
    browser.click("#dialog .second").await;
    browser.click("#correct").await;
    browser.choose("#what", "Tumor").await;
    browser.choose("#kind", "meningioma").await;
    browser.fill("#where", "frontal lobe").await;
    browser.fill("#sure", "90").await;
    browser.fill("#notes", "See the second annotation.").await;
    browser.picture("imagemedix-viewer-correct").await;
    browser.click("#dialog [type=submit]").await;
    browser.wait_for_text("#finding-body", "frontal lobe").await;
    browser.wait_for_text("#finding-body", "Tumor: meningioma").await;
    let wanted = json!({ "hasTumor": true, "confidence": 0.9, "tumorType": "meningioma", "tumorLocation": "frontal lobe",
        "additionalNotes": "See the second annotation." });
    let now = read().await;
    assert_eq!((&now["result"], &now["analysis"]["version"]), (&wanted, &json!(4)));

    no_complaints(&browser).await;
}
