//! `GET /api/auth/methods`: how people may sign in here.

use actix_web::{HttpResponse, get, web};

use super::PROVIDER;
use crate::identity::Identity;
use crate::vendors::imagemedix::wire;

/// Tells how people may sign in. It needs no token, and is not counted.
#[utoipa::path(tag = "accounts", operation_id = "list_sign_in_methods",
    responses((status = 200, description = "The ways there are", body = wire::Methods)))]
#[get("/api/auth/methods")]
pub async fn list_sign_in_methods(identity: web::Data<Identity>) -> HttpResponse {
    let google = identity.providers().any(|(name, _)| name == PROVIDER);
    HttpResponse::Ok().json(wire::Methods { password: true, google })
}
