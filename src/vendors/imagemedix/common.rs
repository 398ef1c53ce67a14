//! What the API's document says of every operation: the headers of each answer, and the answers that any may give.

use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::Operation;
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Ref, Type};
use utoipa::openapi::{ContentBuilder, OpenApi, RefOr, Response};

use crate::http::docs::operations;

/// The headers, as they are documented.
const HEADERS: [(&str, &str); 3] = [
    ("X-RateLimit-Limit", "So many requests are allowed in 15 minutes"),
    ("X-RateLimit-Remaining", "So many are left"),
    ("X-RateLimit-Reset", "In how many seconds the 15 minutes end"),
];

/// Adds them to the document.
pub fn for_all(document: &mut OpenApi) {
    let components = document.components.get_or_insert_default();
    for (name, description) in HEADERS {
        let number = ObjectBuilder::new().schema_type(Type::Integer).build();
        let header = HeaderBuilder::new().schema(Some(number)).description(Some(description)).build();
        components.headers.insert(name.to_owned(), RefOr::T(header));
    }
    operations(&mut document.paths).for_each(complete);
}

fn complete(operation: &mut Operation) {
    let (takes_a_body, is_for_people) = (operation.request_body.is_some(), operation.security.is_some());
    let answers = &mut operation.responses.responses;
    for (is_possible, status, description) in [
        (takes_a_body, "400", "The body is no such object, or a field is missing or wrong"),
        (is_for_people, "401", "No token that holds"),
        (true, "429", "The address has asked too often: `Retry-After` says how long to wait"),
        (true, "500", "The server failed or cannot answer now"),
    ] {
        if is_possible {
            answers.entry(status.to_owned()).or_insert_with(|| RefOr::T(failure(description)));
        }
    }
    for answer in answers.values_mut() {
        if let RefOr::T(answer) = answer {
            let header = |(name, _): (&str, _)| {
                (name.to_owned(), RefOr::Ref(Ref::new(format!("#/components/headers/{name}"))))
            };
            answer.headers.extend(HEADERS.map(header));
        }
    }
}

fn failure(description: &str) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Failure"))).build();
    ResponseBuilder::new().description(description).content("application/json", content).build()
}
