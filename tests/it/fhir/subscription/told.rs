//! What is told of changes, and what is not.

use serde_json::{Value, json};

use super::super::patient;
use super::{active, both, change, observation, paths, stored, subscription, work};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_made_and_changed_is_put_there_once_as_it_then_was() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    let before = stored(&fhir, &observation("8867-4")).await;
    let mut wanted = subscription(&receiver.url("/hook"), "Observation?code=http://loinc.org|8867-4");
    wanted["channel"]["header"] = json!(["Authorization: Bearer of-the-receiver", "X-Two: a: b"]);
    active(&fhir, &wanted).await;
    assert_eq!(paths(&receiver), Vec::<String>::new(), "what was there before is not told");
    let id = stored(&fhir, &observation("8867-4")).await;
    stored(&fhir, &observation("8310-5")).await;
    stored(&fhir, &patient()).await;
    let first = fhir.get(&format!("/Observation/{id}")).await;
    let mut changed = first.json();
    changed["status"] = "amended".into();
    let second = fhir.put(&format!("/Observation/{id}"), &changed).await;
    work(&server).await;
    let put = format!("PUT /hook/Observation/{id}");
    assert_eq!(paths(&receiver), [put.clone(), put.clone()]);
    let taken = receiver.taken();
    assert_eq!([&taken[0].body, &taken[1].body], [&first.text, &second.text]);
    let headers = ["content-type", "authorization", "x-two"].map(|name| taken[0].header(name));
    assert_eq!(headers, ["application/fhir+json", "Bearer of-the-receiver", "a: b"]);
    // One that was there is told of once it changes.
    let mut old = fhir.get(&format!("/Observation/{before}")).await.json();
    old["status"] = "amended".into();
    fhir.put(&format!("/Observation/{before}"), &old).await;
    work(&server).await;
    assert_eq!(paths(&receiver)[2..], [format!("PUT /hook/Observation/{before}")]);
    work(&server).await;
    assert_eq!(receiver.taken().len(), 3, "each once");
    assert_eq!(server.number("SELECT count(*) FROM resource_change").await, 0);
    assert_eq!(server.number("SELECT count(*) FROM audit_event WHERE interaction = 'notification'").await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_payload_nothing_is_sent_but_that_there_is_something() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    let mut wanted = subscription(&receiver.url("/hook?for=me"), "Patient");
    wanted["channel"].as_object_mut().unwrap().remove("payload");
    active(&fhir, &wanted).await;
    stored(&fhir, &patient()).await;
    work(&server).await;
    let taken = receiver.taken();
    assert_eq!(paths(&receiver), ["POST /hook"]);
    assert_eq!((taken[0].body.as_str(), taken[0].header("content-type")), ("", ""));
    assert_eq!(taken[0].header("content-length"), "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payload_of_xml_is_xml() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    let mut wanted = subscription(&receiver.url("/"), "Patient");
    wanted["channel"]["payload"] = "application/fhir+xml".into();
    active(&fhir, &wanted).await;
    let id = stored(&fhir, &patient()).await;
    work(&server).await;
    let taken = receiver.taken().remove(0);
    let stored = fhir.get(&format!("/Patient/{id}?_format=xml")).await;
    assert_eq!((taken.path, taken.body), (format!("/Patient/{id}"), stored.text));
    assert_eq!(
        taken.headers.iter().find(|(name, _)| name == "content-type").unwrap().1,
        "application/fhir+xml"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_deletions_nor_what_matches_no_more_is_told() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    let id = stored(&fhir, &observation("8867-4")).await;
    active(&fhir, &subscription(&receiver.url("/"), "Observation?status=final")).await;
    let mut other = fhir.get(&format!("/Observation/{id}")).await.json();
    other["status"] = "cancelled".into();
    fhir.put(&format!("/Observation/{id}"), &other).await;
    let gone = stored(&fhir, &observation("8867-4")).await;
    fhir.delete(&format!("/Observation/{gone}")).await;
    work(&server).await;
    assert_eq!(paths(&receiver), [format!("PUT /Observation/{gone}")], "as it was made");
}

#[tokio::test(flavor = "multi_thread")]
async fn all_of_a_transaction_is_told_and_nothing_of_one_that_failed() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    active(&fhir, &subscription(&receiver.url("/"), "Observation?code=8867-4,8310-5")).await;
    let entry = |code: &str| json!({ "resource": observation(code), "request": { "method": "POST", "url": "Observation" } });
    let bundle =
        |entries: Vec<Value>| json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries });
    let failing = json!({ "request": { "method": "PUT", "url": "Patient/x", "ifMatch": "W/\"7\"" },
        "resource": { "resourceType": "Patient", "id": "x" } });
    assert_eq!(fhir.post("", &bundle(vec![entry("8867-4"), failing])).await.status, 412);
    work(&server).await;
    assert_eq!(receiver.taken().len(), 0);
    assert_eq!(
        fhir.post("", &bundle(vec![entry("8867-4"), entry("8310-5"), entry("718-7")])).await.status,
        200
    );
    work(&server).await;
    assert_eq!(receiver.taken().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_closed_or_deleted_theirs_is_told_nothing() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    let closed = active(&fhir, &subscription(&receiver.url("/a"), "Patient")).await;
    let deleted = active(&fhir, &subscription(&receiver.url("/b"), "Patient")).await;
    let moved = active(&fhir, &subscription(&receiver.url("/c"), "Patient")).await;
    // What waits when it is closed is not told either.
    stored(&fhir, &patient()).await;
    while server.app.subscriptions().step().await.unwrap() {}
    change(&fhir, &closed, |closed| closed["status"] = "off".into()).await;
    assert_eq!(fhir.delete(&format!("/Subscription/{deleted}")).await.status, 204);
    change(&fhir, &moved, |moved| moved["criteria"] = "Patient?gender=male".into()).await;
    stored(&fhir, &patient()).await;
    work(&server).await;
    assert_eq!(receiver.taken().len(), 1, "{:?}", paths(&receiver));
    assert!(paths(&receiver)[0].starts_with("PUT /c/Patient/"), "{:?}", paths(&receiver));
    // Opened again, it is told of what comes then.
    change(&fhir, &closed, |closed| closed["status"] = "active".into()).await;
    let next = stored(&fhir, &patient()).await;
    work(&server).await;
    assert_eq!(paths(&receiver)[1..], [format!("PUT /a/Patient/{next}")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn criteria_may_ask_for_what_it_refers_to() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    let criteria = "Observation?subject:Patient.family=Liddell&code=8867-4";
    active(&fhir, &subscription(&receiver.url("/"), criteria)).await;
    let of = stored(&fhir, &patient()).await;
    stored(&fhir, &observation("8867-4")).await;
    let mut hers = observation("8867-4");
    hers["subject"] = json!({ "reference": format!("Patient/{of}") });
    let id = stored(&fhir, &hers).await;
    work(&server).await;
    assert_eq!(paths(&receiver), [format!("PUT /Observation/{id}")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_says_only_that_something_happened() {
    let (_, server) = both().await;
    let fhir = server.fhir().await;
    let mut wanted = subscription("mailto:doctor@a.example", "Patient?family=Liddell");
    wanted["channel"]["type"] = "email".into();
    assert_eq!(fhir.post("/Subscription", &wanted).await.status, 422, "mails have no payload");
    wanted["channel"].as_object_mut().unwrap().remove("payload");
    let id = active(&fhir, &wanted).await;
    let patient = stored(&fhir, &patient()).await;
    work(&server).await;
    let mails = server.mails().await;
    let [mail] = mails.as_slice() else { panic!("{mails:?}") };
    assert_eq!((mail.to.as_str(), mail.subject.as_str()), ("doctor@a.example", "Something happened"));
    assert_eq!(mail.link(), format!("/fhir/Subscription/{id}"));
    assert!(!mail.text.contains(&patient) && !mail.text.contains("Liddell"), "{}", mail.text);
}
