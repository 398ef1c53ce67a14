//! `POST /api/api-keys/generate` (contract SS-46).

use actix_web::{HttpResponse, post, web};

use crate::identity::Identity;
use crate::records::Records;
use crate::vendors::smartscan::body::{After, Json};
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::{operations, text, wire};

/// Makes an API key for a project. The key is shown in this answer and never again.
#[utoipa::path(tag = "api keys", operation_id = "generate_api_key", request_body = wire::NewApiKey,
    responses((status = 201, description = "The key", body = wire::ShownApiKeyAnswer),
        (status = 400, description = "A field is missing", body = wire::Failure),
        (status = 401, description = "No session token that holds", body = wire::Failure),
        (status = 404, description = "There is no such project, or it is another tenant's", body = wire::Failure)),
    security(("session_token" = [])))]
#[post("/api/api-keys/generate")]
pub async fn generate_api_key(
    After(signed_in, Json(new)): After<SessionCaller, Json<wire::NewApiKey>>,
    records: web::Data<Records>,
    identity: web::Data<Identity>,
) -> Result<HttpResponse, Refusal> {
    let name = text::optional("name", new.name.as_deref().unwrap_or_default(), text::NAME)?;
    super::super::projects::find(&records, &signed_in.caller, &new.project_id).await?;
    let name = name.unwrap_or_else(|| "API key".to_owned());
    let note = records.note(&signed_in.caller, operations::GENERATE_API_KEY);
    let (key, secret) = identity.make_api_key(&signed_in.caller, &new.project_id, &name, note).await?;
    Ok(HttpResponse::Created().json(super::shown(&key, &secret)))
}
