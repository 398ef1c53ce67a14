//! Projects, and the Organizations that they are.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Customer, Fhir, form, invalid, refused, send};
use crate::harness::{Answer, Server, each_way};
use crate::vendors::r4b::parsed;

each_way! { start_via:
    a_project_needs_a_name_and_a_session
    another_tenants_project_is_as_one_that_does_not_exist
    projects_are_listed_oldest_first
    a_project_is_an_organization_within_the_tenants
    a_project_that_an_ehr_made_is_known_by_its_logical_id
}

async fn a_project_needs_a_name_and_a_session(server: Server) {
    let alice = Customer::register(&server, "alice@example.org").await;
    let anonymous = send(&server, Method::POST, "/api/projects", None, &json!({ "name": "x" })).await;
    assert_eq!(refused(&anonymous, 401).0, "MISSING_TOKEN");
    // Who calls is asked before what is sent.
    assert_eq!(
        refused(&send(&server, Method::POST, "/api/projects", None, &json!([])).await, 401).0,
        "MISSING_TOKEN"
    );
    for (body, problem) in [
        (json!({}), "body needs the field name"),
        (json!({ "name": "" }), "name is required"),
        (
            json!({ "name": "x", "description": "y".repeat(2001) }),
            "description may have at most 2000 characters",
        ),
    ] {
        assert_eq!(invalid(&alice.send(Method::POST, "/api/projects", &body).await), problem);
    }
    assert_eq!(alice.get("/api/projects").await.json()["projects"].as_array().unwrap().len(), 1);
}

async fn another_tenants_project_is_as_one_that_does_not_exist(server: Server) {
    let alice = Customer::register(&server, "alice@example.org").await;
    let bob = Customer::register(&server, "bob@example.org").await;
    let absent = bob.get("/api/projects/0192aaaa-0000-7000-8000-000000000000").await;
    assert_eq!(refused(&absent, 404), ("NOT_FOUND".to_owned(), "There is no such object".to_owned()));
    let tenant = server.text("SELECT id FROM resource WHERE type = 'Organization' ORDER BY id LIMIT 1").await;
    for id in [alice.project.as_str(), tenant.as_str(), "a%00b", "..", "%27"] {
        let answer = bob.get(&format!("/api/projects/{id}")).await;
        assert_eq!(refused(&answer, 404).0, "NOT_FOUND", "{id}");
        if id != ".." {
            assert_eq!(answer.text, absent.text, "{id}");
        }
    }
    assert!(!bob.get("/api/projects").await.text.contains(&alice.project));
}

async fn projects_are_listed_oldest_first(server: Server) {
    let alice = Customer::register(&server, "alice@example.org").await;
    server.app.clock.advance_s(60);
    let new = json!({ "name": "Ward 8", "description": "Second round" });
    let made = alice.send(Method::POST, "/api/projects", &new).await;
    assert_eq!(made.status, 201);
    let mut project = made.json()["project"].clone();
    let id = project["id"].as_str().unwrap().to_owned();
    assert_eq!(
        alice.get(&format!("/api/projects/{id}")).await.json(),
        json!({ "success": true, "project": project })
    );
    project["id"] = json!("[id]");
    let wanted = json!({
        "id": "[id]", "name": "Ward 8", "description": "Second round", "keep_images": false, "created_at": "2026-11-21T12:01:00Z",
    });
    assert_eq!(project, wanted);
    let list = alice.get("/api/projects").await.json();
    let names: Vec<_> = list["projects"].as_array().unwrap().iter().map(|project| &project["name"]).collect();
    assert_eq!(names, ["Ward 7", "Ward 8"]);
}

async fn a_project_is_an_organization_within_the_tenants(server: Server) {
    let alice = Customer::register(&server, "alice@example.org").await;
    let sql = format!("SELECT body FROM resource WHERE type = 'Organization' AND id = '{}'", alice.project);
    let text = server.text(&sql).await;
    let organization: Value = serde_json::from_str(&text).unwrap();
    parsed::<fhir_sdk::r4b::resources::Organization>(&organization);
    assert_eq!(organization["identifier"][0]["system"], "urn:vendor:smartscan:project");
    assert_eq!(organization["identifier"][0]["value"], alice.project.as_str());
    let tenant = organization["partOf"]["reference"].as_str().unwrap().strip_prefix("Organization/").unwrap();
    let sql = format!("SELECT count(*) FROM resource WHERE type = 'Organization' AND id = '{tenant}'");
    assert_eq!(server.number(&sql).await, 1);
}

async fn a_project_that_an_ehr_made_is_known_by_its_logical_id(server: Server) {
    let alice = Customer::register(&server, "alice@example.org").await;
    let identifier = json!([{ "system": "urn:vendor:smartscan:project", "value": "ward-9" }]);
    let fhir = Fhir::of_last_tenant(&server).await;
    let made = json!({ "resourceType": "Organization", "identifier": identifier, "name": "Ward 9" });
    let id = fhir.create(&made).await;
    let absent = alice.get("/api/projects/ward-9").await;
    assert_eq!(refused(&absent, 404).0, "NOT_FOUND");
    let project =
        json!({ "id": id, "name": "Ward 9", "description": null, "keep_images": false, "created_at": null });
    let list = alice.get("/api/projects").await.json();
    assert_eq!(list["projects"][1], project);
    let read = alice.get(&format!("/api/projects/{id}")).await;
    assert_eq!(read.json(), json!({ "success": true, "project": project }));
    let key = alice.send(Method::POST, "/api/api-keys/generate", &json!({ "project_id": id })).await;
    let key = key.json()["api_key"]["key"].as_str().unwrap().to_owned();
    let request = server.request(Method::POST, super::EXTRACT).header("X-API-Key", key);
    let answer = Answer::of(request.multipart(form(b"text".to_vec(), &[]))).await;
    assert_eq!(refused(&answer, 415).0, "INVALID_IMAGE_FORMAT");
}
