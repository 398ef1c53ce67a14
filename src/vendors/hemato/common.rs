//! What the API's document says of every operation: the answers that any may give.

use utoipa::openapi::path::Operation;
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::schema::Ref;
use utoipa::openapi::{ContentBuilder, OpenApi, RefOr, Response};

use crate::http::docs::operations;

/// Adds them to the document.
pub fn for_all(document: &mut OpenApi) {
    operations(&mut document.paths).for_each(complete);
}

fn complete(operation: &mut Operation) {
    let (takes_a_body, is_for_members) = (operation.request_body.is_some(), operation.security.is_some());
    let answers = &mut operation.responses.responses;
    for (is_possible, status, description) in [
        (takes_a_body, "400", "The body is no such object, or a field is missing or wrong"),
        (is_for_members, "401", "No token that holds"),
        (is_for_members, "403", "The token holds, and does not permit this"),
        (true, "406", "The client takes no JSON"),
        (true, "500", "The server failed"),
        (true, "503", "The server cannot answer now: `Retry-After` says how long to wait"),
    ] {
        if is_possible {
            answers.entry(status.to_owned()).or_insert_with(|| RefOr::T(failure(description)));
        }
    }
}

fn failure(description: &str) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Failure"))).build();
    ResponseBuilder::new().description(description).content("application/json", content).build()
}
