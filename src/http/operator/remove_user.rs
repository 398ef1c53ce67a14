//! `DELETE /_admin/v1/users/{id}`.

use actix_web::{HttpResponse, delete, web};

use super::caller::Operator;
use super::errors::{CONTENT_TYPE, Refusal};
use super::wire;
use crate::identity::Identity;
use crate::records::Records;

/// Removes an account. What the person did stays, and the Practitioner that it names.
#[utoipa::path(tag = "users", operation_id = "remove_user", params(("id" = String, Path, description = "The user")),
    responses((status = 204, description = "The account is removed"),
        (status = 401, description = "No operator's token that holds", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 404, description = "There is no such user", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 409, description = "An operator cannot remove its own account", body = wire::Problem, content_type = CONTENT_TYPE)),
    security(("operator_token" = [])))]
#[delete("/users/{id}")]
pub async fn remove_user(
    path: web::Path<String>,
    operator: Operator,
    records: web::Data<Records>,
    identity: web::Data<Identity>,
) -> Result<HttpResponse, Refusal> {
    let account = super::user(&records, &path).await?;
    if operator.0.agent.id() == Some(account.id) {
        return Err(Refusal::Conflict("An operator cannot remove its own account".to_owned()));
    }
    let taken = records.remove_user(&operator.0, &account).await?;
    identity.forget_taken(&taken);
    Ok(HttpResponse::NoContent().finish())
}
