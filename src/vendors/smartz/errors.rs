//! Every refusal as Azure's API Management words it: `{"statusCode", "message"}` (contract 4.2).

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use serde_json::json;

/// A refused request.
#[derive(Clone, Copy, Debug)]
pub enum Refusal {
    /// No such address.
    UnknownAddress,
}

impl Refusal {
    fn row(self) -> (StatusCode, &'static str) {
        match self {
            Self::UnknownAddress => (StatusCode::NOT_FOUND, "Resource not found"),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.row().1)
    }
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        self.row().0
    }

    fn error_response(&self) -> HttpResponse {
        let (status, message) = self.row();
        HttpResponse::build(status).json(json!({ "statusCode": status.as_u16(), "message": message }))
    }
}
