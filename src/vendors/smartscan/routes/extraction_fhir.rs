//! `GET /api/extractions/:id/fhir`: what was kept of a reading, as FHIR. The vendor does not have it; the dashboard shows it.

use actix_web::{HttpResponse, get, web};
use serde_json::Value;

use crate::fhir::ResourceType;
use crate::http::fhir::BaseUrl;
use crate::identity::Caller;
use crate::records::search::MOST;
use crate::records::{Records, Stored};
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::from_fhir::bundle;
use crate::vendors::smartscan::{operations, search, wire};

/// From the Task to the picture and the readings, and from those to the photographed device.
const STEPS: usize = 2;

/// Reads all that was kept of an extraction. It is not in the vendor's API.
#[utoipa::path(tag = "extraction", operation_id = "read_extraction_fhir",
    params(("id" = String, Path, description = "`task_id` of the extraction")),
    responses((status = 200, description = "A Bundle: Task, Media, what was read, Device and Provenance", body = wire::ExtractionBundle),
        (status = 401, description = "No session token that holds", body = wire::Failure),
        (status = 404, description = "There is no such extraction, or it is another tenant's", body = wire::Failure)),
    security(("session_token" = [])))]
#[get("/api/extractions/{id}/fhir")]
pub async fn read_extraction_fhir(
    path: web::Path<String>,
    signed_in: SessionCaller,
    records: web::Data<Records>,
    base: web::Data<BaseUrl>,
) -> Result<HttpResponse, Refusal> {
    let caller = signed_in.caller.quietly();
    let stored = records.read(&caller, super::resource_type("Task")?, &path).await?;
    let mut found = vec![stored.json()?];
    if !found.iter().all(bundle::is_extraction) {
        return Err(Refusal::NotFound);
    }
    for _ in 0..STEPS {
        for (of_type, ids) in bundle::named_by(&found) {
            let ids: Vec<_> = ids.into_iter().collect();
            found.extend(some(&records, &caller, &of_type, "_id", ids.join(",")).await?);
        }
    }
    let readings = found.iter().filter_map(|one| one.get("id")?.as_str()).collect::<Vec<_>>().join(",");
    found.extend(some(&records, &caller, "Provenance", "target", readings).await?);
    records.audit_answer(&signed_in.caller, operations::READ_EXTRACTION_FHIR, &stored).await?;
    let bundle = bundle::collection(&found, &base.0);
    Ok(HttpResponse::Ok().json(wire::ExtractionBundle { success: true, bundle }))
}

/// Resources of a type, by one parameter.
async fn some(
    records: &Records,
    caller: &Caller,
    of_type: &str,
    parameter: &str,
    value: String,
) -> Result<Vec<Value>, Refusal> {
    let Some(of_type) = ResourceType::parse(of_type) else { return Ok(Vec::new()) };
    let page = records.search(caller, of_type, &search::by(parameter, value, MOST)).await?;
    Ok(page.resources.iter().map(Stored::json).collect::<Result<_, _>>()?)
}
