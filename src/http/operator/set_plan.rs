//! `PUT /_admin/v1/smartscan/users/{id}/plan`.

use actix_web::{HttpResponse, put, web};

use super::body::Asked;
use super::errors::{CONTENT_TYPE, Refusal};
use super::{text, wire};
use crate::identity::{Identity, Surface};
use crate::records::Records;
use crate::records::users::UserChange;

/// Gives a user of SmartScanPro a plan. Limits of its own that the user had are taken back, unless new ones come with it.
#[utoipa::path(tag = "users", operation_id = "set_plan", request_body = wire::NewPlan,
    params(("id" = String, Path, description = "The user")),
    responses((status = 200, description = "The user as it is now", body = wire::PlannedUser),
        (status = 400, description = "There is no such plan, or it takes no limits", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 401, description = "No operator's token that holds", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 404, description = "SmartScanPro has no such user", body = wire::Problem, content_type = CONTENT_TYPE)),
    security(("operator_token" = [])))]
#[put("/smartscan/users/{id}/plan")]
pub async fn set_plan(
    path: web::Path<String>,
    Asked(operator, asked): Asked<wire::NewPlan>,
    records: web::Data<Records>,
    identity: web::Data<Identity>,
) -> Result<HttpResponse, Refusal> {
    let account = super::user(&records, &path).await?;
    if super::surface(&account)? != Surface::SmartScan {
        return Err(Refusal::NotFound("user"));
    }
    let plan = text::plan(&asked.plan)?;
    let limits = text::limits(plan, asked.limits)?;
    let change = UserChange { plan: Some(plan), limits, ..UserChange::default() };
    let (changed, taken) = records.change_user(&operator.0, &account, Surface::SmartScan, &change).await?;
    identity.forget_taken(&taken);
    let user = wire::User::from(changed);
    Ok(HttpResponse::Ok().json(wire::PlannedUser { user, limits: asked.limits }))
}
