//! `GET /api/scans/:id` (contract IM-24).

use actix_web::{HttpResponse, get, web};
use serde_json::Value;

use crate::http::arrival::Arrival;
use crate::identity::{Identity, Surface};
use crate::records::{Error, Records};
use crate::vendors::imagemedix::caller::SignedIn;
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::from_fhir::analysis::analysis;
use crate::vendors::imagemedix::from_fhir::report::reader;
use crate::vendors::imagemedix::from_fhir::scan;
use crate::vendors::imagemedix::people::People;
use crate::vendors::imagemedix::scans::files::Addresses;
use crate::vendors::imagemedix::scans::list::Around;
use crate::vendors::imagemedix::{operations, scans, wire};

/// Reads all of a scan.
#[utoipa::path(tag = "scans", operation_id = "read_scan", params(("id" = String, Path, description = "The scan's id")),
    responses((status = 200, description = "The scan", body = wire::Scan),
        (status = 404, description = "There is no such scan, or the caller may not see it", body = wire::Failure)),
    security(("session_token" = [])))]
#[get("/api/scans/{id}")]
pub async fn read_scan(
    path: web::Path<String>,
    signed_in: SignedIn,
    records: web::Data<Records>,
    identity: web::Data<Identity>,
    arrival: Arrival,
) -> Result<HttpResponse, Refusal> {
    let found = scans::find(&records, &signed_in, &path).await?;
    let around = Around::of(&records, &signed_in, std::slice::from_ref(&found.study)).await?;
    let addresses = Addresses::new(&identity, &signed_in.account, &arrival);
    let shown = around.shown(&found.study, &addresses).ok_or(Refusal::NotFound(scans::WHAT))?;
    let asked = found.asked()?;
    let doctor = match scan::doctor(&asked) {
        Some(id) => Some(doctor(&records, &signed_in, id).await?),
        None => None,
    };
    let annotations = found.annotations(&records, &signed_in.caller).await?;
    let behind = match around.result(&found.study).filter(|_| shown.result.is_some()) {
        Some(observation) => Some(analysed(&records, &signed_in, observation).await?),
        None => None,
    };
    let sides = found.media.as_ref().and_then(scan::sides);
    let picture = sides.map(|[width, height]| wire::Sides { width, height });
    records.audit_answer(&signed_in.caller, operations::READ_SCAN, &found.stored).await?;
    Ok(HttpResponse::Ok().json(wire::Scan {
        scan: shown,
        doctor_id: doctor,
        annotations,
        analysis: behind,
        picture,
    }))
}

async fn analysed(
    records: &Records,
    signed_in: &SignedIn,
    observation: &Value,
) -> Result<wire::Analysis, Error> {
    let reader = match reader(observation) {
        Some(id) => Some(People::named(records, signed_in, &[id]).await?.person(id)),
        None => None,
    };
    Ok(analysis(observation, reader))
}

async fn doctor(records: &Records, signed_in: &SignedIn, id: &str) -> Result<wire::ScanDoctor, Error> {
    let wire::Person { id: of_vendor, name } = People::named(records, signed_in, &[id]).await?.person(id);
    let accounts = records.users_by_person(&signed_in.caller, Surface::ImageMedix, id).await?;
    let email = accounts.into_iter().find(|account| account.practitioner == id).map(|account| account.email);
    Ok(wire::ScanDoctor { id: of_vendor, name, email })
}
