//! `POST /_admin/v1/tenants/{id}/clients`.

use actix_web::{HttpResponse, post, web};

use super::body::Asked;
use super::clients::{self, refused};
use super::errors::{CONTENT_TYPE, Refusal};
use super::wire;
use crate::identity::Identity;
use crate::identity::oauth::registration::{NewClient, NewProof};
use crate::records::Records;

/// Registers a program that may ask for tokens. Its secret, where it has one, is shown now and never again.
#[utoipa::path(tag = "clients", operation_id = "create_client", request_body = clients::NewClient,
    params(("id" = String, Path, description = "The tenant")),
    responses((status = 201, description = "The client", body = clients::CreatedClient),
        (status = 400, description = "A field is wrong", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 401, description = "No operator's token that holds", body = wire::Problem, content_type = CONTENT_TYPE),
        (status = 404, description = "There is no such tenant", body = wire::Problem, content_type = CONTENT_TYPE)),
    security(("operator_token" = [])))]
#[post("/tenants/{id}/clients")]
pub async fn create_client(
    path: web::Path<String>,
    Asked(operator, new): Asked<clients::NewClient>,
    identity: web::Data<Identity>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let tenant = super::tenant(&records, &path).await?;
    let proof = NewProof::of(&new.token_endpoint_auth_method, new.jwks.as_ref(), new.jwks_uri.as_deref());
    let problem = "must be none, client_secret_basic, or private_key_jwt with either jwks or jwks_uri";
    let proof = proof.ok_or_else(|| Refusal::Field("token_endpoint_auth_method", problem.to_owned()))?;
    let (redirect_uris, purposes) = (new.redirect_uris, new.purposes);
    let new = NewClient { name: new.name, proof, redirect_uris, scope: new.scope, purposes };
    let note = records.note(&operator.within(tenant), "create-client");
    let registered = identity.register_client_of(tenant, &new, note).await.map_err(refused)?;
    Ok(HttpResponse::Created().json(clients::CreatedClient {
        client: registered.client.into(),
        client_secret: registered.secret.map(|secret| secret.expose().clone()),
    }))
}
