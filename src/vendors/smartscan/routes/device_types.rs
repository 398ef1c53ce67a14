//! `GET /api/device-types` (contract SS-30).

use actix_web::{HttpResponse, get};

use crate::vendors::smartscan::device_types::ALL;
use crate::vendors::smartscan::wire;

/// Lists the types of devices and documents. It needs no credential.
#[utoipa::path(tag = "catalogue", operation_id = "list_device_types",
    responses((status = 200, description = "The types", body = wire::DeviceTypes)))]
#[get("/api/device-types")]
pub async fn list_device_types() -> HttpResponse {
    HttpResponse::Ok().json(wire::DeviceTypes { success: true, device_types: &ALL, total: ALL.len() })
}
