//! `POST /pbs/:id/corrections`.

use actix_web::{HttpResponse, post, web};

use super::review::changed;
use crate::records::Records;
use crate::vendors::hemato::body::{After, Json};
use crate::vendors::hemato::caller::Member;
use crate::vendors::hemato::errors::Refusal;
use crate::vendors::hemato::settings::Surroundings;
use crate::vendors::hemato::studies::correct::{Wanted, correct};
use crate::vendors::hemato::{studies, wire};

/// Corrects the kind of a cell. The counts and all that follows from them are said anew, in a further version of the report, which nobody has
/// signed then. The same the other way round takes a correction back.
#[utoipa::path(tag = "review", operation_id = "correct_cell", params(("id" = String, Path, description = "The study's id")),
    request_body(content = wire::CorrectionWanted, content_type = "application/json"),
    responses((status = 200, description = "How the report stands now", body = wire::Envelope<wire::Review>),
        (status = 400, description = "A kind is unknown, or the cell cannot be of it", body = wire::Failure),
        (status = 404, description = "There is no such study in this region, no report on it yet, no such file, or no such cell", body = wire::Failure),
        (status = 409, description = "`report_changed`: somebody has changed the report meanwhile; `report_withdrawn`; `report_in_part`: not all of it can be read here", body = wire::Failure)),
    security(("hemato_token" = [])))]
#[post("/pbs/{id}/corrections")]
pub async fn correct_cell(
    path: web::Path<String>,
    After(member, Json(sent)): After<Member, Json<wire::CorrectionWanted>>,
    records: web::Data<Records>,
    surroundings: web::Data<Surroundings>,
) -> Result<HttpResponse, Refusal> {
    member.person()?;
    let study = studies::find(&records, &member, &path).await?;
    let wanted = Wanted::checked(&sent)?;
    correct(&records, &surroundings.queue, &member, &study, &wanted).await?;
    changed(&records, &surroundings.queue, &member, &study).await
}
