//! `POST /api/scans/:id/report` (contract IM-28).

use actix_web::{HttpResponse, post, web};
use serde_json::{Number, Value};

use crate::http::arrival::Arrival;
use crate::http::turns::drawn;
use crate::identity::Identity;
use crate::inference::picture::Decoder;
use crate::records::{Error, Precondition, Records, Write};
use crate::vendors::imagemedix::caller::SignedIn;
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::from_fhir::analysis::region;
use crate::vendors::imagemedix::from_fhir::report::{Told, model, reader, report};
use crate::vendors::imagemedix::from_fhir::scan as from_scan;
use crate::vendors::imagemedix::people::People;
use crate::vendors::imagemedix::report::{Picture, Report, pdf};
use crate::vendors::imagemedix::scans::files::Addresses;
use crate::vendors::imagemedix::scans::{self, Found, Scan, picture as pictures};
use crate::vendors::imagemedix::store::{context, current, hold, repeated, resource_type, update, written};
use crate::vendors::imagemedix::to_fhir::report as to_fhir;
use crate::vendors::imagemedix::to_fhir::scan::touched;
use crate::vendors::imagemedix::wire;

/// So many versions are looked through for what a model found.
const MOST_VERSIONS: usize = 50;

/// Makes a report of a scan as a PDF, and keeps it with the scan.
#[utoipa::path(tag = "scans", operation_id = "create_report", params(("id" = String, Path, description = "The scan's id")),
    responses((status = 200, description = "Where the report is", body = wire::Report),
        (status = 400, description = "Nothing was found in the scan yet", body = wire::Failure),
        (status = 404, description = "There is no such scan, or the caller may not see it", body = wire::Failure)),
    security(("session_token" = [])))]
#[post("/api/scans/{id}/report")]
pub async fn create_report(
    path: web::Path<String>,
    signed_in: SignedIn,
    records: web::Data<Records>,
    identity: web::Data<Identity>,
    decoder: web::Data<Decoder>,
    arrival: Arrival,
) -> Result<HttpResponse, Refusal> {
    let id = repeated(&path, async || {
        let scan = scans::find(&records, &signed_in, &path).await?;
        let found = (
            scan.observation(&records, &signed_in.caller).await?,
            scan.report(&records, &signed_in.caller).await?,
        );
        let (Some(observation), Some(kept)) = found else { return Err(not_analysed()) };
        let told = told(&records, &signed_in, &decoder, &scan, &observation).await?;
        let file = drawn(move || pdf(&told)).await?;
        let mut writes = writes(&records, &signed_in, &scan, &kept, &file).await?;
        let asked = touched(scan.asked()?, &context(&records, &signed_in));
        writes.push(update(&scan.task, asked));
        writes.extend([hold("Observation", &observation.stored)?, hold("ImagingStudy", &scan.stored)?]);
        Ok(written(&records, &signed_in.caller, writes).await?.map(|_| scan.id))
    })
    .await?;
    let report_url = Addresses::new(&identity, &signed_in.account, &arrival).report(&id);
    Ok(HttpResponse::Ok().json(wire::Report { message: "Report generated successfully", report_url }))
}

fn not_analysed() -> Refusal {
    Refusal::Invalid("The scan has no result yet that could be reported".to_owned())
}

/// What the report tells, by what is stored.
async fn told(
    records: &Records,
    signed_in: &SignedIn,
    decoder: &Decoder,
    scan: &Scan,
    observation: &Found,
) -> Result<Report, Refusal> {
    let patient = match scan.patient() {
        Some(id) => current(records, &signed_in.caller, "Patient", id).await?,
        None => None,
    };
    let patient = patient.map(|stored| stored.json()).transpose()?;
    let reader = match reader(&observation.json) {
        Some(id) => Some(People::named(records, signed_in, &[id]).await?.person(id).name),
        None => None,
    };
    let told = Told {
        id: &scan.id,
        study: &scan.study,
        patient: patient.as_ref(),
        observation: &observation.json,
        version: observation.stored.version,
        reader,
        model: found_by(records, signed_in, observation).await?,
        picture: picture(records, signed_in, decoder, scan, &observation.json).await?,
        now: records.now(),
    };
    report(told).ok_or_else(not_analysed)
}

/// The model that found it, and in which version: a person's word takes the place of a model's, which stays in the versions before.
async fn found_by(
    records: &Records,
    signed_in: &SignedIn,
    observation: &Found,
) -> Result<Option<(String, i64)>, Refusal> {
    let last = observation.stored.version;
    if let Some(model) = model(&observation.json) {
        return Ok(Some((model, last)));
    }
    let caller = signed_in.caller.quietly();
    for version in (1..last).rev().take(MOST_VERSIONS) {
        let found =
            records.vread(&caller, resource_type("Observation")?, &observation.stored.id, version).await;
        match found.map(|stored| stored.json()) {
            Ok(json) => {
                if let Some(model) = model(&json?) {
                    return Ok(Some((model, version)));
                }
            }
            // A version that was taken away tells nothing.
            Err(Error::NotFound | Error::Gone) => {}
            Err(other) => return Err(other.into()),
        }
    }
    Ok(None)
}

/// The picture with its marks and the region of what was found.
async fn picture(
    records: &Records,
    signed_in: &SignedIn,
    decoder: &Decoder,
    scan: &Scan,
    observation: &Value,
) -> Result<Option<Picture>, Refusal> {
    let Some(sides) = scan.media.as_ref().and_then(from_scan::sides) else { return Ok(None) };
    let bytes = pictures::of_scan(records, &signed_in.caller, scan).await?;
    let Some(jpeg) = pictures::small(decoder, bytes).await? else { return Ok(None) };
    let marks = scan.annotations(records, &signed_in.caller).await?;
    let place = |number: &Number| number.to_string().parse::<f32>().unwrap_or_default();
    let marks = marks.into_iter().map(|mark| (place(&mark.x), place(&mark.y), mark.text)).collect();
    let region =
        region(observation).map(|one| [one.left, one.top, one.right, one.bottom].map(|edge| place(&edge)));
    // Sides have at most five digits.
    let [width, height] = sides.map(|side| u16::try_from(side).map_or(f32::from(u16::MAX), f32::from));
    Ok(Some(Picture { jpeg, sides: (width, height), region, marks }))
}

/// Keeps the file, and tells of it.
async fn writes(
    records: &Records,
    signed_in: &SignedIn,
    scan: &Scan,
    report: &Found,
    file: &[u8],
) -> Result<Vec<Write>, Refusal> {
    let context = context(records, signed_in);
    let attachment = to_fhir::attachment(&scan.id, file, &context);
    let presenting = to_fhir::presenting(report.json.clone(), &attachment);
    let mut writes = vec![update(&report.stored, presenting)];
    let document = to_fhir::document(&scan.id, (&report.stored.id, &report.json), &attachment, &context);
    let binary = to_fhir::binary(&scan.id, &report.stored.id, file);
    for (name, id, resource) in
        [("DocumentReference", scan.id.clone(), document), ("Binary", to_fhir::binary_id(&scan.id), binary)]
    {
        let before = current(records, &signed_in.caller, name, &id).await?;
        let precondition = Some(before.map_or(Precondition::Absent, |before| before.version.into()));
        writes.push(Write::Update { resource, id, precondition });
    }
    Ok(writes)
}
