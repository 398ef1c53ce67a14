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
