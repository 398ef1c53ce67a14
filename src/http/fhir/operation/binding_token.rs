//! `$get-ws-binding-token`: by what a socket is bound to Subscriptions.
//! <https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/OperationDefinition-backport-subscription-get-ws-binding-token.html>

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use serde_json::json;

use super::Given;
use crate::http::fhir::answer;
use crate::http::fhir::caller::Client;
use crate::http::fhir::errors::Refusal;
use crate::records::Records;
use crate::records::subscriptions::BindingToken;

/// Gives a token for Subscriptions by websocket.
#[utoipa::path(tag = "fhir", operation_id = "get_binding_token",
    params(("id" = Option<String>, Query, description = "For this Subscription; may be given several times. Without it, for all by websocket that the client sees")),
    responses((status = 200, description = "Parameters: `token`, `expiration`, `subscription` for each, `websocket-url`", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "There are none, or too many"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token's scopes do not allow it"), (status = 404, description = "There is none with this id"),
        (status = 410, description = "It was deleted"), (status = 422, description = "It is not told by websocket")),
    security(("access_token" = [])))]
#[get("/Subscription/$get-ws-binding-token")]
pub async fn get_binding_token(
    request: HttpRequest,
    client: Client,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    of_several(&request, None, &client, &records).await
}

/// The same; the parameters come as a Parameters resource.
#[utoipa::path(tag = "fhir", operation_id = "get_binding_token_by_post",
    request_body(content = Object, content_type = "application/fhir+json"),
    responses((status = 200, description = "Parameters: `token`, `expiration`, `subscription` for each, `websocket-url`", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "There are none, or too many, or a parameter is malformed"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token's scopes do not allow it"), (status = 404, description = "There is none with this id"),
        (status = 410, description = "It was deleted"), (status = 415, description = "The body is no FHIR resource"),
        (status = 422, description = "It is not told by websocket")),
    security(("access_token" = [])))]
#[post("/Subscription/$get-ws-binding-token")]
pub async fn get_binding_token_by_post(
    request: HttpRequest,
    client: Client,
    body: web::Payload,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    of_several(&request, Some(body), &client, &records).await
}

/// Gives a token for a Subscription by websocket.
#[utoipa::path(tag = "fhir", operation_id = "get_binding_token_of_subscription",
    params(("id" = String, Path, description = "The Subscription's id")),
    responses((status = 200, description = "Parameters: `token`, `expiration`, `subscription`, `websocket-url`", body = Object, content_type = "application/fhir+json"),
        (status = 401, description = "No access token that holds"), (status = 403, description = "The token's scopes do not allow it"),
        (status = 404, description = "There is none with this id"), (status = 410, description = "It was deleted"),
        (status = 422, description = "It is not told by websocket")),
    security(("access_token" = [])))]
#[get("/Subscription/{id}/$get-ws-binding-token")]
pub async fn get_binding_token_of_subscription(
    path: web::Path<String>,
    client: Client,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    Ok(told(&records.binding_token(&client.0, &[path.into_inner()]).await?))
}

/// The same; the parameters come as a Parameters resource, whose `id` means nothing here.
#[utoipa::path(tag = "fhir", operation_id = "get_binding_token_of_subscription_by_post",
    params(("id" = String, Path, description = "The Subscription's id")),
    request_body(content = Object, content_type = "application/fhir+json"),
    responses((status = 200, description = "Parameters: `token`, `expiration`, `subscription`, `websocket-url`", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "A parameter is malformed"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token's scopes do not allow it"), (status = 404, description = "There is none with this id"),
        (status = 410, description = "It was deleted"), (status = 415, description = "The body is no FHIR resource"),
        (status = 422, description = "It is not told by websocket")),
    security(("access_token" = [])))]
#[post("/Subscription/{id}/$get-ws-binding-token")]
pub async fn get_binding_token_of_subscription_by_post(
    request: HttpRequest,
    path: web::Path<String>,
    client: Client,
    body: web::Payload,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    Given::of(&request, Some(body), &["id"]).await?;
    Ok(told(&records.binding_token(&client.0, &[path.into_inner()]).await?))
}

async fn of_several(
    request: &HttpRequest,
    body: Option<web::Payload>,
    client: &Client,
    records: &Records,
) -> Result<HttpResponse, Refusal> {
    let given = Given::of(request, body, &["id"]).await?;
    let ids: Vec<String> =
        given.texts("id").iter().flat_map(|text| text.split(',')).map(str::to_owned).collect();
    Ok(told(&records.binding_token(&client.0, &ids).await?))
}

fn told(given: &BindingToken) -> HttpResponse {
    let mut parameters = vec![
        json!({ "name": "token", "valueString": given.token.expose() }),
        json!({ "name": "expiration", "valueDateTime": given.until.format("%Y-%m-%dT%H:%M:%SZ").to_string() }),
    ];
    let of = |id: &String| json!({ "name": "subscription", "valueString": id });
    parameters.extend(given.subscriptions.iter().map(of));
    parameters.push(json!({ "name": "websocket-url", "valueUrl": given.url }));
    let parameters = json!({ "resourceType": "Parameters", "parameter": parameters });
    HttpResponse::Ok().content_type(answer::CONTENT_TYPE).body(parameters.to_string())
}
