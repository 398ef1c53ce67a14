//! Every refusal in the vendor's words: `{"error": text}` (contract IM-02, IM-03).

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use serde_json::json;

/// A refused request.
#[derive(Clone, Debug)]
pub enum Refusal {
    /// No such address.
    UnknownAddress,
    /// A page of another origin may not do this; the text says why.
    Preflight(String),
}

impl Refusal {
    fn row(&self) -> (StatusCode, String) {
        match self {
            Self::UnknownAddress => (StatusCode::NOT_FOUND, "There is no such endpoint".to_owned()),
            Self::Preflight(fault) => (StatusCode::BAD_REQUEST, format!("The preflight is refused: {fault}")),
        }
    }
}

/// The refusal of a preflight.
#[must_use]
pub fn preflight(fault: &str) -> HttpResponse {
    Refusal::Preflight(fault.to_owned()).error_response()
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.row().1)
    }
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        self.row().0
    }

    fn error_response(&self) -> HttpResponse {
        let (status, text) = self.row();
        HttpResponse::build(status).json(json!({ "error": text }))
    }
}
