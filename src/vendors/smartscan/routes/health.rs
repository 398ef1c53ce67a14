//! `GET /api/health` (contract SS-31).

use std::time::Instant;

use actix_web::{HttpResponse, get, web};

use crate::records::Records;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::wire;

/// When this mount was made.
#[derive(Clone, Copy, Debug)]
pub struct Started(pub Instant);

/// Tells whether the server works. It needs no credential.
#[utoipa::path(tag = "catalogue", operation_id = "read_health",
    responses((status = 200, description = "It works", body = wire::Health),
        (status = 500, description = "It cannot answer now", body = wire::Failure)))]
#[get("/api/health")]
pub async fn read_health(
    records: web::Data<Records>,
    started: web::Data<Started>,
) -> Result<HttpResponse, Refusal> {
    if !records.is_ready().await {
        return Err(Refusal::Unavailable);
    }
    Ok(HttpResponse::Ok().json(wire::Health {
        success: true,
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
        uptime_seconds: started.0.elapsed().as_secs(),
        timestamp: records.now(),
    }))
}
