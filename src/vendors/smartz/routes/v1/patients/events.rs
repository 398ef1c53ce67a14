//! `GET /v1/organisations/{org}/patients/{id}/events`.

use actix_web::{HttpRequest, HttpResponse, get, web};

use crate::fhir::codes::continence::EVENTS;
use crate::records::Records;
use crate::vendors::smartz::caller::AtOrganisation;
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::query::{self, Page};
use crate::vendors::smartz::{from_fhir, patients, store, time, wire};

/// Lists what happened to a patient, the newest first.
#[utoipa::path(tag = "organisation-api", operation_id = "list_events",
    params(("org" = String, Path, description = "The organisation's id"), ("id" = String, Path, description = "The patient's id"), ("from" = Option<String>, Query, description = "From this time on"), ("to" = Option<String>, Query, description = "Up to this time"), ("type" = Option<String>, Query, description = "Of these types alone, with commas between them"), ("page" = Option<u32>, Query, description = "Number of the page, from 1 on"), ("pageSize" = Option<u32>, Query, description = "Objects on a page, at most 200")),
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
    for (name, prefix) in [("from", "ge"), ("to", "le")] {
        if let Some(text) = query::one(&request, name)? {
            parameters.push(("date", format!("{prefix}{}", time::instant(time::read(name, &text)?))));
        }
    }
    patients::find(&records, &at.caller, &at.organisation.id, &id).await?;
    let mut query = store::query(&parameters);
    query.sort = Some("-date".to_owned());
    let (found, total) = store::numbered(&records, &at.caller, "Observation", query, page).await?;
    let items = found.iter().map(from_fhir::event::event).collect();
    Ok(HttpResponse::Ok().json(wire::Events { items, paged: wire::Paged::new(page, total) }))
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
