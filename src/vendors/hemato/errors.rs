//! Every refusal in the vendor's envelope: `status`, `results`, `error`, `user_message`, `debug_info` (contract HE-04 to HE-06).
//!
//! `debug_info` says which region answered: the commonest mistake is to look in another one.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde_json::json;

use crate::core::config::mounts::Region;

/// A refused request.
#[derive(Clone, Debug)]
pub enum Refusal {
    /// No such address.
    UnknownAddress,
    /// A page of another origin may not do this; the text says why.
    Preflight(String),
}

impl Refusal {
    fn row(&self) -> (StatusCode, &'static str, String) {
        match self {
            Self::UnknownAddress => {
                (StatusCode::NOT_FOUND, "not_found", "There is no such endpoint.".to_owned())
            }
            Self::Preflight(fault) => (
                StatusCode::BAD_REQUEST,
                "preflight_refused",
                format!("This page may not call the API: {fault}."),
            ),
        }
    }

    /// The refusal as a region answers it.
    #[must_use]
    pub fn response(&self, region: Option<Region>) -> HttpResponse {
        let (status, error, user_message) = self.row();
        let debug_info = region.map_or_else(|| json!({}), |region| json!({ "region": region.as_str() }));
        HttpResponse::build(status).json(json!({
            "status": status.as_u16(),
            "results": {},
            "error": error,
            "user_message": user_message,
            "debug_info": debug_info,
        }))
    }
}

/// The refusal of a preflight.
#[must_use]
pub fn preflight(fault: &str) -> HttpResponse {
    Refusal::Preflight(fault.to_owned()).response(None)
}
