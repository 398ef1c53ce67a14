//! `GET /pbs/:id`.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, web};

use crate::records::Records;
use crate::vendors::hemato::caller::Member;
use crate::vendors::hemato::errors::Refusal;
use crate::vendors::hemato::settings::Surroundings;
use crate::vendors::hemato::studies::{self, list};
use crate::vendors::hemato::{envelope, operations, wire};

/// Reads a study: its tags, and how far it is.
#[utoipa::path(tag = "pbs", operation_id = "read_study", params(("id" = String, Path, description = "The study's id")),
    responses((status = 200, description = "The study", body = wire::Envelope<wire::StudyView>),
        (status = 404, description = "There is no such study in this region, or the caller may not see it", body = wire::Failure)),
    security(("hemato_token" = [])))]
#[get("/pbs/{id}")]
pub async fn read_study(
    path: web::Path<String>,
    member: Member,
    records: web::Data<Records>,
    surroundings: web::Data<Surroundings>,
) -> Result<HttpResponse, Refusal> {
    let study = studies::find(&records, &member, &path).await?;
    let shown = list::shown(&surroundings.queue, &member.caller, &study.stored, &study.asked).await?;
    records.audit_answer(&member.caller, operations::READ_STUDY, &study.stored).await?;
    Ok(envelope::success(StatusCode::OK, shown))
}
