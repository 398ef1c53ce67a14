//! What a patient's Consent keeps callers from, by every way to the data.

use serde_json::{Value, json};

use super::{LABORATORY, VITAL, named, observation, put, shown, two_patients};
use crate::harness::{Answer, Fhir, Server};

const WITHHELD: [&str; 1] =
    ["suppressed: a Consent of the patient forbids this; in an emergency, who may can break the glass"];

/// Stores a Consent of patient `b`.
pub async fn consent(fhir: &Fhir<'_>, id: &str, status: &str, provision: Value) {
    let scope = json!({ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy" }] });
    let category = json!([{ "coding": [{ "system": "http://loinc.org", "code": "59284-0" }] }]);
    let rest = json!({
        "status": status,
        "scope": scope,
        "category": category,
        "policyRule": { "text": "by word of mouth" },
        "patient": { "reference": "Patient/b" },
        "provision": provision,
    });
    put(fhir, "Consent", id, rest).await;
}

const BOTH: &str =
    "Observation/a-laboratory Observation/a-vital-signs Observation/b-laboratory Observation/b-vital-signs";
pub const MINE: &str = "Observation/a-laboratory Observation/a-vital-signs";

#[tokio::test(flavor = "multi_thread")]
async fn a_denial_holds_by_every_way_and_from_the_next_request_on() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    let replica = server.replica().await;
    let other = replica.fhir_by(server.token("system/*.rs").await);
    let both = "Observation/a-laboratory Observation/b-laboratory";
    let ways = [
        ("/Observation", BOTH, MINE),
        ("/Observation?patient=b", "Observation/b-laboratory Observation/b-vital-signs", ""),
        ("/Observation?category=laboratory&_sort=-date", both, "Observation/a-laboratory"),
        ("/Patient", "Patient/a Patient/b", "Patient/a"),
        ("/Patient?_has:Observation:patient:code=15074-8", "Patient/a Patient/b", "Patient/a"),
        ("/Practitioner?_has:Observation:performer:patient=b", "Practitioner/doctor", ""),
        ("/Observation?subject:Patient.name=bob&category=laboratory", "Observation/b-laboratory", ""),
        ("/Observation?_list=b-list&category=laboratory", "Observation/b-laboratory", ""),
        ("/Patient/b/Observation?category=laboratory", "Observation/b-laboratory", ""),
        (
            "/Practitioner?_revinclude=Observation:performer",
            "Observation/a-laboratory Observation/a-vital-signs Observation/b-laboratory Observation/b-vital-signs Practitioner/doctor",
            "Observation/a-laboratory Observation/a-vital-signs Practitioner/doctor",
        ),
        (
            "/?_type=Encounter,List",
            "Encounter/a-encounter Encounter/b-encounter List/a-list List/b-list",
            "Encounter/a-encounter List/a-list",
        ),
    ];
    for _ in 0..2 {
        for who in [&fhir, &other] {
            for (path, before, _) in &ways {
                assert_eq!(shown(who, path).await, *before, "{path}");
            }
        }
        consent(&fhir, "c", "active", json!({ "type": "deny" })).await;
        for who in [&other, &fhir] {
            for (path, _, after) in &ways {
                assert_eq!(shown(who, path).await, *after, "{path}");
            }
            for path in ["/Patient/b", "/Observation/b-laboratory", "/Observation/b-laboratory/_history/1"] {
                assert_eq!(who.get(path).await.refused(403), WITHHELD, "{path}");
            }
            assert_eq!(who.get("/Observation/b-laboratory/_history").await.refused(403), WITHHELD);
            let told = who.get("/Observation/_history").await.text;
            assert!(!told.contains("Observation/b-") && told.contains("Observation/a-laboratory"));
            assert!(!who.get("/_history").await.text.contains("/fhir/Patient/b\""));
            assert_eq!(who.get("/Observation?_summary=count").await.json()["total"], 2);
            assert_eq!(shown(who, "/Consent").await, "Consent/c", "a rule can be seen");
        }
        consent(&fhir, "c", "inactive", json!({ "type": "deny" })).await;
    }
    consent(&fhir, "c", "active", json!({ "type": "deny" })).await;
    assert_eq!(shown(&other, "/Observation").await, MINE);
    assert_eq!(fhir.delete("/Consent/c").await.status, 204);
    assert_eq!(shown(&other, "/Observation").await, BOTH, "a Consent that is deleted forbids nothing");
}

/// A denial that was not committed is not held, and one that was is.
#[tokio::test(flavor = "multi_thread")]
async fn a_consent_in_a_bundle_holds_when_the_bundle_does() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    let rest = json!({
        "status": "active",
        "scope": { "coding": [{ "code": "patient-privacy" }] },
        "category": [{ "text": "any" }],
        "policyRule": { "text": "by word of mouth" },
        "patient": { "reference": "Patient/b" },
        "provision": { "type": "deny" },
    });
    let entry = |method: &str, url: &str, resource: Value| json!({ "request": { "method": method, "url": url }, "resource": resource });
    let consent = entry("PUT", "Consent/c", named("Consent", "c", rest));
    let search = json!({ "request": { "method": "GET", "url": "Observation?patient=b&_summary=count" } });
    let refused = entry("PUT", "Patient/b", named("Patient", "b", json!({ "gender": "none" })));
    let bundle =
        |entry: &[&Value]| json!({ "resourceType": "Bundle", "type": "transaction", "entry": entry });
    assert_eq!(fhir.post("/", &bundle(&[&consent, &search, &refused])).await.status, 400);
    assert_eq!(shown(&fhir, "/Observation").await, BOTH);
    let done = fhir.post("/", &bundle(&[&consent, &search])).await;
    assert_eq!(done.json()["entry"][1]["resource"]["total"], 0, "{}", done.text);
    assert_eq!(shown(&fhir, "/Observation").await, MINE);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provision_goes_as_far_as_it_says() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    let act_reason = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
    let deny = |name: &str, value: Value| json!({ "type": "deny", name: value });
    let loinc = |code: &str| json!([{ "coding": [{ "system": "http://loinc.org", "code": code }] }]);
    let instance = |address: &str| json!([{ "meaning": "instance", "reference": { "reference": address } }]);
    let without_b_laboratory = "Observation/a-laboratory Observation/a-vital-signs Observation/b-vital-signs";
    let class = |name: &str| json!([{ "system": "http://hl7.org/fhir/resource-types", "code": name }]);
    let purpose = |code: &str| json!([{ "system": act_reason, "code": code }]);
    let action = |code: &str| json!([{ "coding": [{ "code": code }] }]);
    let actor = |who: &str| json!([{ "role": { "text": "any" }, "reference": { "reference": who } }]);
    for (provision, expected) in [
        (deny("class", class("Encounter")), BOTH),
        (deny("class", class("Observation")), MINE),
        (deny("code", loinc("8867-4")), BOTH),
        (deny("code", loinc("15074-8")), MINE),
        (deny("data", instance("Observation/b-laboratory")), without_b_laboratory),
        (deny("data", instance("Observation/a-laboratory")), BOTH),
        (deny("purpose", purpose("HRESCH")), BOTH),
        (deny("purpose", purpose("TREAT")), MINE),
        (deny("purpose", purpose("PurposeOfUse")), MINE),
        (deny("purpose", purpose("ETREAT")), BOTH),
        (deny("action", action("correct")), BOTH),
        (deny("action", action("access")), MINE),
        (deny("actor", actor("Practitioner/other")), BOTH),
        (deny("actor", actor("CareTeam/unknown")), MINE),
        (deny("period", json!({ "end": "2026-11-20" })), BOTH),
        (deny("period", json!({ "start": "2026-11-22" })), BOTH),
        (deny("period", json!({ "start": "2026-11-21", "end": "2026-11-21" })), MINE),
        (json!({ "type": "deny", "provision": [{ "type": "permit", "class": class("Observation") }] }), BOTH),
        (
            json!({ "type": "permit", "provision": [{ "type": "deny", "data": instance("Observation/b-laboratory") }] }),
            without_b_laboratory,
        ),
        (
            json!({ "type": "permit", "provision": [
            { "type": "deny", "class": class("Observation") }, { "type": "permit", "class": class("Observation") }] }),
            MINE,
        ),
        (
            json!({ "type": "permit", "provision": [
            { "type": "deny", "class": class("Observation"), "provision": [{ "type": "permit", "data": instance("Observation/b-vital-signs") }] }] }),
            without_b_laboratory,
        ),
        (
            json!({ "type": "permit", "provision": [
            { "type": "deny", "class": class("Encounter"), "provision": [{ "type": "deny", "class": class("Observation") }] }] }),
            BOTH,
        ),
    ] {
        consent(&fhir, "c", "active", provision.clone()).await;
        assert_eq!(shown(&fhir, "/Observation").await, expected, "{provision}");
    }
    // Of several Consents any denial counts.
    consent(&fhir, "c", "active", json!({ "type": "permit" })).await;
    consent(&fhir, "d", "active", deny("class", class("Observation"))).await;
    assert_eq!(shown(&fhir, "/Observation").await, MINE);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provision_that_begins_begins_by_itself() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    consent(&fhir, "c", "active", json!({ "type": "deny", "period": { "start": "2026-11-21T12:00:10Z", "end": "2026-11-21T12:00:19Z" } })).await;
    for (seconds, expected) in [(0, BOTH), (10, MINE), (10, BOTH)] {
        server.app.clock.advance_s(seconds);
        assert_eq!(shown(&fhir, "/Observation").await, expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_forbidden_cannot_be_written() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    consent(&fhir, "c", "active", json!({ "type": "deny" })).await;
    let rows = "SELECT (SELECT count(*) FROM resource) + (SELECT count(*) FROM resource_history)";
    let before = server.number(rows).await;
    let theirs = |id: &str| named("Observation", id, observation("b", VITAL));
    assert_eq!(fhir.post("/Observation", &theirs("x")).await.refused(403), WITHHELD);
    assert_eq!(fhir.put("/Observation/x", &theirs("x")).await.refused(403), WITHHELD);
    assert_eq!(fhir.put("/Observation/b-vital-signs", &theirs("b-vital-signs")).await.refused(403), WITHHELD);
    assert_eq!(fhir.delete("/Observation/b-vital-signs").await.refused(403), WITHHELD);
    let mine = named("Observation", "b-vital-signs", observation("a", LABORATORY));
    assert_eq!(fhir.put("/Observation/b-vital-signs", &mine).await.refused(403), WITHHELD);
    assert_eq!(server.number(rows).await, before);
    assert_eq!(
        fhir.post("/Observation", &named("Observation", "x", observation("a", VITAL))).await.status,
        201
    );
}

async fn breaking(fhir: &Fhir<'_>, path: &str, reason: &str) -> Answer {
    Answer::of(fhir.request(reqwest::Method::GET, path).header("X-Break-The-Glass", reason)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_glass_is_broken_with_a_reason_and_not_by_apps_of_patients() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    consent(&fhir, "c", "active", json!({ "type": "deny" })).await;
    let text = "value: X-Break-The-Glass must tell the reason, in 5 to 500 characters";
    for reason in ["", "  why ", &"long".repeat(126)] {
        assert_eq!(breaking(&fhir, "/Patient/b", reason).await.refused(400), [text], "{reason:?}");
    }
    let app = server.fhir_about("b", "patient/*.rs").await;
    assert_eq!(breaking(&app, "/Patient/b", "unconscious").await.status, 403);
    assert_eq!(breaking(&fhir, "/Patient/b", "found unconscious").await.status, 200);
    let found = breaking(&fhir, "/Observation?patient=b", "found unconscious").await.json();
    assert_eq!(found["total"], 2);
    assert_eq!(fhir.get("/Patient/b").await.status, 403, "for that request alone");
    // A denial of just that holds.
    let purpose = json!([{ "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "BTG" }]);
    consent(&fhir, "c", "active", json!({ "type": "deny", "purpose": purpose })).await;
    assert_eq!(fhir.get("/Patient/b").await.status, 200);
    assert_eq!(breaking(&fhir, "/Patient/b", "found unconscious").await.refused(403), WITHHELD);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_tenants_consents_matter_to_nobody_else() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    server.execute("INSERT INTO tenant (tenant, name, created_at) VALUES (50, 'other', now())").await;
    let token = server.app.identity.issue_access_token("other", "system/*.cruds").await.unwrap();
    let other = server.fhir_by(token.expose().clone());
    consent(&other, "c", "active", json!({ "type": "deny" })).await;
    assert_eq!(shown(&fhir, "/Observation").await, BOTH);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_may_keep_everybody_out_unless_a_consent_lets_them_in() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    let denying = "UPDATE search_parameter_set SET consent_default = 'deny', version = nextval('search_parameter_version') WHERE tenant = 1";
    server.execute("INSERT INTO search_parameter_set (tenant, version) VALUES (1, nextval('search_parameter_version')) ON CONFLICT DO NOTHING").await;
    server.execute(denying).await;
    assert_eq!(shown(&fhir, "/Observation").await, "");
    assert_eq!(fhir.get("/Patient/b").await.refused(403), WITHHELD);
    assert_eq!(shown(&fhir, "/Practitioner").await, "Practitioner/doctor");
    assert_eq!(shown(&fhir, "/Practitioner?_has:Observation:performer:code=15074-8").await, "");
    consent(&fhir, "c", "active", json!({ "type": "permit" })).await;
    assert_eq!(shown(&fhir, "/Observation").await, "Observation/b-laboratory Observation/b-vital-signs");
    assert_eq!(shown(&fhir, "/?_type=Patient,Practitioner").await, "Patient/b Practitioner/doctor");
    let class = json!([{ "system": "http://hl7.org/fhir/resource-types", "code": "Observation" }]);
    consent(&fhir, "c", "active", json!({ "type": "permit", "class": class })).await;
    assert_eq!(shown(&fhir, "/Observation").await, "Observation/b-laboratory Observation/b-vital-signs");
    assert_eq!(fhir.get("/Patient/b").await.status, 403);
    // What patients themselves see is not a matter of consent.
    let own = server.fhir_about("a", "patient/*.rs").await;
    assert_eq!(
        shown(&own, "/Observation").await,
        "",
        "an app of somebody who is not known to be the patient"
    );
    put(&fhir, "Patient", "new", json!({ "gender": "other" })).await;
    assert_eq!(breaking(&fhir, "/Patient/new", "found unconscious").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_says_what_it_is_for() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    let purpose =
        json!([{ "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HRESCH" }]);
    consent(&fhir, "c", "active", json!({ "type": "deny", "purpose": purpose })).await;
    let identity = &server.app.identity;
    let unknown = identity.issue_access_token_for("default", "system/*.rs", Some("FUN")).await;
    assert_eq!(unknown.err().unwrap().to_string(), "\"FUN\" is not a purpose such as TREAT or HRESCH");
    for (purpose, expected) in [("HRESCH", MINE), ("CLINTRCH", MINE), ("HPAYMT", BOTH), ("TREAT", BOTH)] {
        let token = identity.issue_access_token_for("default", "system/*.rs", Some(purpose)).await.unwrap();
        let program = server.fhir_by(token.expose().clone());
        assert_eq!(shown(&program, "/Observation").await, expected, "{purpose}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_binary_belongs_to_what_it_says() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    for (id, context) in [
        ("of-a", Some("Patient/a")),
        ("of-b", Some("Patient/b")),
        ("of-observation", Some("Observation/b-laboratory")),
        ("of-nothing", None),
        ("of-the-lost", Some("Observation/lost")),
    ] {
        let mut rest = json!({ "contentType": "text/plain", "data": "YQ==" });
        if let Some(context) = context {
            rest["securityContext"] = json!({ "reference": context });
        }
        put(&fhir, "Binary", id, rest).await;
    }
    let app = server.fhir_about("a", "patient/*.rs").await;
    let status = async |who: &Fhir<'_>| {
        let mut all = Vec::new();
        for id in ["of-a", "of-b", "of-observation", "of-nothing", "of-the-lost"] {
            all.push(who.get(&format!("/Binary/{id}")).await.status);
        }
        all
    };
    assert_eq!(status(&app).await, [200, 404, 404, 404, 404]);
    assert_eq!(status(&fhir).await, [200, 200, 200, 200, 200]);
    consent(&fhir, "c", "active", json!({ "type": "deny" })).await;
    assert_eq!(status(&fhir).await, [200, 403, 403, 200, 200]);
    assert_eq!(
        shown(&fhir, "/Binary?_id=of-a,of-b,of-observation,of-nothing,of-the-lost").await,
        "Binary/of-a Binary/of-nothing"
    );
    assert_eq!(fhir.get("/Binary/of-observation/_history/1").await.refused(403), WITHHELD);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_belongs_to_whom_it_holds_something_of() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    for id in ["a", "b"] {
        let inner = named("Observation", "inner", observation(id, VITAL));
        put(
            &fhir,
            "Bundle",
            &format!("of-{id}"),
            json!({ "type": "collection", "entry": [{ "resource": inner }] }),
        )
        .await;
    }
    let app = server.fhir_about("a", "patient/*.rs").await;
    assert_eq!(shown(&app, "/Bundle").await, "Bundle/of-a");
    assert_eq!(shown(&fhir, "/Bundle").await, "Bundle/of-a Bundle/of-b");
    consent(&fhir, "c", "active", json!({ "type": "deny" })).await;
    assert_eq!(shown(&fhir, "/Bundle").await, "Bundle/of-a");
    assert_eq!(fhir.get("/Bundle/of-b").await.refused(403), WITHHELD);
    let told = fhir.get("/Bundle/of-b/_history").await;
    assert_eq!(told.refused(403), WITHHELD);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_denial_of_seeing_is_not_told_by_a_patch() {
    let server = Server::start().await;
    let fhir = two_patients(&server).await;
    let action = json!([{ "coding": [{ "code": "access" }] }]);
    consent(&fhir, "c", "active", json!({ "type": "deny", "action": action })).await;
    let patched = async |patch: Value| {
        let request = fhir.request(reqwest::Method::PATCH, "/Observation/b-laboratory");
        Answer::of(request.header("Content-Type", "application/json-patch+json").body(patch.to_string()))
            .await
    };
    let test = json!([{ "op": "test", "path": "/status", "value": "final" }]);
    assert_eq!(patched(test).await.refused(403), WITHHELD);
    let moved = json!([{ "op": "replace", "path": "/subject/reference", "value": "Patient/a" }]);
    assert_eq!(patched(moved).await.refused(403), WITHHELD);
    // To write without seeing is another matter.
    let whole = named("Observation", "b-laboratory", observation("b", LABORATORY));
    assert_eq!(fhir.put("/Observation/b-laboratory", &whole).await.status, 200);
}
