//! `PATCH /api/users/users/:id` (contract IM-71).

use actix_web::{HttpResponse, patch, web};

use crate::core::Secret;
use crate::identity::{Identity, Surface};
use crate::records::Records;
use crate::records::accounts::NotOpened;
use crate::records::users::UserChange;
use crate::vendors::imagemedix::body::{After, Json};
use crate::vendors::imagemedix::caller::Admin;
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::store::{is_late, repeated};
use crate::vendors::imagemedix::{people, text, wire};

/// Changes a user. Who is deactivated is signed out at once; the last administrator stays one.
#[utoipa::path(tag = "users", operation_id = "update_user", request_body = wire::UserChange,
    params(("id" = String, Path, description = "The user's id")),
    responses((status = 200, description = "The user as it is now", body = wire::User),
        (status = 400, description = "A field is wrong, or no administrator would be left", body = wire::Failure),
        (status = 403, description = "The caller is no administrator", body = wire::Failure),
        (status = 404, description = "There is no such user in the tenant", body = wire::Failure)),
    security(("session_token" = [])))]
#[patch("/api/users/users/{id}")]
pub async fn update_user(
    path: web::Path<String>,
    After(Admin(signed_in), Json(sent)): After<Admin, Json<wire::UserChange>>,
    records: web::Data<Records>,
    identity: web::Data<Identity>,
) -> Result<HttpResponse, Refusal> {
    let change = change(&sent)?;
    let account = people::account(&records, &signed_in, &path).await?;
    if change.is_empty() {
        records.audit_success(&signed_in.caller, "read").await?;
        let user = people::user(&records, &signed_in, &account).await?;
        return Ok(HttpResponse::Ok().json(user));
    }
    let (changed, taken) = repeated(&path, async || {
        let changed = records.change_user(&signed_in.caller, &account, Surface::ImageMedix, &change).await;
        match changed {
            Ok(changed) => Ok(Some(changed)),
            Err(NotOpened::Other(error)) if is_late(&error) => Ok(None),
            Err(other) => Err(other.into()),
        }
    })
    .await?;
    identity.forget_taken(&taken);
    Ok(HttpResponse::Ok().json(people::user(&records, &signed_in, &changed).await?))
}

fn change(sent: &wire::UserChange) -> Result<UserChange, Refusal> {
    let name = sent.name.as_ref().map(|name| text::required("name", name, text::NAME)).transpose()?;
    let specialty = sent.specialization.as_ref().map(|sent| {
        let text = sent.as_ref().map(|sent| text::optional("specialization", sent, text::NAME));
        text.transpose().map(Option::flatten)
    });
    let specialty = specialty.transpose()?;
    Ok(UserChange {
        role: sent.role.as_deref().map(super::role).transpose()?.map(super::Role::as_str),
        active: sent.is_active,
        name: name.map(Secret::new),
        specialty: specialty.map(|specialty| specialty.map(Secret::new)),
        keeps_administrator: true,
        ..UserChange::default()
    })
}
