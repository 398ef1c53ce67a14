//! Subscriptions by topic. <https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/>

use serde_json::{Value, json};

use super::super::patient;
use super::{both, change, observation, paths, status, stored, subscription, work};
use crate::harness::Fhir;

const GUIDE: &str = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/";
pub(super) const OWN: &str = "https://hygeia.health/fhir/SubscriptionTopic/";
const BASE: &str = "http://127.0.0.1:8080/fhir";

/// A Subscription by topic that is sent this much.
pub(super) fn by_topic(url: &str, topic: &str, content: &str) -> Value {
    let mut wanted = subscription(url, topic);
    wanted["channel"]["_payload"] =
        json!({ "extension": [{ "url": format!("{GUIDE}backport-payload-content"), "valueCode": content }] });
    wanted
}

/// What a notification tells of how it stands: type, number of events, and the numbers of those in it.
pub(super) fn told(bundle: &Value) -> (String, String, Vec<String>) {
    let status = &bundle["entry"][0]["resource"];
    assert_eq!((&bundle["type"], &status["resourceType"]), (&json!("history"), &json!("Parameters")));
    hygeia::fhir::validate::validate(bundle).expect("a valid Bundle");
    let all = status["parameter"].as_array().unwrap();
    let named = |name: &str| all.iter().filter(|one| one["name"] == name).cloned().collect::<Vec<_>>();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let numbers =
        named("notification-event").iter().map(|one| text(&one["part"][0]["valueString"])).collect();
    (
        text(&named("type")[0]["valueCode"]),
        text(&named("events-since-subscription-start")[0]["valueString"]),
        numbers,
    )
}

pub(super) fn of(kind: &str, last: &str, numbers: &[&str]) -> (String, String, Vec<String>) {
    (kind.to_owned(), last.to_owned(), numbers.iter().map(|one| (*one).to_owned()).collect())
}

/// A topic of the tenant's own: encounters that come to be finished.
pub(super) fn finished() -> Value {
    let of = |element: &str| {
        format!("http://hl7.org/fhir/5.0/StructureDefinition/extension-SubscriptionTopic.{element}")
    };
    json!({
        "resourceType": "Basic",
        "code": { "coding": [{ "system": "http://hl7.org/fhir/fhir-types", "code": "SubscriptionTopic" }] },
        "modifierExtension": [{ "url": of("status"), "valueCode": "active" }],
        "extension": [
            { "url": of("url"), "valueUri": "http://a.example/topic/finished" },
            { "url": of("resourceTrigger"), "extension": [
                { "url": "resource", "valueUri": "http://hl7.org/fhir/StructureDefinition/Encounter" },
                { "url": "queryCriteria", "extension": [
                    { "url": "previous", "valueString": "status:not=finished" },
                    { "url": "resultForCreate", "valueCode": "test-passes" },
                    { "url": "current", "valueString": "status=finished" },
                    { "url": "requireBoth", "valueBoolean": true },
                ] },
                { "url": "fhirPathCriteria", "valueString": "%current.status = 'finished' and %previous.status != %current.status or %previous.id.empty()" },
            ] },
        ],
    })
}

async fn encounter(fhir: &Fhir<'_>, id: &str, status: &str) {
    let resource =
        json!({ "resourceType": "Encounter", "id": id, "status": status, "class": { "code": "AMB" } });
    let answer = fhir.put(&format!("/Encounter/{id}"), &resource).await;
    assert!([200, 201].contains(&answer.status), "{}", answer.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_topic_is_about_is_refused() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    let url = receiver.url("/");
    let topic = format!("{OWN}Patient");
    let mut no_content = by_topic(&url, &topic, "id-only");
    no_content["channel"].as_object_mut().unwrap().remove("_payload");
    let mut active = by_topic(&url, &topic, "empty");
    active["status"] = "active".into();
    let with_filter = |filter: &str| {
        let mut wanted = by_topic(&url, &topic, "empty");
        wanted["_criteria"] = json!({ "extension": [{ "url": format!("{GUIDE}backport-filter-criteria"), "valueString": filter }] });
        wanted
    };
    for (wrong, place) in [
        (by_topic(&url, "http://a.example/none", "empty"), "criteria"),
        (by_topic(&url, &format!("{OWN}AuditEvent"), "empty"), "criteria"),
        (by_topic(&url, &topic, "everything"), "channel.payload"),
        (no_content, "channel.payload"),
        (with_filter("Observation?code=1"), "criteria"),
        (with_filter("Patient?nonsense=1"), "criteria"),
        (active, "status"),
    ] {
        let refused = fhir.post("/Subscription", &wrong).await;
        assert_eq!(refused.status, 422, "{wrong} {}", refused.text);
        assert_eq!(refused.json()["issue"][0]["expression"], json!([format!("Subscription.{place}")]));
    }
    let mut topic = finished();
    topic["extension"][1]["extension"][1]["extension"][2]["valueString"] = "nonsense=1".into();
    assert_eq!(fhir.post("/Basic", &topic).await.status, 422);
    let narrow = server.fhir_with("system/Subscription.cruds").await;
    assert_eq!(
        narrow.post("/Subscription", &by_topic(&url, &format!("{OWN}Patient"), "empty")).await.status,
        403
    );
    assert_eq!(receiver.taken().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_begins_with_a_handshake_and_events_have_numbers() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    receiver.answer([500]);
    let id =
        stored(&fhir, &by_topic(&receiver.url("/hook"), &format!("{OWN}Patient"), "full-resource")).await;
    work(&server).await;
    assert_eq!(status(&fhir, &id).await, "requested", "nobody has answered yet");
    server.app.clock.advance_s(1);
    work(&server).await;
    assert_eq!(status(&fhir, &id).await, "active");
    let patient_id = stored(&fhir, &patient()).await;
    work(&server).await;
    fhir.delete(&format!("/Patient/{patient_id}")).await;
    work(&server).await;
    let bundles: Vec<_> = receiver.taken().iter().map(crate::harness::receiver::Taken::json).collect();
    assert_eq!(paths(&receiver), ["POST /hook"; 4]);
    let expected = [
        of("handshake", "0", &[]),
        of("handshake", "0", &[]),
        of("event-notification", "1", &["1"]),
        of("event-notification", "2", &["2"]),
    ];
    assert_eq!(bundles.iter().map(told).collect::<Vec<_>>(), expected);
    let [_, _, made, gone] = bundles.try_into().unwrap();
    let entry = |bundle: &Value| {
        (bundle["entry"][1]["fullUrl"].clone(), bundle["entry"][1]["request"]["method"].clone())
    };
    let address = json!(format!("{BASE}/Patient/{patient_id}"));
    assert_eq!([entry(&made), entry(&gone)], [(address.clone(), json!("POST")), (address, json!("DELETE"))]);
    assert_eq!(made["entry"][1]["resource"]["id"], patient_id.as_str());
    assert_eq!(gone["entry"][1].get("resource"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn as_much_is_sent_as_is_asked_for() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    for content in ["empty", "id-only"] {
        stored(&fhir, &by_topic(&receiver.url(&format!("/{content}")), &format!("{OWN}Patient"), content))
            .await;
    }
    work(&server).await;
    receiver.clear();
    let id = stored(&fhir, &patient()).await;
    work(&server).await;
    let mut taken = receiver.taken();
    taken.sort_by(|one, other| one.path.cmp(&other.path));
    let [empty, id_only] = taken.try_into().unwrap();
    assert!(!empty.body.contains(&id) && !empty.body.contains("Patient"), "{}", empty.body);
    assert_eq!(empty.json()["entry"].as_array().unwrap().len(), 1);
    let bundle = id_only.json();
    assert_eq!(
        (&bundle["entry"][1]["fullUrl"], bundle["entry"][1].get("resource")),
        (&json!(format!("{BASE}/Patient/{id}")), None)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_of_a_tenant_tells_what_was_from_what_is() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    let topic = stored(&fhir, &finished()).await;
    let wanted = by_topic(&receiver.url("/"), "http://a.example/topic/finished", "id-only");
    stored(&fhir, &wanted).await;
    work(&server).await;
    receiver.clear();
    encounter(&fhir, "a", "in-progress").await;
    encounter(&fhir, "a", "finished").await;
    encounter(&fhir, "a", "finished").await;
    encounter(&fhir, "b", "finished").await;
    fhir.delete("/Encounter/b").await;
    work(&server).await;
    let focus = |bundle: Value| bundle["entry"][1]["fullUrl"].as_str().unwrap().to_owned();
    let told: Vec<_> = receiver.taken().iter().map(|taken| focus(taken.json())).collect();
    assert_eq!(told, [format!("{BASE}/Encounter/a"), format!("{BASE}/Encounter/b")]);
    let statement = fhir.get("/metadata").await.json();
    let resources = statement["rest"][0]["resource"].as_array().unwrap().clone();
    let subscriptions = resources.into_iter().find(|one| one["type"] == "Subscription").unwrap();
    let named = |url: &str| json!({ "url": format!("{GUIDE}capabilitystatement-subscriptiontopic-canonical"), "valueCanonical": url });
    let listed = subscriptions["extension"].as_array().unwrap();
    assert!(
        listed.contains(&named("http://a.example/topic/finished"))
            && listed.contains(&named(&format!("{OWN}Patient")))
    );
    assert_eq!(subscriptions["supportedProfile"], json!([format!("{GUIDE}backport-subscription")]));
    fhir.delete(&format!("/Basic/{topic}")).await;
    assert_eq!(fhir.post("/Subscription", &wanted).await.status, 422, "it is gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_narrow_a_topic() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    let mut wanted = by_topic(&receiver.url("/"), &format!("{OWN}Observation"), "id-only");
    wanted["_criteria"] = json!({ "extension": [
        { "url": format!("{GUIDE}backport-filter-criteria"), "valueString": "Observation?code=8867-4" },
        { "url": format!("{GUIDE}backport-filter-criteria"), "valueString": "status=final" }] });
    stored(&fhir, &wanted).await;
    work(&server).await;
    receiver.clear();
    let id = stored(&fhir, &observation("8867-4")).await;
    stored(&fhir, &observation("8310-5")).await;
    // It is told that what matched is gone.
    fhir.delete(&format!("/Observation/{id}")).await;
    work(&server).await;
    let methods = receiver
        .taken()
        .iter()
        .map(|taken| taken.json()["entry"][1]["request"]["method"].clone())
        .collect::<Vec<_>>();
    assert_eq!(methods, ["POST", "DELETE"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_told_nothing_for_long_is_told_that_somebody_is_here() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    let mut wanted = by_topic(&receiver.url("/"), &format!("{OWN}Patient"), "empty");
    wanted["channel"]["extension"] =
        json!([{ "url": format!("{GUIDE}backport-heartbeat-period"), "valueUnsignedInt": 60 }]);
    let id = stored(&fhir, &wanted).await;
    work(&server).await;
    receiver.clear();
    server.app.clock.advance_s(59);
    work(&server).await;
    assert_eq!(receiver.taken().len(), 0);
    for _ in 0..2 {
        server.app.clock.advance_s(60);
        work(&server).await;
    }
    let beats: Vec<_> = receiver.taken().iter().map(|taken| told(&taken.json())).collect();
    assert_eq!(beats, [of("heartbeat", "0", &[]), of("heartbeat", "0", &[])]);
    change(&fhir, &id, |active| active["status"] = "off".into()).await;
    server.app.clock.advance_s(600);
    work(&server).await;
    assert_eq!(receiver.taken().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_and_how_it_stands_can_be_asked() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    let id = stored(&fhir, &by_topic(&receiver.url("/"), &format!("{OWN}Patient"), "empty")).await;
    work(&server).await;
    let mut patients = Vec::new();
    for _ in 0..3 {
        patients.push(stored(&fhir, &patient()).await);
    }
    work(&server).await;
    let events = format!("/Subscription/{id}/$events");
    for path in ["/Subscription/none/$events", "/Subscription/none/$status"] {
        assert_eq!(fhir.get(path).await.status, 404, "{path}");
    }
    for wrong in ["eventsSinceNumber=x", "content=all"] {
        assert_eq!(fhir.get(&format!("{events}?{wrong}")).await.status, 400, "{wrong}");
    }
    assert_eq!(server.fhir_with("system/Patient.rs").await.get(&events).await.status, 403);
    let all = fhir.get(&events).await.json();
    assert_eq!(told(&all), of("query-event", "3", &["1", "2", "3"]));
    let some = fhir
        .get(&format!("{events}?eventsSinceNumber=2&eventsUntilNumber=2&content=full-resource"))
        .await
        .json();
    assert_eq!(
        (told(&some), &some["entry"][1]["resource"]["id"]),
        (of("query-event", "3", &["2"]), &json!(patients[1]))
    );
    // Who may not read what happened is not told of it.
    let blind = server.fhir_with("system/Subscription.rs").await;
    assert_eq!(told(&blind.get(&events).await.json()), of("query-event", "3", &[]));
    let states = fhir.get("/Subscription/$status?status=active").await.json();
    assert_eq!((&states["type"], &states["total"]), (&json!("searchset"), &json!(1)));
    let one = fhir.get(&format!("/Subscription/{id}/$status")).await.json();
    let parameters = one["entry"][0]["resource"]["parameter"].as_array().unwrap().clone();
    assert!(parameters.contains(&json!({ "name": "type", "valueCode": "query-status" })));
    assert!(parameters.contains(&json!({ "name": "topic", "valueCanonical": format!("{OWN}Patient") })));
    assert!(parameters.contains(&json!({ "name": "events-since-subscription-start", "valueString": "3" })));
    assert_eq!(fhir.get("/Subscription/$status?status=off").await.json()["total"], 0);
    let other = server.fhir_by(super::super::isolation::token_of_another_tenant(&server).await);
    assert_eq!(other.get(&events).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_that_asks_only_what_was_tells_of_nothing_else() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    let mut topic = finished();
    let trigger = topic["extension"][1]["extension"].as_array_mut().unwrap();
    trigger.pop();
    trigger[1]["extension"] = json!([{ "url": "previous", "valueString": "status=in-progress" }]);
    stored(&fhir, &topic).await;
    stored(&fhir, &by_topic(&receiver.url("/"), "http://a.example/topic/finished", "id-only")).await;
    work(&server).await;
    receiver.clear();
    for status in ["planned", "in-progress", "finished", "cancelled"] {
        encounter(&fhir, "a", status).await;
    }
    work(&server).await;
    let told: Vec<_> = receiver.taken().iter().map(|taken| told(&taken.json())).collect();
    assert_eq!(told, [of("event-notification", "1", &["1"])], "when it was in progress no more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_can_be_named_by_its_version() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    let mut topic = finished();
    let version = json!({ "url": "http://hl7.org/fhir/5.0/StructureDefinition/extension-SubscriptionTopic.version", "valueString": "1.0" });
    topic["extension"].as_array_mut().unwrap().push(version);
    stored(&fhir, &topic).await;
    let named = |name: &str| by_topic(&receiver.url("/"), name, "id-only");
    let url = "http://a.example/topic/finished";
    for (name, status) in [(format!("{url}|2.0"), 422), (format!("{url}|1.0"), 201), (url.to_owned(), 201)] {
        assert_eq!(fhir.post("/Subscription", &named(&name)).await.status, status, "{name}");
    }
    work(&server).await;
    receiver.clear();
    encounter(&fhir, "a", "in-progress").await;
    encounter(&fhir, "a", "finished").await;
    work(&server).await;
    assert_eq!(receiver.taken().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_mail_says_that_nothing_happened() {
    let (_, server) = both().await;
    let fhir = server.fhir().await;
    let mut wanted = by_topic("mailto:doctor@a.example", &format!("{OWN}Patient"), "empty");
    wanted["channel"]["type"] = "email".into();
    wanted["channel"].as_object_mut().unwrap().remove("payload");
    wanted["channel"]["extension"] =
        json!([{ "url": format!("{GUIDE}backport-heartbeat-period"), "valueUnsignedInt": 60 }]);
    let refused = fhir.post("/Subscription", &wanted).await;
    assert_eq!(
        (refused.status, &refused.json()["issue"][0]["expression"]),
        (422, &json!(["Subscription.channel.extension"]))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn as_many_events_are_told_together_as_is_asked_for() {
    let (receiver, server) = both().await;
    let fhir = server.fhir().await;
    let mut wanted = by_topic(&receiver.url("/"), &format!("{OWN}Patient"), "id-only");
    let count =
        |count: i64| json!([{ "url": format!("{GUIDE}backport-max-count"), "valuePositiveInt": count }]);
    wanted["channel"]["extension"] = count(0);
    assert_eq!(fhir.post("/Subscription", &wanted).await.status, 400);
    wanted["channel"]["extension"] = count(10);
    stored(&fhir, &wanted).await;
    work(&server).await;
    receiver.clear();
    let entry = json!({ "resource": patient(), "request": { "method": "POST", "url": "Patient" } });
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": vec![entry; 25] });
    assert_eq!(fhir.post("", &bundle).await.status, 200);
    // What did not come through comes again, all of it.
    receiver.answer([200, 500]);
    work(&server).await;
    server.app.clock.advance_s(60);
    work(&server).await;
    let told: Vec<_> = receiver.taken().iter().map(|taken| told(&taken.json())).collect();
    let numbers = |range: std::ops::RangeInclusive<u8>| range.map(|one| one.to_string()).collect::<Vec<_>>();
    let of = |last: &str, range| ("event-notification".to_owned(), last.to_owned(), numbers(range));
    assert_eq!(told, [of("10", 1..=10), of("20", 11..=20), of("20", 11..=20), of("25", 21..=25)]);
    let open = "SELECT count(*) FROM delivery WHERE outcome IS DISTINCT FROM 'delivered'";
    assert_eq!(server.number(open).await, 0);
}
