//! `GET /api/patients` (contract IM-40).

use actix_web::{HttpRequest, HttpResponse, get, web};

use crate::records::Records;
use crate::vendors::imagemedix::caller::SignedIn;
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::from_fhir::{patient, text};
use crate::vendors::imagemedix::patients::{self, Assignments, Wanted};
use crate::vendors::imagemedix::people::People;
use crate::vendors::imagemedix::query::{Page, one};
use crate::vendors::imagemedix::status::Status;
use crate::vendors::imagemedix::wire;

/// Lists patients: a doctor's own, or all of them.
#[utoipa::path(tag = "patients", operation_id = "list_patients", params(wire::PatientsQuery),
    responses((status = 200, description = "A page of them", body = wire::Patients),
        (status = 400, description = "A parameter is wrong", body = wire::Failure)),
    security(("session_token" = [])))]
#[get("/api/patients")]
pub async fn list_patients(
    signed_in: SignedIn,
    request: HttpRequest,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let wanted = Wanted {
        page: Page::of(&request)?,
        status: one(&request, "status")?.as_deref().map(Status::parse).transpose()?,
        search: one(&request, "search")?,
    };
    let (found, total) = patients::list(&records, &signed_in, &wanted).await?;
    let id = |patient| text(patient, "id").unwrap_or_default();
    let ids: Vec<_> = found.iter().map(id).collect();
    let assignments = Assignments::of(&records, &signed_in, &ids).await?;
    let people = People::named(&records, &signed_in, &assignments.all()).await?;
    let shown = found.iter().map(|one| {
        let doctors = assignments.doctors(id(one)).into_iter();
        patient::in_list(one, doctors.map(|doctor| people.person(doctor)).collect())
    });
    Ok(HttpResponse::Ok().json(wire::Patients {
        patients: shown.collect(),
        current_page: wanted.page.number,
        total_pages: wanted.page.count(total),
        total_patients: total,
    }))
}
