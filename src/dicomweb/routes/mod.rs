//! The service's routes, one operation a file.

pub mod frames;
pub mod metadata;
pub mod rendered;
pub mod rendered_all;
pub mod retrieve;
pub mod search_instances;
pub mod search_series;
pub mod search_studies;
pub mod store;
pub mod thumbnail;

use actix_web::HttpResponse;
use actix_web::http::header::{HeaderName, HeaderValue};
use serde_json::Value;

use super::accept::{Accepted, JSON};
use super::attributes::Dataset;
use crate::http::arrival::Arrival;
use crate::http::fhir::errors::Refusal;

/// Says what was not done as it was asked for.
const WARNING: HeaderName = HeaderName::from_static("warning");

/// The address of the service, as the client sees it.
fn base(arrival: &Arrival) -> String {
    format!("{}{}", arrival.base(), super::MOUNT)
}

/// The answer to a search: results, or none (204); with a warning for each thing that was not done as it was asked for.
fn results(
    accepted: &Accepted,
    found: Vec<Dataset>,
    warnings: &[String],
    base: &str,
) -> Result<HttpResponse, Refusal> {
    accepted.chosen(&[JSON], JSON)?;
    let mut response = if found.is_empty() {
        HttpResponse::NoContent().finish()
    } else {
        let found: Vec<Value> = found.into_iter().map(Value::from).collect();
        HttpResponse::Ok().content_type(JSON).json(found)
    };
    for text in warnings {
        if let Ok(value) = HeaderValue::from_str(&format!("299 {base}: {text}")) {
            response.headers_mut().append(WARNING, value);
        }
    }
    Ok(response)
}

/// That a page is not the last one.
fn more() -> String {
    "There are additional results that can be requested".to_owned()
}
