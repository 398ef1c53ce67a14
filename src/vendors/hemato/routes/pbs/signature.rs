//! `POST /pbs/:id/signature`.

use actix_web::{HttpResponse, post, web};

use super::review::changed;
use crate::records::Records;
use crate::vendors::hemato::body::{After, Json};
use crate::vendors::hemato::caller::Member;
use crate::vendors::hemato::errors::Refusal;
use crate::vendors::hemato::settings::Surroundings;
use crate::vendors::hemato::studies::sign::sign;
use crate::vendors::hemato::{studies, wire};

/// Signs the report on a study as it was read: the caller answers for it, and it is preliminary no more. Whoever corrects it later makes a
/// further version, which can be signed again.
#[utoipa::path(tag = "review", operation_id = "sign_report", params(("id" = String, Path, description = "The study's id")),
    request_body(content = wire::SignatureWanted, content_type = "application/json"),
    responses((status = 200, description = "How the report stands now", body = wire::Envelope<wire::Review>),
        (status = 404, description = "There is no such study in this region, or no report on it yet", body = wire::Failure),
        (status = 409, description = "`already_signed`, or `report_changed`: somebody has changed the report meanwhile; `report_withdrawn`; `report_in_part`: not all of it can be read here", body = wire::Failure)),
    security(("hemato_token" = [])))]
#[post("/pbs/{id}/signature")]
pub async fn sign_report(
    path: web::Path<String>,
    After(member, Json(sent)): After<Member, Json<wire::SignatureWanted>>,
    records: web::Data<Records>,
    surroundings: web::Data<Surroundings>,
) -> Result<HttpResponse, Refusal> {
    member.person()?;
    let study = studies::find(&records, &member, &path).await?;
    sign(&records, &surroundings.queue, &member, &study, sent.report_version).await?;
    changed(&records, &surroundings.queue, &member, &study).await
}
