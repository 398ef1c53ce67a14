//! `GET /portal/api/apis/{id}/definition`: an API's definition, as OpenAPI 3.

use actix_web::{HttpResponse, get, web};
use serde_json::{Value, json};

use super::products::{APPLICATION_API, ORGANISATION_API};
use crate::http::arrival::Arrival;
use crate::records::{Error, Records};
use crate::vendors::smartz::caller::SignedIn;
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::{document, operations, wire};

/// Downloads an API's definition, as OpenAPI 3.
#[utoipa::path(tag = "portal", operation_id = "read_definition", params(("id" = String, Path, description = "`application-api` or `organisation-api`")),
    responses((status = 200, description = "The definition", content_type = "application/json"),
        (status = 404, description = "There is no such API", body = wire::Failure)),
    security(("dashboard_token" = [])))]
#[get("/portal/api/apis/{id}/definition")]
pub async fn read_definition(
    path: web::Path<String>,
    arrival: Arrival,
    signed_in: SignedIn,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let api = [APPLICATION_API, ORGANISATION_API].into_iter().find(|api| *api == path.as_str());
    let definition = definition(api.ok_or(Refusal::NotFound)?, &arrival.base())?;
    records.audit_success(&signed_in.caller, operations::READ_DEFINITION).await?;
    Ok(HttpResponse::Ok().json(definition))
}

/// The part of the surface's document that is one API, for clients that call it at this base.
fn definition(api: &str, base: &str) -> Result<Value, Error> {
    let mut document = serde_json::to_value(document().build()).map_err(Error::internal)?;
    if let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) {
        let all = std::mem::take(paths);
        let own = all.into_iter().filter(|(_, methods)| is_of(api, methods));
        let root =
            |path: String| path.strip_prefix(super::super::super::MOUNT).map(str::to_owned).unwrap_or(path);
        *paths = own.map(|(path, methods)| (root(path), methods)).collect();
    }
    if let Some(document) = document.as_object_mut() {
        document.insert("servers".to_owned(), json!([{ "url": base }]));
        let title = if api == APPLICATION_API { "Application API" } else { "Organisation API" };
        let info = document.get_mut("info").and_then(Value::as_object_mut);
        info.map(|info| info.insert("title".to_owned(), title.into()));
    }
    Ok(document)
}

fn is_of(api: &str, methods: &Value) -> bool {
    let operations = methods.as_object().into_iter().flat_map(|methods| methods.values());
    let mut tags = operations.filter_map(|operation| operation.get("tags")?.as_array()).flatten();
    tags.any(|tag| tag.as_str() == Some(api))
}
