//! Who calls, and what the right to an ImagingStudy goes to here: all that a study is kept as.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use super::operations;
use crate::http::fhir::caller::Client;
use crate::http::fhir::errors::Refusal;
use crate::identity::{Caller, Right};

/// What of the rights to an ImagingStudy goes on to its parts. What is stored here is written by ids that are chosen here, which takes
/// the right to update; what is written anew is what is left of a study that was deleted.
const PARTS: [(&str, &[Right]); 5] = [
    ("Media", &[Right::Create, Right::Update, Right::Read, Right::Search]),
    ("Binary", &[Right::Create, Right::Update, Right::Read]),
    ("Task", &[Right::Create, Right::Update]),
    ("Provenance", &[Right::Create, Right::Update]),
    // Whose it is: every answer names the patient, and a file of somebody new makes one.
    ("Patient", &[Right::Create, Right::Update, Right::Read, Right::Search]),
];

/// A client with an access token that holds.
#[derive(Clone, Debug)]
pub struct Viewer(pub Caller);

impl FromRequest for Viewer {
    type Error = Refusal;
    type Future = Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let operation = operations::name(request.method(), request.path());
        let found = Client::from_request(request, payload).into_inner();
        ready(found.map(|Client(caller)| {
            let scopes = caller.scopes.lent("ImagingStudy", &PARTS);
            Self(Caller { scopes, ..caller }.doing(operation))
        }))
    }
}
