//! `PATCH /_admin/v1/users/{id}`.

use actix_web::{HttpResponse, patch, web};

use super::body::Asked;
use super::errors::{CONTENT_TYPE, Refusal};
use super::{text, wire};
use crate::identity::{Identity, Surface};
use crate::records::Records;
use crate::records::users::UserChange;

/// Changes a user: role, plan, regions, password, or whether the account can be used. What is absent stays.
#[utoipa::path(tag = "users", operation_id = "change_user", request_body = wire::UserChange,
    params(("id" = String, Path, description = "The user")),
    responses((status = 200, description = "The user as it is now", body = wire::User),
        (status = 400, description = "A field is wrong, or nothing is to change", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 401, description = "No operator's token that holds", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 404, description = "There is no such user", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 409, description = "An operator cannot close its own account", body = wire::Problem, content_type = CONTENT_TYPE)),
    security(("operator_token" = [])))]
#[patch("/users/{id}")]
pub async fn change_user(
    path: web::Path<String>,
    Asked(operator, asked): Asked<wire::UserChange>,
    records: web::Data<Records>,
    identity: web::Data<Identity>,
) -> Result<HttpResponse, Refusal> {
    let account = super::user(&records, &path).await?;
    let surface = super::surface(&account)?;
    if asked.plan.is_some() && surface != Surface::SmartScan {
        return Err(Refusal::Field("plan", "is smartscan's alone".to_owned()));
    }
    let change = UserChange {
        role: asked.role.map(|role| text::role(surface, &role)).transpose()?,
        plan: asked.plan.map(|plan| text::plan(&plan)).transpose()?,
        limits: None,
        active: asked.active,
        regions: text::regions(surface, asked.regions)?,
        password: asked.password,
        ..UserChange::default()
    };
    if change.is_empty() {
        return Err(Refusal::Body("says nothing to change".to_owned()));
    }
    if change.active == Some(false) && operator.0.agent.id() == Some(account.id) {
        return Err(Refusal::Conflict("An operator cannot close its own account".to_owned()));
    }
    let (changed, taken) = records.change_user(&operator.0, &account, surface, &change).await?;
    identity.forget_taken(&taken);
    Ok(HttpResponse::Ok().json(wire::User::from(changed)))
}
