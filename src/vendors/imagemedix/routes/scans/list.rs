//! `GET /api/scans` (contract IM-22).

use actix_web::{HttpRequest, HttpResponse, get, web};

use crate::http::arrival::Arrival;
use crate::identity::Identity;
use crate::records::Records;
use crate::vendors::imagemedix::caller::SignedIn;
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::query::{Page, one};
use crate::vendors::imagemedix::scans::files::Addresses;
use crate::vendors::imagemedix::scans::list::{Around, Wanted, list};
use crate::vendors::imagemedix::state::State;
use crate::vendors::imagemedix::{time, wire};

/// Lists scans, the newest first: of a doctor those that he sent and those of his patients, else all.
#[utoipa::path(tag = "scans", operation_id = "list_scans", params(wire::ScansQuery),
    responses((status = 200, description = "A page of them", body = wire::Scans),
        (status = 400, description = "A parameter is wrong", body = wire::Failure)),
    security(("session_token" = [])))]
#[get("/api/scans")]
pub async fn list_scans(
    signed_in: SignedIn,
    request: HttpRequest,
    records: web::Data<Records>,
    identity: web::Data<Identity>,
    arrival: Arrival,
) -> Result<HttpResponse, Refusal> {
    let bound = |name| one(&request, name)?.map(|text| time::bound(name, &text)).transpose();
    let wanted = Wanted {
        page: Page::of(&request)?,
        state: one(&request, "status")?.as_deref().map(State::parse).transpose()?,
        patient_id: one(&request, "patientId")?,
        from: bound("startDate")?,
        until: bound("endDate")?,
    };
    let (studies, total) = list(&records, &signed_in, &wanted).await?;
    let around = Around::of(&records, &signed_in, &studies).await?;
    let addresses = Addresses::new(&identity, &signed_in.account, &arrival);
    let shown = studies.iter().filter_map(|study| {
        let mut one = around.shown(study, &addresses)?;
        // A scan whose state is asked for is listed in that one, also where an analysis goes on meanwhile.
        one.scan.status = wanted.state.map_or(one.scan.status, State::as_str);
        Some(one)
    });
    Ok(HttpResponse::Ok().json(wire::Scans {
        scans: shown.collect(),
        current_page: wanted.page.number,
        total_pages: wanted.page.count(total),
        total_scans: total,
    }))
}
