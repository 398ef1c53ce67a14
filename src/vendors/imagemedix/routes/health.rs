//! `GET /api/health` (contract IM-90).

use actix_web::{HttpResponse, get, web};

use crate::records::Records;
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::wire;

/// Tells whether the server works. It needs no token, and is not counted.
#[utoipa::path(tag = "health", operation_id = "read_health",
    responses((status = 200, description = "It works", body = wire::Health)))]
#[get("/api/health")]
pub async fn read_health(records: web::Data<Records>) -> Result<HttpResponse, Refusal> {
    if !records.is_ready().await {
        return Err(Refusal::Unavailable);
    }
    Ok(HttpResponse::Ok().json(wire::Health { status: "ok" }))
}
