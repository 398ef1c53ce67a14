//! `POST /api/scans` (contract IM-20, IM-21).

use actix_web::{HttpResponse, post, web};
use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::core::config::dicom::DicomSettings;
use crate::http::arrival::Arrival;
use crate::identity::Identity;
use crate::imaging::arrived::Arrived;
use crate::imaging::instance::DICOM;
use crate::imaging::scan::{New, binary, binary_beside};
use crate::inference::dicom::DicomReader;
use crate::inference::picture::Decoder;
use crate::platform::delivery::{Deliveries, Notice};
use crate::platform::queue::Queue;
use crate::records::along::Along;
use crate::records::bundle::{Entry, Target, Wanted};
use crate::records::{Beside, Error, Precondition, Records, Stored, Write, Written};
use crate::vendors::imagemedix::body::After;
use crate::vendors::imagemedix::caller::SignedIn;
use crate::vendors::imagemedix::errors::Refusal;
use crate::vendors::imagemedix::events;
use crate::vendors::imagemedix::from_fhir::{patient, scan};
use crate::vendors::imagemedix::scans::files::Addresses;
use crate::vendors::imagemedix::scans::taken::{Around, Readers, Taken, encoded, taken};
use crate::vendors::imagemedix::state::State;
use crate::vendors::imagemedix::store::{context, hold, is_late, new_id, repeated, resource_type};
use crate::vendors::imagemedix::to_fhir::Context;
use crate::vendors::imagemedix::to_fhir::care_team::care_team;
use crate::vendors::imagemedix::to_fhir::patient::unknown;
use crate::vendors::imagemedix::upload::Upload;
use crate::vendors::imagemedix::{patients, text, time, wire};

/// Takes a scan in. Where no patient has the `patientId`, one is added and assigned to the caller.
#[utoipa::path(tag = "scans", operation_id = "create_scan",
    request_body(content = wire::NewScan, content_type = "multipart/form-data"),
    responses((status = 201, description = "The scan", body = wire::TakenScan),
        (status = 400, description = "A field is missing or wrong, or the image is no JPEG or PNG picture of at most 50 MB and no DICOM file that can be read", body = wire::Failure),
        (status = 404, description = "Another doctor's patient has the `patientId`", body = wire::Failure)),
    security(("session_token" = [])))]
#[post("/api/scans")]
#[expect(
    clippy::too_many_arguments,
    reason = "what reads files of two kinds is taken from the server's own state"
)]
pub async fn create_scan(
    After(signed_in, upload): After<SignedIn, Upload>,
    records: web::Data<Records>,
    identity: web::Data<Identity>,
    decoder: web::Data<Decoder>,
    dicom: web::Data<DicomReader>,
    settings: web::Data<DicomSettings>,
    queue: web::Data<Queue>,
    deliveries: web::Data<Deliveries>,
    arrival: Arrival,
) -> Result<HttpResponse, Refusal> {
    let (now, tenant) = (records.now(), signed_in.caller.tenant);
    let sent = Sent::checked(&upload, now)?;
    let key = identity.pseudonym_key(tenant);
    let around = Around {
        name: upload.file_name.as_ref().map(|name| name.expose().as_str()),
        patient_id: &sent.patient_id,
        patient_name: &sent.patient_name,
        now,
        pseudonyms: sent.deidentify.unwrap_or(settings.deidentify).then_some(&key),
    };
    let readers = Readers { decoder: &decoder, dicom: &dicom };
    let file = taken(readers, upload.image.expose(), &around, new_id(&records)).await?;
    if file.dicom.is_none() && sent.deidentify == Some(true) {
        return Err(Refusal::field("deidentify", "is for DICOM files alone"));
    }
    let stored =
        repeated(&sent.patient_id, async || store(&records, &queue, &signed_in, &sent, &file).await).await?;
    queue.wake();
    deliveries.wake();
    let addresses = Addresses::new(&identity, &signed_in.account, &arrival);
    Ok(HttpResponse::Created().json(shown(&stored, &addresses)?))
}

/// The checked texts of the form.
struct Sent {
    patient_id: String,
    patient_name: String,
    taken: Option<DateTime<Utc>>,
    deidentify: Option<bool>,
}

impl Sent {
    fn checked(upload: &Upload, now: DateTime<Utc>) -> Result<Self, Refusal> {
        let taken = upload.scan_date.as_ref().map(|date| time::taken("scanDate", date, now));
        let deidentify = upload.deidentify.as_deref().map(|word| match word.trim() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(Refusal::field("deidentify", "must be true or false")),
        });
        Ok(Self {
            patient_id: text::required("patientId", &upload.patient_id, text::NAME)?,
            patient_name: text::required("patientName", &upload.patient_name, text::NAME)?,
            taken: taken.transpose()?,
            deidentify: deidentify.transpose()?,
        })
    }
}

/// Stores the scan, and what was stored of it; none where another request came first.
async fn store(
    records: &Records,
    queue: &Queue,
    signed_in: &SignedIn,
    sent: &Sent,
    file: &Taken,
) -> Result<Option<Vec<Value>>, Refusal> {
    let (id, context) = (new_id(records), context(records, signed_in));
    let beside = Beside::asking(queue.job(&id)).and_telling(uploaded(records, &id, sent)?);
    let scan = |patient: &str| New {
        id: id.clone(),
        patient: patient.to_owned(),
        name: sent.patient_name.clone(),
        taken: sent.taken.or(file.began).or(Some(context.now)),
        file: Some(file.picture.clone()),
        instances: file.dicom.iter().map(|(instance, _)| instance.clone()).collect(),
        notes: file.warnings.clone(),
    };
    if let Some(patient) = patients::with_patient_id(records, signed_in, &sent.patient_id).await? {
        let create = |(_, id, resource)| Write::Create { resource, id: Some(id) };
        let resources = resources(&scan(&patient.id), file, &new_id(records), &context).await?;
        let mut writes: Vec<_> = resources.into_iter().map(create).collect();
        writes.push(hold("Patient", &patient)?);
        let written = records.transact_along(&signed_in.caller, writes, &beside, along(file)).await;
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
    for (name, id, resource) in resources(&scan(&patient), file, &new_id(records), &context).await? {
        entries.push(entry(entries.len(), name, resource, Target::Id(id))?);
    }
    let count = entries.len();
    let also = async |records: &Records, _: &[Written]| {
        patients::refuse_another(records, signed_in, &sent.patient_id).await?;
        records.do_beside(&signed_in.caller, &beside).await
    };
    let original = || along(file);
    let written = records.transaction_along(&signed_in.caller, entries, ("", count), original, also).await;
    told(written.map(|(written, ())| written).map_err(found_meanwhile), None)
}

/// What webhooks are told of it.
fn uploaded(records: &Records, id: &str, sent: &Sent) -> Result<Notice, Error> {
    let (scan, patient_id) = (id.to_owned(), Some(sent.patient_id.clone()));
    events::uploaded(Arrived { scan, patient_id, notice: new_id(records), now: records.now() })
}

/// The bytes of the DICOM file, which are kept beside its Binary.
fn along(file: &Taken) -> Along {
    match &file.dicom {
        Some((instance, content)) => Along::of(&instance.id, content),
        None => Along::default(),
    }
}

/// No patient had the id before: where its Patient is another than the one that is made, another request came first.
fn found_meanwhile(error: Error) -> Error {
    let is_another = matches!(&error, Error::InEntry(_, error) if matches!(**error, Error::BadRequest(..)));
    if is_another { Error::Conflict } else { error }
}

/// What was stored but the picture's bytes; none where another request came first.
fn told(written: Result<Vec<Written>, Error>, patient: Option<Value>) -> Result<Option<Vec<Value>>, Refusal> {
    let written = written.map_err(Error::of_entry);
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

/// All that a scan is made of, with type and id; what others point at comes first.
async fn resources(
    new: &New,
    taken: &Taken,
    job: &str,
    context: &Context,
) -> Result<Vec<(&'static str, String, Value)>, Refusal> {
    let own = |name, resource| (name, new.id.clone(), resource);
    let (picture, data) = (&taken.picture, encoded(taken.bytes.clone()).await?);
    let mut all = vec![
        own("ImagingStudy", new.imaging_study()),
        own("Media", new.media(picture, context)),
        own("Binary", binary(&new.id, picture.media_type, data)),
    ];
    if let Some((instance, _)) = &taken.dicom {
        all.push(("Media", instance.id.clone(), instance.media(new, context)));
        all.push(("Binary", instance.id.clone(), binary_beside(&instance.id, DICOM)));
    }
    all.push(own("Task", new.task(job, context)));
    all.push(own("Provenance", new.provenance(context)));
    Ok(all)
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
        dicom_url: scan::dicom_name(study).map(|name| addresses.picture(id, name)),
        warnings: scan::warnings(study),
        // As the vendor answers whoever asks for an analysis: it is taken on. Until somebody begins, the scan itself says that it waits.
        status: State::Processing.as_str(),
    })
}
