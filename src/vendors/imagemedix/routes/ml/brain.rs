//! `POST /api/ml/brain/analyze` (contract IM-60).

use actix_web::{HttpResponse, post, web};

use crate::inference::imaging::Organ;
use crate::platform::queue::Queue;
use crate::records::Records;
use crate::vendors::imagemedix::body::{After, Json};
use crate::vendors::imagemedix::caller::SignedIn;
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::{analyses, wire};

/// Analyses a scan as an MRI of a brain, anew where it was analysed before. A picture of something else fails, and the scan's status says why.
#[utoipa::path(tag = "analyses", operation_id = "analyse_brain", request_body = wire::NewAnalysis,
    responses((status = 200, description = "It is on its way", body = wire::AskedAnalysis),
        (status = 404, description = "There is no such scan, or the caller may not see it", body = wire::Failure)),
    security(("session_token" = [])))]
#[post("/api/ml/brain/analyze")]
pub async fn analyse_brain(
    After(signed_in, Json(sent)): After<SignedIn, Json<wire::NewAnalysis>>,
    records: web::Data<Records>,
    queue: web::Data<Queue>,
) -> Result<HttpResponse, Refusal> {
    let asked = analyses::ask(&records, &queue, &signed_in, sent.scan_id.as_deref(), Organ::Brain).await?;
    Ok(HttpResponse::Ok().json(asked))
}
