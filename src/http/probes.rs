//! Whether the process lives, and whether it can do its work.

use actix_web::{HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::docs::{Document, nothing};
use super::metrics::metrics;
use crate::records::Records;

/// Adds the probes' routes.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(healthz).service(readyz).service(metrics);
}

/// What the probes' OpenAPI document says.
#[must_use]
pub fn document() -> Document {
    Document {
        name: "server",
        title: "hygeia: probes and metrics",
        description: "Whether the process lives, whether it can do its work, and what it counts.",
        routes,
        schemes: Vec::new(),
        for_all: nothing,
    }
}

/// What each part of the server says of itself.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Readiness {
    /// `ok`, `degraded` (works, but without inference) or `unavailable`.
    status: &'static str,
    components: Components,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
struct Components {
    /// `ok` or `unavailable`. Migrations ran before the first request could.
    database: &'static str,
    /// `ok`, or why pictures cannot be read.
    inference: String,
}

/// Why pictures cannot be read, if they cannot; set once at start.
#[derive(Clone, Debug)]
pub struct InferenceState(pub Option<String>);

/// Tells that the process lives.
#[utoipa::path(tag = "probes", responses((status = 200, description = "The process lives.", body = String, content_type = "text/plain")))]
#[get("/healthz")]
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// Tells whether requests can be answered.
#[utoipa::path(tag = "probes", responses(
    (status = 200, description = "Ready; `degraded` when pictures cannot be read.", body = Readiness),
    (status = 503, description = "The database does not answer.", body = Readiness)))]
#[get("/readyz")]
pub async fn readyz(records: web::Data<Records>, inference: web::Data<InferenceState>) -> HttpResponse {
    let database = records.is_ready().await;
    let status = match (database, &inference.0) {
        (false, _) => "unavailable",
        (true, Some(_)) => "degraded",
        (true, None) => "ok",
    };
    let readiness = Readiness {
        status,
        components: Components {
            database: if database { "ok" } else { "unavailable" },
            inference: inference.0.clone().unwrap_or_else(|| "ok".to_owned()),
        },
    };
    if database {
        HttpResponse::Ok().json(readiness)
    } else {
        HttpResponse::ServiceUnavailable().json(readiness)
    }
}
