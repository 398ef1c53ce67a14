//! `POST /oauth/launch`: an EHR says where it launches a client from. SMART leaves open how it does that.

use actix_web::{HttpMessage, HttpRequest, HttpResponse, post, web};

use super::errors::OauthError;
use super::{audit, body, wire};
use crate::fhir::ResourceType;
use crate::http::{arrival, bearer};
use crate::identity::oauth::launch::LIFETIME_S;
use crate::identity::oauth::{LaunchContext, Refusal};
use crate::identity::{Caller, Identity};
use crate::records::{Error, Records};

/// Keeps the context of a launch, for a client to ask with. The caller must be allowed to read the patient and the encounter.
#[utoipa::path(tag = "oauth", operation_id = "make_launch", request_body = wire::NewLaunch,
    responses((status = 201, description = "The launch", body = wire::Launch),
        (status = 400, description = "Refused: `error` says why", body = wire::Failure),
        (status = 401, description = "No access token that holds", body = wire::Failure),
        (status = 403, description = "The token's scopes do not allow it", body = wire::Failure)),
    security(("access_token" = [])))]
#[post("/launch")]
pub async fn make_launch(
    request: HttpRequest,
    body: web::Payload,
    identity: web::Data<Identity>,
    records: web::Data<Records>,
) -> Result<HttpResponse, OauthError> {
    let token = bearer::token(&request).ok_or(Error::Unauthenticated)?;
    let caller = identity.authenticate_client(token).await.map_err(Error::from)?;
    let caller = caller.ok_or(Error::Unauthenticated)?.calling_from(arrival::client(&request));
    request.extensions_mut().insert(caller.clone());
    let unread = || {
        Refusal::InvalidRequest(
            "the body must be a JSON object with members of a launch context, of at most 64 KiB",
        )
    };
    let body = body::read(body).await.ok_or_else(unread)?;
    let new: wire::NewLaunch = serde_json::from_slice(&body).map_err(|_| unread())?;
    for (name, id) in [("Patient", &new.patient), ("Encounter", &new.encounter)] {
        if let (Some(id), Some(resource_type)) = (id, ResourceType::parse(name)) {
            check(&records, &caller, resource_type, id).await?;
        }
    }
    let context = LaunchContext {
        patient: new.patient,
        encounter: new.encounter,
        fhir_context: new.fhir_context,
        intent: new.intent,
        need_patient_banner: new.need_patient_banner,
    };
    let launch = identity.make_launch(&caller, new.client_id, &context).await?;
    records.audit_success(&caller, audit::LAUNCH).await?;
    Ok(HttpResponse::Created().json(wire::Launch {
        launch: launch.expose().clone(),
        iss: identity.address_of("/fhir"),
        expires_in: LIFETIME_S,
    }))
}

/// Whether the resource is there for the caller.
async fn check(
    records: &Records,
    caller: &Caller,
    resource_type: ResourceType,
    id: &str,
) -> Result<(), OauthError> {
    match records.read(&caller.quietly(), resource_type, id).await {
        Ok(_) => Ok(()),
        Err(Error::NotFound | Error::Gone | Error::BadRequest(..)) => {
            Err(Refusal::InvalidRequest("there is no such patient or encounter").into())
        }
        Err(other) => Err(other.into()),
    }
}
