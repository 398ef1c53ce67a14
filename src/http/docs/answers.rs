//! What a surface's document says of all its operations: the failures that any may answer with, and the headers of every answer.

use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::Operation;
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Ref, Type};
use utoipa::openapi::{ContentBuilder, OpenApi, RefOr, Response};

use super::operations;

/// Which operations may answer so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// All.
    All,
    /// Those that take a body.
    Bodies,
    /// Those that ask for credentials.
    Credentials,
}

impl Of {
    const fn has(self, takes_a_body: bool, asks_for_credentials: bool) -> bool {
        match self {
            Self::All => true,
            Self::Bodies => takes_a_body,
            Self::Credentials => asks_for_credentials,
        }
    }
}

/// What holds for all operations of a surface.
#[derive(Clone, Copy, Debug)]
pub struct Answers {
    /// The schema of a failure's body, by its name.
    pub failure: &'static str,
    /// A failure's media type.
    pub content_type: &'static str,
    /// Which operations fail so, the status, and what it means. What an operation says itself stands.
    pub failures: &'static [(Of, &'static str, &'static str)],
    /// Headers of every answer, numbers all, and what they mean.
    pub headers: &'static [(&'static str, &'static str)],
}

impl Answers {
    /// Adds them to the document.
    pub fn complete(&self, document: &mut OpenApi) {
        let components = document.components.get_or_insert_default();
        for (name, description) in self.headers {
            let number = ObjectBuilder::new().schema_type(Type::Integer).build();
            let header = HeaderBuilder::new().schema(Some(number)).description(Some(*description)).build();
            components.headers.insert((*name).to_owned(), RefOr::T(header));
        }
        operations(&mut document.paths).for_each(|operation| self.complete_one(operation));
    }

    fn complete_one(&self, operation: &mut Operation) {
        let (takes_a_body, asks_for_credentials) =
            (operation.request_body.is_some(), operation.security.is_some());
        let answers = &mut operation.responses.responses;
        for (of, status, description) in self.failures {
            if of.has(takes_a_body, asks_for_credentials) {
                answers.entry((*status).to_owned()).or_insert_with(|| RefOr::T(self.failed(description)));
            }
        }
        for answer in answers.values_mut() {
            if let RefOr::T(answer) = answer {
                answer.headers.extend(self.headers.iter().map(|(name, _)| {
                    ((*name).to_owned(), RefOr::Ref(Ref::new(format!("#/components/headers/{name}"))))
                }));
            }
        }
    }

    fn failed(&self, description: &str) -> Response {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(self.failure))).build();
        ResponseBuilder::new().description(description).content(self.content_type, content).build()
    }
}
