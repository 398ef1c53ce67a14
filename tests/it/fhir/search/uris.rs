//! Parameters of type uri. <https://hl7.org/fhir/R4/search.html#uri>

use serde_json::json;

use super::Named;
use crate::harness::Server;

#[tokio::test(flavor = "multi_thread")]
async fn modifiers_of_other_types_are_refused() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    assert_eq!(
        fhir.get("/ValueSet?url:contains=a").await.refused(400),
        ["not-supported: the modifier \"contains\" is not supported for url"]
    );
    let deep = format!("/ValueSet?url:above=http://a.example/{}", "a/".repeat(300));
    assert_eq!(fhir.get(&deep).await.refused(400), ["too-costly: url:above has too many parts"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_are_compared_as_they_are_written() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let mut sets = Named::new(&fhir);
    let long = format!("http://a.example/{}", "x".repeat(100));
    for (name, url) in [
        ("root", "http://a.example"),
        ("a", "http://a.example/ValueSet/a"),
        ("b", "http://a.example/ValueSet/a/b"),
        ("ab", "http://a.example/ValueSet/ab"),
        ("long", &long),
        ("oid", "urn:oid:1.2.3"),
        ("oid4", "urn:oid:1.2.3.4"),
    ] {
        sets.store(name, &json!({ "resourceType": "ValueSet", "status": "draft", "url": url })).await;
    }
    let (whole, cut) = (format!("url={long}"), format!("url={}", long.get(..90).unwrap()));
    for (query, wanted) in [
        ("url=http://a.example/ValueSet/a", "a"),
        ("url=http://a.example/valueset/a", ""),
        ("url=http://a.example/ValueSet/", ""),
        ("url:below=http://a.example/ValueSet/a", "a b"),
        ("url:below=http://a.example/ValueSet/", "a ab b"),
        ("url:below=http://a.example", "a ab b long root"),
        ("url:below=urn:oid:1.2.3", "oid"),
        ("url:above=http://a.example/ValueSet/a/b", "a b root"),
        ("url:above=http://a.example/ValueSet/a/b/c/d", "a b root"),
        ("url:above=http://a.example/ValueSet/ab", "ab root"),
        ("url:above=urn:oid:1.2.3.4", "oid4"),
        (&whole, "long"),
        (&cut, ""),
    ] {
        assert_eq!(sets.found(&format!("/ValueSet?{query}")).await, wanted, "{query}");
    }
}
