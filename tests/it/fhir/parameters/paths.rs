//! Parameters of a tenant's own that lead to other resources, or look at several values together.

use serde_json::{Value, json};

use super::{defined, found, parameter};
use crate::fhir::{observation, patient, stored};
use crate::harness::Server;

const FRIEND: &str = "http://a.example/friend";

fn friend() -> Value {
    let mut friend =
        parameter("friend", "Patient", "reference", &format!("Patient.extension('{FRIEND}').value"));
    friend["target"] = json!(["Patient"]);
    friend
}

#[tokio::test(flavor = "multi_thread")]
async fn chains_lead_through_references_of_a_tenants_own() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let unknown = ["not-supported: \"friend\" is not a search parameter of Patient"];
    assert_eq!(fhir.get("/Observation?subject:Patient.friend.family=x").await.refused(400), unknown);
    let alice = stored(&fhir, &json!({ "resourceType": "Patient", "name": [{ "family": "Alice" }] })).await;
    let mut second = patient();
    second["extension"] =
        json!([{ "url": FRIEND, "valueReference": { "reference": format!("Patient/{alice}") } }]);
    let bob = stored(&fhir, &second).await;
    let mut pulse = observation("8867-4");
    pulse["subject"] = json!({ "reference": format!("Patient/{bob}") });
    let pulse = stored(&fhir, &pulse).await;
    stored(&fhir, &friend()).await;
    let building = fhir.get("/Observation?subject.friend.family=alice").await.refused(400);
    assert!(building[0].contains("friend is not searchable yet"), "{building:?}");
    server.finish_jobs().await;
    defined(&server, &fhir, &parameter("nick", "Patient", "string", "Patient.name.family")).await;
    for (query, wanted) in [
        ("/Patient?friend.family=alice".to_owned(), &bob),
        ("/Patient?friend:Patient.nick=alice".to_owned(), &bob),
        (format!("/Patient?friend._id={alice}"), &bob),
        ("/Observation?subject.friend.family=alice".to_owned(), &pulse),
        ("/Observation?patient.friend.nick=alice".to_owned(), &pulse),
        (format!("/Patient?_has:Patient:friend:_id={bob}"), &alice),
        ("/Patient?_has:Patient:friend:_has:Observation:patient:code=8867-4".to_owned(), &alice),
        ("/Patient?_filter=friend.family+eq+alice".to_owned(), &bob),
        (format!("/Patient?_filter=friend[_id+eq+{alice}].family+eq+alice"), &bob),
    ] {
        assert_eq!(&found(&fhir, &query).await, std::slice::from_ref(wanted), "{query}");
    }
    assert_eq!(found(&fhir, "/Patient?friend.family=bob").await, [""; 0]);
    assert_eq!(
        fhir.get("/Patient?friend:Group.name=x").await.refused(400),
        ["not-supported: friend of Patient does not point at Group"]
    );
    let some = server.fhir_with("system/Observation.s").await;
    assert_eq!(some.get("/Observation?subject:Patient.friend.family=x").await.status, 403);
}

/// A composite of these parts, each an R4 parameter and where its values are.
fn composite(code: &str, base: &str, expression: &str, parts: [(&str, &str); 2]) -> Value {
    let mut composite = parameter(code, base, "composite", expression);
    let part = |(definition, expression): (&str, &str)| json!({ "definition": format!("http://hl7.org/fhir/SearchParameter/{definition}"), "expression": expression });
    composite["component"] = json!(parts.map(part));
    composite
}

#[tokio::test(flavor = "multi_thread")]
async fn a_composite_finds_what_stands_in_one_element() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let contact = ("Patient.contact", [("individual-gender", "gender"), ("clinical-code", "relationship")]);
    let apart = composite(
        "x",
        "Patient",
        contact.0,
        [("individual-gender", "gender"), ("Patient-name", "name.family")],
    );
    assert_eq!(
        fhir.post("/SearchParameter", &apart).await.refused(422),
        [
            "not-supported: for Patient its parts cannot be found together: they must be of R4's parameters, a token first, and then a token, a quantity or two numbers, or all be the type's own parameters (SearchParameter.component)"
        ]
    );
    let contacts = |all: [(&str, &str); 2]| {
        let one = |(gender, code): (&str, &str)| json!({ "gender": gender, "relationship": [{ "coding": [{ "system": "urn:r", "code": code }] }], "name": { "text": "x" } });
        json!({ "resourceType": "Patient", "contact": all.map(one) })
    };
    let mother = stored(&fhir, &contacts([("female", "M"), ("male", "F")])).await;
    let other = stored(&fhir, &contacts([("male", "M"), ("female", "F")])).await;
    defined(&server, &fhir, &composite("contact-kind", "Patient", contact.0, contact.1)).await;
    let later = stored(&fhir, &contacts([("female", "M"), ("other", "F")])).await;
    for (query, wanted) in [
        ("female$M", vec![&mother, &later]),
        ("female$urn:r%7CM", vec![&mother, &later]),
        ("http://hl7.org/fhir/administrative-gender%7Cmale$M", vec![&other]),
        ("male$F,other$F", vec![&mother, &later]),
        ("female$x", vec![]),
    ] {
        let wanted: Vec<_> = wanted.into_iter().cloned().collect();
        assert_eq!(found(&fhir, &format!("/Patient?contact-kind={query}")).await, wanted, "{query}");
    }
    assert_eq!(
        fhir.get("/Patient?contact-kind=female").await.refused(400),
        ["value: contact-kind must be [value]$[value]"]
    );
    assert_eq!(
        fhir.get("/Patient?_sort=contact-kind").await.refused(400),
        ["not-supported: _sort: sorting by composite is not supported for contact-kind"]
    );
    // Of the resource itself: two of R4's parameters, which any kind may be.
    let born = [("individual-gender", "gender"), ("individual-birthdate", "birthDate")];
    defined(&server, &fhir, &composite("born", "Patient", "Patient", born)).await;
    let girl =
        stored(&fhir, &json!({ "resourceType": "Patient", "gender": "female", "birthDate": "2020-05-04" }))
            .await;
    assert_eq!(found(&fhir, "/Patient?born=female$gt2019").await, [girl]);
    assert_eq!(found(&fhir, "/Patient?born=male$gt2019").await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parameter_that_says_what_r4_says_is_stored_and_r4s_goes_on() {
    let server = Server::start().await;
    let fhir = server.fhir().await;
    let guide = [
        parameter("_id", "Patient", "token", "Patient.id"),
        parameter("name", "Location", "string", "Location.name"),
        parameter(
            "onset-date",
            "Condition",
            "date",
            "Condition.onset.as(dateTime)|Condition.onset.as(Period)",
        ),
    ];
    for one in guide {
        let code = one["code"].clone();
        let id = stored(&fhir, &one).await;
        assert_eq!(fhir.get(&format!("/SearchParameter/{id}")).await.json()["code"], code);
    }
    let ward = stored(&fhir, &json!({ "resourceType": "Location", "alias": ["Ward"] })).await;
    assert_eq!(found(&fhir, "/Location?name=ward").await, [ward], "R4's looks at the alias too");
    let other = parameter("name", "Location", "string", "Location.description");
    assert_eq!(
        fhir.post("/SearchParameter", &other).await.refused(422),
        ["duplicate: R4 has a search parameter name for Location already (SearchParameter.code)"]
    );
}
