//! The committed OpenAPI documents are those that the code makes.

use std::path::Path;

#[test]
fn committed_documents_are_current() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi");
    for document in hygeia::server::documents() {
        let committed = std::fs::read_to_string(folder.join(format!("{}.json", document.name)));
        let committed = committed.unwrap_or_default();
        assert!(
            committed == document.text().unwrap(),
            "openapi/{}.json is stale: run `make openapi`",
            document.name
        );
    }
}

#[test]
fn every_way_to_authenticate_that_a_route_names_is_defined() {
    for document in hygeia::server::documents() {
        let built = serde_json::to_value(document.build()).unwrap();
        let defined = built["components"]["securitySchemes"].as_object().cloned().unwrap_or_default();
        let operations = built["paths"].as_object().unwrap().values().filter_map(|path| path.as_object());
        let needs = operations.flat_map(|path| path.values()).filter_map(|one| one["security"].as_array());
        for name in needs.flatten().filter_map(|need| need.as_object()).flat_map(|need| need.keys()) {
            assert!(defined.contains_key(name), "{}: {name} is not defined", document.name);
        }
    }
}
