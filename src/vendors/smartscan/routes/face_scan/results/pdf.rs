//! `POST /api/face-scan/results/:id/pdf` (contract SS-68).

use std::collections::BTreeSet;

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{HttpResponse, post, web};

use super::Kept;
use crate::clinical::wellness::Measured;
use crate::http::turns::drawn;
use crate::records::{Error, Precondition, Records, Write};
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::from_fhir::face_scan::reading::Source;
use crate::vendors::smartscan::from_fhir::face_scan::report::{MOST_POINTS, Told};
use crate::vendors::smartscan::from_fhir::face_scan::{self as from_fhir, result, risk};
use crate::vendors::smartscan::report::{Report, pdf};
use crate::vendors::smartscan::routes::me;
use crate::vendors::smartscan::scans::known::known;
use crate::vendors::smartscan::scans::readings::{self, Before};
use crate::vendors::smartscan::scans::{self, Session};
use crate::vendors::smartscan::to_fhir::face_scan::document;
use crate::vendors::smartscan::vitals;

/// Makes a report of a result as a PDF, and keeps it with the result.
#[utoipa::path(tag = "face scan", operation_id = "export_pdf", params(("id" = String, Path, description = "The result's id")),
    responses((status = 200, description = "The report", content_type = "application/pdf", body = Vec<u8>),
        (status = 401, description = "No session token that holds", body = crate::vendors::smartscan::wire::Failure),
        (status = 403, description = "The session has no consent that holds", body = crate::vendors::smartscan::wire::Failure),
        (status = 404, description = "There is no such result, or it is another's", body = crate::vendors::smartscan::wire::Failure)),
    security(("session_token" = [])))]
#[post("/api/face-scan/results/{id}/pdf")]
pub async fn export_pdf(
    path: web::Path<String>,
    signed_in: SessionCaller,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let file = scans::repeated(async || {
        let kept = super::find(&records, &signed_in, &path).await?;
        let session = result::session_of(&kept.report).ok_or(Refusal::NotFound)?;
        let session = scans::session(&records, &signed_in, &session).await?;
        let mut writes = session.held(&records, &signed_in).await?;
        writes.push(scans::hold("DiagnosticReport", &kept.stored)?);
        let (report, sources) = told(&records, &signed_in, &kept, &session).await?;
        let file = drawn(move || pdf(&report)).await?;
        let scan = session.scan(&signed_in, records.now());
        writes.extend(scans::hold_all(&sources)?);
        let observations = sources.iter().map(|source| source.id.as_str());
        for (name, resource) in [
            ("DocumentReference", document::document(&kept.stored.id, &file, observations, &scan)),
            ("Binary", document::binary(&kept.stored.id, &file)),
        ] {
            let before = scans::current(&records, &signed_in, name, &kept.stored.id).await?;
            let precondition = Some(before.map_or(Precondition::Absent, |before| before.version.into()));
            writes.insert(0, Write::Update { resource, id: kept.stored.id.clone(), precondition });
        }
        Ok(scans::written(&records, &signed_in, writes).await?.map(|_| file))
    })
    .await?;
    let name = format!("attachment; filename=\"face-scan-{}.pdf\"", &*path);
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/pdf"))
        .insert_header((CONTENT_DISPOSITION, name))
        .body(file))
}

/// What the report tells, by what is stored, and the Observations that it is made of beside the result's own.
async fn told(
    records: &Records,
    signed_in: &SessionCaller,
    kept: &Kept,
    session: &Session,
) -> Result<(Report, BTreeSet<Source>), Refusal> {
    let now = records.now();
    let known = known(records, signed_in).await?;
    let person = known.person(now);
    let profile = known.profile(now);
    let measured = Measured { sex: person.sex, age: person.age, ..Measured::default() };
    let result = result::result(&kept.report, &kept.observations, measured);
    let said = risk::said(&person);
    let risk = risk::answer(&said, &person, &profile, &known.inputs(now).0)
        .ok_or_else(|| Error::internal("no equation"))?;
    let until = kept.observations.iter().filter_map(from_fhir::reading::measured_at).max();
    let wanted = vitals::ALL.map(|vital| Before { vital, until_us: until, beside: None });
    let readings = readings::before(records, signed_in, &session.patient, &wanted, MOST_POINTS).await?;
    let practitioner = me::practitioner(records, &signed_in.caller.quietly(), &signed_in.account).await?;
    let name = crate::vendors::smartscan::from_fhir::account::user(&signed_in.account, &practitioner).name;
    let told =
        Told { name: &name, result: &result, profile: &profile, readings: &readings, risk: &risk, now };
    let drawn = from_fhir::report::sources(&readings).cloned();
    Ok((from_fhir::report::report(&told), known.sources().into_iter().chain(drawn).collect()))
}
