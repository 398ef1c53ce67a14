//! `GET`, `POST /v1/organisations/{org}/patients/{id}/events`.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use chrono::TimeDelta;

use crate::fhir::codes::continence::EVENTS;
use crate::platform::delivery::Deliveries;
use crate::records::Records;
use crate::vendors::smartz::body::{After, Json};
use crate::vendors::smartz::caller::AtOrganisation;
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::query::{self, Page};
use crate::vendors::smartz::{care, from_fhir, patients, store, time, wire};

/// Lists what happened to a patient, the newest first.
#[utoipa::path(tag = "organisation-api", operation_id = "list_events",
    params(("org" = String, Path, description = "The organisation's id"), ("id" = String, Path, description = "The patient's id"), ("from" = Option<String>, Query, description = "From this time, or the beginning of this day (UTC), on"), ("to" = Option<String>, Query, description = "Up to this time, or the beginning of this day (UTC)"), ("type" = Option<String>, Query, description = "Of these types alone, with commas between them"), ("page" = Option<u32>, Query, description = "Number of the page, from 1 on"), ("pageSize" = Option<u32>, Query, description = "Objects on a page, at most 200")),
    responses((status = 200, description = "The events", body = wire::Events),
        (status = 400, description = "A time or a type is none", body = wire::Failure),
        (status = 404, description = "There is no such patient", body = wire::Failure)),
    security(("subscription_key" = [], "access_token" = [])))]
#[get("/v1/organisations/{org}/patients/{id}/events")]
pub async fn list_events(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    at: AtOrganisation,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let (_, id) = path.into_inner();
    let page = Page::of(&request)?;
    let mut parameters = vec![("patient", format!("Patient/{id}")), ("code", codes(&request)?)];
    parameters.push(("status:not", "entered-in-error".to_owned()));
    if let Some(text) = query::one(&request, "from")? {
        // By when it began: what goes on at that time belongs to the time before.
        let before = time::begin("from", &text)? - TimeDelta::microseconds(1);
        parameters.push(("date", format!("sa{}", time::instant(before))));
    }
    if let Some(text) = query::one(&request, "to")? {
        parameters.push(("date", format!("le{}", time::instant(time::begin("to", &text)?))));
    }
    patients::find(&records, &at.caller, &at.organisation.id, &id).await?;
    let mut query = store::query(&parameters);
    query.sort = Some("-date".to_owned());
    let (found, total) = store::numbered(&records, &at.caller, "Observation", query, page).await?;
    let items = found.iter().map(from_fhir::event::event).collect();
    Ok(HttpResponse::Ok().json(wire::Events { items, paged: wire::Paged::new(page, total) }))
}

/// Takes in what a carer saw or did: that the pad was changed, which ends what is told of it, or that it is soiled, which no sensor knows.
#[utoipa::path(tag = "organisation-api", operation_id = "create_event", request_body = wire::NewEvent,
    params(("org" = String, Path, description = "The organisation's id"), ("id" = String, Path, description = "The patient's id")),
    responses((status = 201, description = "The event", body = wire::Event),
        (status = 400, description = "It is none that a carer tells, or of a time that cannot be", body = wire::Failure),
        (status = 404, description = "There is no such patient", body = wire::Failure),
        (status = 409, description = "The patient wears no pod, or it was told before", body = wire::Failure)),
    security(("subscription_key" = [], "access_token" = [])))]
#[post("/v1/organisations/{org}/patients/{id}/events")]
pub async fn create_event(
    path: web::Path<(String, String)>,
    After(at, Json(sent)): After<AtOrganisation, Json<wire::NewEvent>>,
    records: web::Data<Records>,
    deliveries: web::Data<Deliveries>,
) -> Result<HttpResponse, Refusal> {
    let (_, id) = path.into_inner();
    care::tell(&at, &id, &sent, (&records, &deliveries)).await
}

fn codes(request: &HttpRequest) -> Result<String, Refusal> {
    let words = query::one(request, "type")?;
    let codes = match &words {
        None => EVENTS.to_vec(),
        Some(words) => {
            let known = || EVENTS.map(|code| code.code).join(", ");
            let wrong = || Refusal::field("type", &format!("must be of {}", known()));
            words
                .split(',')
                .map(|word| from_fhir::event::kind(word.trim()).ok_or_else(wrong))
                .collect::<Result<_, _>>()?
        }
    };
    Ok(codes.iter().map(|code| format!("{}|{}", code.system, code.code)).collect::<Vec<_>>().join(","))
}
