//! `POST /api/scans` (contract IM-20, IM-21).

use actix_web::{HttpResponse, post, web};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::core::Secret;
use crate::http::arrival::Arrival;
use crate::identity::Identity;
use crate::inference::picture::{Decoder, Format};
use crate::platform::delivery::{Deliveries, Notice};
use crate::platform::queue::Queue;
use crate::records::bundle::{Entry, Target, Wanted};
use crate::records::{Beside, Error, Precondition, Records, Stored, Write, Written};
use crate::vendors::imagemedix::body::After;
use crate::vendors::imagemedix::caller::SignedIn;
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::events::{Event, Told};
use crate::vendors::imagemedix::from_fhir::{patient, scan};
use crate::vendors::imagemedix::scans::files::Addresses;
use crate::vendors::imagemedix::state::State;
use crate::vendors::imagemedix::store::{context, hold, is_late, new_id, repeated, resource_type};
use crate::vendors::imagemedix::to_fhir::Context;
use crate::vendors::imagemedix::to_fhir::care_team::care_team;
use crate::vendors::imagemedix::to_fhir::patient::unknown;
use crate::vendors::imagemedix::to_fhir::scan::{File, New};
use crate::vendors::imagemedix::upload::Upload;
use crate::vendors::imagemedix::{file_name, patients, text, time, wire};

/// Takes a scan in. Where no patient has the `patientId`, one is added and assigned to the caller.
#[utoipa::path(tag = "scans", operation_id = "create_scan",
    request_body(content = wire::NewScan, content_type = "multipart/form-data"),
    responses((status = 201, description = "The scan", body = wire::TakenScan),
        (status = 400, description = "A field is missing or wrong, or the image is no JPEG or PNG picture of at most 50 MB", body = wire::Failure),
        (status = 403, description = "The patient is not assigned to the caller", body = wire::Failure)),
    security(("session_token" = [])))]
#[post("/api/scans")]
pub async fn create_scan(
    After(signed_in, upload): After<SignedIn, Upload>,
    records: web::Data<Records>,
    identity: web::Data<Identity>,
    decoder: web::Data<Decoder>,
    queue: web::Data<Queue>,
    deliveries: web::Data<Deliveries>,
    arrival: Arrival,
) -> Result<HttpResponse, Refusal> {
    let sent = Sent::checked(&upload, records.now())?;
    let file = file(&decoder, &upload, records.now()).await?;
    let stored = repeated(async || {
        let data = encoded(upload.image.expose().clone()).await?;
        store(&records, &queue, &signed_in, &sent, (&file, data)).await
    })
    .await?;
    queue.wake();
    deliveries.wake();
    let addresses = Addresses::new(&identity, &signed_in.account, &arrival);
    Ok(HttpResponse::Created().json(shown(&stored, &addresses)?))
}

/// The checked texts of the form.
struct Sent {
    patient_id: String,
    patient_name: String,
    taken: DateTime<Utc>,
}

impl Sent {
    fn checked(upload: &Upload, now: DateTime<Utc>) -> Result<Self, Refusal> {
        Ok(Self {
            patient_id: text::required("patientId", &upload.patient_id, text::NAME)?,
            patient_name: text::required("patientName", &upload.patient_name, text::NAME)?,
            taken: match &upload.scan_date {
                Some(date) => time::taken("scanDate", date, now)?,
                None => now,
            },
        })
    }
}

/// Looks at the picture: what is no JPEG or PNG file by its content is refused, whatever it is called.
async fn file(decoder: &Decoder, upload: &Upload, now: DateTime<Utc>) -> Result<File, Refusal> {
    let bytes = upload.image.expose();
    let ending = match Format::of(bytes) {
        Some(Format::Jpeg) => "jpg",
        Some(Format::Png) => "png",
        Some(Format::Gif | Format::WebP | Format::Dicom) | None => {
            return Err(Refusal::field("image", "must be a JPEG or PNG picture"));
        }
    };
    let picture = decoder.decode(bytes.clone()).await;
    let picture = picture.map_err(|fault| Refusal::Invalid(format!("image cannot be taken: {fault}")))?;
    let name = upload.file_name.as_ref().map(|name| name.expose().as_str());
    let hashed = bytes.clone();
    let sha256 = web::block(move || hex::encode(Sha256::digest(hashed))).await.map_err(Error::internal)?;
    Ok(File {
        name: file_name::kept(name, ending, now),
        media_type: picture.format().media_type(),
        width: picture.width(),
        height: picture.height(),
        size_bytes: picture.size_bytes(),
        sha256,
    })
}

/// A large picture takes long enough to hold up other requests of a thread.
async fn encoded(bytes: Bytes) -> Result<Secret<String>, Refusal> {
    let encoded = web::block(move || Secret::new(STANDARD.encode(bytes))).await;
    Ok(encoded.map_err(Error::internal)?)
}

/// Stores the scan, and what was stored of it; none where another request came first.
async fn store(
    records: &Records,
    queue: &Queue,
    signed_in: &SignedIn,
    sent: &Sent,
    (file, data): (&File, Secret<String>),
) -> Result<Option<Vec<Value>>, Refusal> {
    let (id, context) = (new_id(records), context(records, signed_in));
    let beside = Beside::asking(queue.job(&id)).and_telling(uploaded(records, &id, sent)?);
    let scan = |patient: &str| New {
        id: id.clone(),
        patient: patient.to_owned(),
        name: sent.patient_name.clone(),
        taken: sent.taken,
        file: file.clone(),
    };
    if let Some(patient) = patients::with_patient_id(records, signed_in, &sent.patient_id).await? {
        let create = |(_, resource)| Write::Create { resource, id: Some(id.clone()) };
        let resources = resources(&scan(&patient.id), data, &new_id(records), &context);
        let mut writes: Vec<_> = resources.into_iter().map(create).collect();
        writes.push(hold("Patient", &patient)?);
        let written = records.transact_beside(&signed_in.caller, writes, &beside).await;
        return told(written, Some(patient.json()?));
    }
    let patient = new_id(records);
    let team = care_team(&patient, &patient, &patient, &signed_in.reference());
    let resource = unknown(&patient, &sent.patient_id, &sent.patient_name);
    // Whoever comes with the same id at the same time waits, and finds this one.
    let target = Target::Where(patients::criteria(&sent.patient_id));
    let mut entries = vec![
        entry(0, "Patient", resource, target)?,
        entry(1, "CareTeam", team, Target::Id(patient.clone()))?,
    ];
    for (name, resource) in resources(&scan(&patient), data, &new_id(records), &context) {
        entries.push(entry(entries.len(), name, resource, Target::Id(id.clone()))?);
    }
    let count = entries.len();
    let also = async |records: &Records, _: &[Written]| {
        patients::refuse_another(records, signed_in, &sent.patient_id).await?;
        records.do_beside(&signed_in.caller, &beside).await
    };
    let written = records.transaction(&signed_in.caller, entries, ("", count), also).await;
    told(written.map(|(written, ())| written).map_err(found_meanwhile), None)
}

/// What webhooks are told of it.
fn uploaded(records: &Records, id: &str, sent: &Sent) -> Result<Notice, Error> {
    let told = Told::new(id, Some(sent.patient_id.clone()), State::Pending, None);
    told.notice(Event::Uploaded, new_id(records), records.now())
}

/// No patient had the id before: where its Patient is another than the one that is made, another request came first.
fn found_meanwhile(error: Error) -> Error {
    let is_another = matches!(&error, Error::InEntry(_, error) if matches!(**error, Error::BadRequest(..)));
    if is_another { Error::Conflict } else { error }
}

/// What was stored but the picture's bytes; none where another request came first.
fn told(written: Result<Vec<Written>, Error>, patient: Option<Value>) -> Result<Option<Vec<Value>>, Refusal> {
    let written = written.map_err(|error| if let Error::InEntry(_, error) = error { *error } else { error });
    match written {
        Ok(written) => {
            let stored = written.iter().filter_map(|written| written.stored.as_ref());
            let stored = stored.filter(|stored| stored.resource_type != "Binary").map(Stored::json);
            Ok(Some(stored.chain(patient.map(Ok)).collect::<Result<_, _>>()?))
        }
        Err(error) if is_late(&error) || matches!(error, Error::MultipleMatches) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// All that a scan is made of; what others point at comes first.
fn resources(new: &New, data: Secret<String>, job: &str, context: &Context) -> [(&'static str, Value); 5] {
    [
        ("ImagingStudy", new.imaging_study()),
        ("Media", new.media(context)),
        ("Binary", new.binary(data)),
        ("Task", new.task(job, context)),
        ("Provenance", new.provenance(context)),
    ]
}

fn entry(at: usize, name: &'static str, resource: Value, target: Target) -> Result<Entry, Error> {
    let wanted = Wanted::Update { resource, target, precondition: Some(Precondition::Absent) };
    Ok(Entry { at, full_url: None, resource_type: resource_type(name)?, wanted })
}

/// The scan by what was stored, and by the Patient, where one was added or held.
fn shown(stored: &[Value], addresses: &Addresses<'_>) -> Result<wire::TakenScan, Error> {
    let of = |name: &str| {
        let found = stored.iter().find(|one| one.get("resourceType").and_then(Value::as_str) == Some(name));
        found.ok_or_else(|| Error::internal("a transaction without its results"))
    };
    let study = of("ImagingStudy")?;
    let id = scan::id(study).unwrap_or_default();
    Ok(wire::TakenScan {
        id: id.to_owned(),
        patient_id: patient::patient_id(of("Patient")?),
        patient_name: scan::patient_name(study).unwrap_or_default().to_owned(),
        scan_date: scan::taken(study),
        image_url: scan::file_name(of("Media")?).map(|name| addresses.picture(id, name)),
        status: State::of(of("Task")?).as_str(),
    })
}
