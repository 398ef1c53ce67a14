//! The vendors' APIs, each in a folder of its own: how does that vendor say it?
//!
//! A vendor's folder has the same parts as any other's: `wire` (what goes over the line), `to_fhir` and `from_fhir`
//! (pure translations), `routes` (one operation a file) and `errors`.

pub mod hemato;
pub mod imagemedix;
pub mod models;
pub mod pictures;
pub mod smartscan;
pub mod smartz;

use utoipa_actix_web::service_config::ServiceConfig;

use crate::core::config::Origins;
use crate::records::review::Source;

/// Adds the routes of all vendors; pages of these origins may call those that do not take all.
pub fn routes(origins: &Origins) -> impl FnOnce(&mut ServiceConfig<'_>) {
    move |config| {
        smartscan::routes(config);
        imagemedix::routes(&origins.imagemedix)(config);
        smartz::routes(config);
        hemato::routes(&origins.hemato)(config);
    }
}

/// Where models' results come from that people have to judge.
#[must_use]
pub fn reviewed() -> Vec<Source> {
    vec![
        imagemedix::reviewed(),
        hemato::reviewed(),
        smartscan::reviewed_readings(),
        smartscan::reviewed_scans(),
    ]
}
