//! `$status` and `$events` of Subscriptions.
//! <https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/components.html>

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use serde_json::{Value, json};

use super::Given;
use super::given::bad;
use crate::http::fhir::answer;
use crate::http::fhir::bundle::Bundle;
use crate::http::fhir::caller::Client;
use crate::http::fhir::errors::Refusal;
use crate::records::subscriptions::{Asked, Content};
use crate::records::{Error, Records};

/// What the events may be asked with.
const OF_EVENTS: [&str; 3] = ["eventsSinceNumber", "eventsUntilNumber", "content"];

/// Tells how Subscriptions stand.
#[utoipa::path(tag = "fhir", operation_id = "read_subscription_statuses",
    params(("id" = Option<String>, Query, description = "Only this Subscription; may be given several times"),
        ("status" = Option<String>, Query, description = "Only those in this state; may be given several times")),
    responses((status = 200, description = "A Bundle of type `searchset`, with Parameters for each", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "A parameter is malformed"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token's scopes do not allow it")),
    security(("access_token" = [])))]
#[get("/Subscription/$status")]
pub async fn read_subscription_statuses(
    request: HttpRequest,
    client: Client,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    statuses(&request, None, &client, &records).await
}

/// The same; the parameters come as a Parameters resource.
#[utoipa::path(tag = "fhir", operation_id = "read_subscription_statuses_by_post",
    request_body(content = Object, content_type = "application/fhir+json"),
    responses((status = 200, description = "A Bundle of type `searchset`, with Parameters for each", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "A parameter is malformed"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token's scopes do not allow it"), (status = 415, description = "The body is no FHIR resource")),
    security(("access_token" = [])))]
#[post("/Subscription/$status")]
pub async fn read_subscription_statuses_by_post(
    request: HttpRequest,
    client: Client,
    body: web::Payload,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    statuses(&request, Some(body), &client, &records).await
}

/// Tells how a Subscription stands.
#[utoipa::path(tag = "fhir", operation_id = "read_subscription_status",
    params(("id" = String, Path, description = "The Subscription's id")),
    responses((status = 200, description = "A Bundle of type `searchset`, with Parameters", body = Object, content_type = "application/fhir+json"),
        (status = 401, description = "No access token that holds"), (status = 403, description = "The token's scopes do not allow it"),
        (status = 404, description = "There is none with this id"), (status = 410, description = "It was deleted")),
    security(("access_token" = [])))]
#[get("/Subscription/{id}/$status")]
pub async fn read_subscription_status(
    path: web::Path<String>,
    client: Client,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let status = records.subscription_status(&client.0, &path).await?;
    Ok(told(&[status]))
}

/// The same; the parameters come as a Parameters resource, which has none.
#[utoipa::path(tag = "fhir", operation_id = "read_subscription_status_by_post",
    params(("id" = String, Path, description = "The Subscription's id")),
    request_body(content = Object, content_type = "application/fhir+json"),
    responses((status = 200, description = "A Bundle of type `searchset`, with Parameters", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "A parameter that there is not"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token's scopes do not allow it"), (status = 404, description = "There is none with this id"),
        (status = 410, description = "It was deleted"), (status = 415, description = "The body is no FHIR resource")),
    security(("access_token" = [])))]
#[post("/Subscription/{id}/$status")]
pub async fn read_subscription_status_by_post(
    request: HttpRequest,
    path: web::Path<String>,
    client: Client,
    body: web::Payload,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    Given::of(&request, Some(body), &[]).await?;
    let status = records.subscription_status(&client.0, &path).await?;
    Ok(told(&[status]))
}

/// Tells what happened, as a notification would: the events with these numbers that the client may read.
#[utoipa::path(tag = "fhir", operation_id = "read_subscription_events",
    params(("id" = String, Path, description = "The Subscription's id"),
        ("eventsSinceNumber" = Option<String>, Query, description = "From this event on"),
        ("eventsUntilNumber" = Option<String>, Query, description = "Up to this event"),
        ("content" = Option<String>, Query, description = "`empty`, `id-only` or `full-resource`")),
    responses((status = 200, description = "A Bundle of type `history`", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "A parameter is malformed"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token's scopes do not allow it"), (status = 404, description = "There is none with this id"),
        (status = 410, description = "It was deleted")),
    security(("access_token" = [])))]
#[get("/Subscription/{id}/$events")]
pub async fn read_subscription_events(
    request: HttpRequest,
    path: web::Path<String>,
    client: Client,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    events(&request, None, &path, &client, &records).await
}

/// The same; the parameters come as a Parameters resource.
#[utoipa::path(tag = "fhir", operation_id = "read_subscription_events_by_post",
    params(("id" = String, Path, description = "The Subscription's id")),
    request_body(content = Object, content_type = "application/fhir+json"),
    responses((status = 200, description = "A Bundle of type `history`", body = Object, content_type = "application/fhir+json"),
        (status = 400, description = "A parameter is malformed"), (status = 401, description = "No access token that holds"),
        (status = 403, description = "The token's scopes do not allow it"), (status = 404, description = "There is none with this id"),
        (status = 410, description = "It was deleted"), (status = 415, description = "The body is no FHIR resource")),
    security(("access_token" = [])))]
#[post("/Subscription/{id}/$events")]
pub async fn read_subscription_events_by_post(
    request: HttpRequest,
    path: web::Path<String>,
    client: Client,
    body: web::Payload,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    events(&request, Some(body), &path, &client, &records).await
}

async fn statuses(
    request: &HttpRequest,
    body: Option<web::Payload>,
    client: &Client,
    records: &Records,
) -> Result<HttpResponse, Refusal> {
    let given = Given::of(request, body, &["id", "status"]).await?;
    let split = |name: &str| -> Vec<String> {
        given.texts(name).iter().flat_map(|text| text.split(',')).map(str::to_owned).collect()
    };
    let found = records.subscription_statuses(&client.0, (&split("id"), &split("status"))).await?;
    let statuses: Vec<Value> = found.into_iter().map(|(_, status)| status).collect();
    Ok(told(&statuses))
}

fn told(statuses: &[Value]) -> HttpResponse {
    let mut bundle = Bundle::new("searchset", i64::try_from(statuses.len()).ok(), &[]);
    for status in statuses {
        let id = status.get("id").and_then(Value::as_str).unwrap_or_default();
        let address = format!("urn:uuid:{id}");
        bundle.push(Some(&address), Some(&status.to_string()), &json!({ "search": { "mode": "match" } }));
    }
    HttpResponse::Ok().content_type(answer::CONTENT_TYPE).body(bundle.finish())
}

async fn events(
    request: &HttpRequest,
    body: Option<web::Payload>,
    id: &str,
    client: &Client,
    records: &Records,
) -> Result<HttpResponse, Refusal> {
    let given = Given::of(request, body, &OF_EVENTS).await?;
    let number = |name: &str| -> Result<Option<i64>, Error> {
        let wrong = || bad(format!("{name} must be a whole number"));
        given.number(name)?.map(|number| i64::try_from(number).map_err(|_| wrong())).transpose()
    };
    let content = match given.text("content")? {
        None => None,
        Some(text) => {
            let wrong = || bad("content must be empty, id-only or full-resource");
            Some(Content::parse(&text).ok_or_else(wrong)?)
        }
    };
    let asked = Asked { since: number("eventsSinceNumber")?, until: number("eventsUntilNumber")?, content };
    let bundle = records.subscription_events(&client.0, id, &asked).await?;
    Ok(HttpResponse::Ok().content_type(answer::CONTENT_TYPE).body(bundle.to_string()))
}
