//! What the API's document says of every operation: the answers that any may give.

use utoipa::openapi::path::Operation;
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::schema::Ref;
use utoipa::openapi::{ContentBuilder, OpenApi, RefOr, Response};

use super::errors::CONTENT_TYPE;
use crate::http::docs::operations;

/// Adds them to the document.
pub fn for_all(document: &mut OpenApi) {
    operations(&mut document.paths).for_each(complete);
}

fn complete(operation: &mut Operation) {
    let takes_a_body = operation.request_body.is_some();
    let answers = &mut operation.responses.responses;
    for (is_possible, status, description) in [
        (takes_a_body, "400", "A field is missing or wrong"),
        (takes_a_body, "413", "The body is too large"),
        (takes_a_body, "415", "The body is not application/json"),
        (true, "500", "The server failed"),
        (true, "503", "The server cannot answer now"),
    ] {
        if is_possible {
            answers.entry(status.to_owned()).or_insert_with(|| RefOr::T(problem(description)));
        }
    }
}

fn problem(description: &str) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    ResponseBuilder::new().description(description).content(CONTENT_TYPE, content).build()
}
