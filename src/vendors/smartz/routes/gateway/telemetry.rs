//! `POST /gateway/v1/telemetry`.

use actix_web::{HttpResponse, post, web};

use crate::platform::delivery::Deliveries;
use crate::records::Records;
use crate::vendors::smartz::body::{After, Json};
use crate::vendors::smartz::caller::NodeCaller;
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::{taking, wire};

/// Takes in what a node heard of pods: all of a batch, or nothing of it. A reading that was taken before counts as a duplicate, so that a node
/// may send again what it does not know to have arrived.
#[utoipa::path(tag = "node-api", operation_id = "send_telemetry", request_body = wire::Batch,
    responses((status = 202, description = "What became of the readings", body = wire::Taken),
        (status = 400, description = "A reading is none, of a channel that there is not, or of an unknown pod: nothing was taken", body = wire::Failure),
        (status = 403, description = "The batch is another node's", body = wire::Failure)),
    security(("node_key" = [])))]
#[post("/gateway/v1/telemetry")]
pub async fn send_telemetry(
    After(node, Json(sent)): After<NodeCaller, Json<wire::Batch>>,
    records: web::Data<Records>,
    deliveries: web::Data<Deliveries>,
) -> Result<HttpResponse, Refusal> {
    Ok(HttpResponse::Accepted().json(taking::take(&node, &sent, &records, &deliveries).await?))
}
