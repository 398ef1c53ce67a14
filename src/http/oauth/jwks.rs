//! `GET /oauth/jwks`: the keys that id tokens are signed with. <https://www.rfc-editor.org/rfc/rfc7517#section-5>

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, get, web};

use super::errors::OauthError;
use crate::identity::Identity;

/// Tells the public halves of the keys that sign id tokens.
#[utoipa::path(tag = "discovery", operation_id = "read_keys",
    responses((status = 200, description = "A JSON Web Key Set", body = Object)))]
#[get("/jwks")]
pub async fn read_keys(identity: web::Data<Identity>) -> Result<HttpResponse, OauthError> {
    let keys = identity.id_token_keys().await?;
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "max-age=300")).json(keys))
}
