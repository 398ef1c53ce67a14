//! `GET /pbs/:id/status`.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, web};

use crate::records::Records;
use crate::vendors::hemato::caller::Member;
use crate::vendors::hemato::errors::Refusal;
use crate::vendors::hemato::settings::Surroundings;
use crate::vendors::hemato::studies::{self, progress};
use crate::vendors::hemato::{envelope, operations, wire};

/// Tells how far a study is.
#[utoipa::path(tag = "pbs", operation_id = "read_study_status", params(("id" = String, Path, description = "The study's id")),
    responses((status = 200, description = "How far it is", body = wire::Envelope<wire::StudyStatus>),
        (status = 404, description = "There is no such study in this region, or the caller may not see it", body = wire::Failure)),
    security(("hemato_token" = [])))]
#[get("/pbs/{id}/status")]
pub async fn read_status(
    path: web::Path<String>,
    member: Member,
    records: web::Data<Records>,
    surroundings: web::Data<Surroundings>,
) -> Result<HttpResponse, Refusal> {
    let study = studies::find(&records, &member, &path).await?;
    let status = progress::of(&surroundings.queue, member.caller.tenant, &study.id, &study.asked).await?;
    records.audit_answer(&member.caller, operations::READ_STATUS, &study.task).await?;
    Ok(envelope::success(StatusCode::OK, status))
}
