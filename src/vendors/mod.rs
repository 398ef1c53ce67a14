//! The vendors' APIs, each in a folder of its own: how does that vendor say it?
//!
//! A vendor's folder has the same parts as any other's: `wire` (what goes over the line), `to_fhir` and `from_fhir`
//! (pure translations), `routes` (one operation a file) and `errors`.

pub mod smartscan;

use utoipa_actix_web::service_config::ServiceConfig;

/// Adds the routes of all vendors.
pub fn routes(config: &mut ServiceConfig<'_>) {
    smartscan::routes(config);
}
