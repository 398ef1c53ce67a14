//! `POST /api/users/users` (contract IM-72).

use actix_web::{HttpResponse, post, web};

use crate::core::Secret;
use crate::identity::Surface;
use crate::records::Records;
use crate::records::accounts::Person;
use crate::records::users::{Home, NewUser};
use crate::vendors::imagemedix::body::{After, Json};
use crate::vendors::imagemedix::caller::Admin;
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::{people, text, wire};

/// Makes a user of the administrator's own tenant.
#[utoipa::path(tag = "users", operation_id = "create_user", request_body = wire::NewUser,
    responses((status = 201, description = "The user", body = wire::User),
        (status = 403, description = "The caller is no administrator", body = wire::Failure)),
    security(("session_token" = [])))]
#[post("/api/users/users")]
pub async fn create_user(
    After(Admin(signed_in), Json(sent)): After<Admin, Json<wire::NewUser>>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let specialty = match &sent.specialization {
        Some(sent) => text::optional("specialization", sent, text::NAME)?,
        None => None,
    };
    let person = Person {
        email: text::required("email", &sent.email, text::EMAIL)?,
        name: Secret::new(text::required("name", &sent.name, text::NAME)?),
        password: sent.password,
    };
    let new = NewUser {
        surface: Surface::ImageMedix,
        role: super::role(&sent.role)?.as_str(),
        specialty: specialty.map(Secret::new),
        regions: Vec::new(),
        home: Home::Tenant(signed_in.caller.tenant),
        passwordless: false,
        person,
    };
    let account = records.open_user(&signed_in.caller, &new).await?;
    let user = people::user(&records, &signed_in, &account).await?;
    Ok(HttpResponse::Created().json(user))
}
