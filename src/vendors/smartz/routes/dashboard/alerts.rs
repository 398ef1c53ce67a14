//! `/dashboard/api/organisations/{org}/alerts`, `.../stream`: what carers are told, for people.

use actix_web::{HttpRequest, HttpResponse, get, post, web};

use crate::identity::Identity;
use crate::platform::delivery::Deliveries;
use crate::platform::feed::Feed;
use crate::records::Records;
use crate::vendors::smartz::body::{After, Json};
use crate::vendors::smartz::caller::AtOrganisation;
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::live::Parts;
use crate::vendors::smartz::routes::v1;
use crate::vendors::smartz::wire;

/// Lists what the organisation's carers are told, the newest first.
#[utoipa::path(tag = "dashboard", operation_id = "list_own_alerts",
    params(("org" = String, Path, description = "The organisation's id"), ("state" = Option<String>, Query, description = "`open`, `acknowledged` or `resolved`: those alone"), ("patientId" = Option<String>, Query, description = "About this patient alone"), ("page" = Option<u32>, Query, description = "Number of the page, from 1 on"), ("pageSize" = Option<u32>, Query, description = "Objects on a page, at most 200")),
    responses((status = 200, description = "The alerts", body = wire::Alerts),
        (status = 404, description = "There is no such organisation", body = wire::Failure)),
    security(("dashboard_token" = [])))]
#[get("/dashboard/api/organisations/{org}/alerts")]
pub async fn list_alerts(
    request: HttpRequest,
    at: AtOrganisation,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    v1::alerts::list(&request, &at, &records).await
}

/// Says that somebody sees to an alert; who is signed in, where nobody is named.
#[utoipa::path(tag = "dashboard", operation_id = "acknowledge_own_alert", request_body = wire::Acknowledge,
    params(("org" = String, Path, description = "The organisation's id"), ("id" = String, Path, description = "The alert's id")),
    responses((status = 200, description = "The alert", body = wire::Alert),
        (status = 404, description = "There is no such alert", body = wire::Failure),
        (status = 409, description = "It is over", body = wire::Failure)),
    security(("dashboard_token" = [])))]
#[post("/dashboard/api/organisations/{org}/alerts/{id}/acknowledge")]
pub async fn acknowledge_alert(
    path: web::Path<(String, String)>,
    After(at, Json(sent)): After<AtOrganisation, Json<wire::Acknowledge>>,
    records: web::Data<Records>,
    deliveries: web::Data<Deliveries>,
) -> Result<HttpResponse, Refusal> {
    let (_, id) = path.into_inner();
    v1::alerts::acknowledge(&at, &id, &sent, (&records, &deliveries)).await
}

/// Tells what happens in the organisation, as it happens, as the gateway's stream does.
#[utoipa::path(tag = "dashboard", operation_id = "stream_own_organisation",
    params(("org" = String, Path, description = "The organisation's id"), ("Last-Event-ID" = Option<i64>, Header, description = "The last event that was read")),
    responses((status = 200, description = "The events", content_type = "text/event-stream", body = String),
        (status = 404, description = "There is no such organisation", body = wire::Failure)),
    security(("dashboard_token" = [])))]
#[get("/dashboard/api/organisations/{org}/stream")]
pub async fn stream_organisation(
    request: HttpRequest,
    at: AtOrganisation,
    feed: web::Data<Feed>,
    records: web::Data<Records>,
    identity: web::Data<Identity>,
) -> Result<HttpResponse, Refusal> {
    v1::stream::open(&request, at, None, Parts { feed: &feed, records: &records, identity: &identity }).await
}
