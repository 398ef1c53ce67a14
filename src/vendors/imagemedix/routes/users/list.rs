//! `GET /api/users/users`, also known as `GET /api/users` (contract IM-70).

use actix_web::{HttpResponse, routes, web};

use crate::identity::Surface;
use crate::records::Records;
use crate::vendors::imagemedix::caller::Admin;
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::people::People;
use crate::vendors::imagemedix::wire;

/// Lists the users, the oldest first.
///
/// `GET /imagemedix/api/users` does the same.
#[utoipa::path(tag = "users", operation_id = "list_users",
    responses((status = 200, description = "All users", body = Vec<wire::User>),
        (status = 403, description = "The caller is no administrator", body = wire::Failure)),
    security(("session_token" = [])))]
#[routes]
#[get("/api/users/users")]
#[get("/api/users")]
pub async fn list_users(
    Admin(signed_in): Admin,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let accounts = records.users_of(&signed_in.caller, Surface::ImageMedix).await?;
    let ids: Vec<_> = accounts.iter().map(|account| account.practitioner.as_str()).collect();
    let people = People::find(&records, &signed_in, &ids).await?;
    records.audit_success(&signed_in.caller, "read").await?;
    let users: Vec<_> = accounts.iter().map(|account| people.user(account)).collect();
    Ok(HttpResponse::Ok().json(users))
}
