//! `GET /heartbeat`.

use std::time::Instant;

use actix_web::{HttpResponse, get, web};

use crate::core::Ids;
use crate::records::Records;
use crate::vendors::hemato::{envelope, wire};

/// Tells that the API works. Its answer is in no envelope.
#[utoipa::path(tag = "health", operation_id = "read_heartbeat",
    responses((status = 200, description = "It works", body = wire::Heartbeat)))]
#[get("/heartbeat")]
pub async fn read_heartbeat(records: web::Data<Records>) -> HttpResponse {
    let begun = Instant::now();
    let heartbeat = hex::encode(Ids.random_bytes(10));
    HttpResponse::Ok().json(wire::Heartbeat {
        heartbeat,
        request_timestamp: records.now().timestamp(),
        version: envelope::VERSION,
        delta: envelope::delta(begun),
    })
}
