//! `near`, `_list`, `_contained`, `_text`, `_content`. <https://hl7.org/fhir/R4/search.html#special>

use serde_json::json;

use super::Named;
use crate::harness::Server;

#[tokio::test(flavor = "multi_thread")]
async fn special_values_that_cannot_be_read_are_refused() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let form = "value: near must be [latitude]|[longitude]|[distance]|[units]";
    for (query, refusal) in [
        ("/Location?near=1", form),
        ("/Location?near=100%7C0", form),
        ("/Location?near=1%7C2%7C3%7Ckg", "value: near: \"kg\" is no unit of length"),
        ("/Location?near:not=1%7C2", "not-supported: the modifier \"not\" is not supported for near"),
        (
            "/Patient?_list=$current-allergies",
            "not-supported: _list: this server keeps no list \"$current-allergies\"",
        ),
        ("/Patient?_list=a_b", "value: _list must be the id of a List"),
        ("/Patient?_contained=maybe", "value: _contained must be false, true or both"),
        (
            "?_type=Patient&_contained=both",
            "not-supported: _contained: contained resources of one type are searched, of any but AuditEvent and OperationDefinition",
        ),
        ("/Patient?_text=+", "value: _text must be 1 to 16 words"),
        (
            "?_type=Patient,Group&_content=x",
            "too-costly: _text and _content need another parameter beside them, which tells what to read",
        ),
        ("/Patient?_containedType=x", "value: _containedType must be container or contained"),
    ] {
        assert_eq!(fhir.get(query).await.refused(400), [refusal], "{query}");
    }
    let some = server.fhir_with("system/Patient.rs").await;
    assert_eq!(some.get("/Patient?_list=1").await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn places_are_found_by_their_distance() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut named = Named::new(&fhir);
    for (name, latitude, longitude) in
        [("utrecht", 52.0907, 5.1214), ("rotterdam", 51.9244, 4.4777), ("fiji", -17.7134, 178.065)]
    {
        let place = json!({ "resourceType": "Location", "name": name, "position": { "latitude": latitude, "longitude": longitude } });
        named.store(name, &place).await;
    }
    named.store("nowhere", &json!({ "resourceType": "Location", "name": "x" })).await;
    for (query, found) in [
        ("near=52.3676%7C4.9041%7C40%7Ckm", "utrecht"),
        ("near=52.3676%7C4.9041%7C40", "utrecht"),
        ("near=52.3676%7C4.9041%7C40%7C[mi_us]", "rotterdam utrecht"),
        ("near=52.3676%7C4.9041%7C60000%7Cm&name=rot", "rotterdam"),
        ("near=52.3676%7C4.9041%7C1%7Ckm", ""),
        ("near=-17.7%7C-179.9%7C300%7Ckm", "fiji"),
        ("near=52.3676%7C4.9041%7C40,-17.7%7C178%7C100", "fiji utrecht"),
        ("near:missing=true", "nowhere"),
    ] {
        assert_eq!(named.found(&format!("/Location?{query}")).await, found, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_items_of_a_list_are_found() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut named = Named::new(&fhir);
    for name in ["a", "b", "c"] {
        named
            .store(
                name,
                &json!({ "resourceType": "Patient", "gender": if name == "a" { "male" } else { "female" } }),
            )
            .await;
    }
    let item = |at: usize| json!({ "item": { "reference": format!("Patient/{}", named.names[at].0) } });
    let list = json!({ "resourceType": "List", "status": "current", "mode": "working", "entry": [item(0), item(2)] });
    let list = super::stored(&fhir, &list).await;
    for (query, found) in [
        (format!("_list={list}"), "a c"),
        (format!("_list=List/{list}"), "a c"),
        (format!("_list={list}&gender=female"), "c"),
        ("_list=none".to_owned(), ""),
        ("_contained=false&gender=male".to_owned(), "a"),
    ] {
        assert_eq!(named.found(&format!("/Patient?{query}")).await, found, "{query}");
    }
    assert_eq!(named.found(&format!("?_type=Patient,Observation&_list={list}")).await, "a c");
}

#[tokio::test(flavor = "multi_thread")]
async fn words_are_looked_for_in_what_is_found() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut named = Named::new(&fhir);
    for (name, text) in [("a", "<b>Chronic</b> \"kidney\" disease, stage&#160;3"), ("b", "Healthy")] {
        let div = format!("<div xmlns=\"http://www.w3.org/1999/xhtml\">{text}</div>");
        let patient = json!({ "resourceType": "Patient", "gender": "female", "name": [{ "family": "Disease", "text": "Ä" }],
            "text": { "status": "generated", "div": div } });
        named.store(name, &patient).await;
    }
    named.store("none", &json!({ "resourceType": "Patient", "gender": "female" })).await;
    for (query, found) in [
        ("_text=chronic", "a"),
        ("_text=KIDNEY+chronic", "a"),
        ("_text=disease", "a"),
        ("_text=xhtml", ""),
        ("_text=chronic+healthy", ""),
        ("_content=disease", "a b"),
        ("_content=disease+healthy", "b"),
        ("_content=%C3%A4", "a b"),
        ("_content=family", ""),
        ("_content=female", "a b none"),
    ] {
        assert_eq!(named.found(&format!("/Patient?gender=female&{query}")).await, found, "{query}");
    }
    assert_eq!(named.found("/Patient?gender=male&_content=disease").await, "");
    assert_eq!(named.found("/Patient?_text=chronic").await, "a");
}
