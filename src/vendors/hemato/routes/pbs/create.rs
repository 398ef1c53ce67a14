//! `POST /pbs`: a study whose files are uploaded afterwards, or one whose files are fetched.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, post, web};
use serde_json::json;

use crate::core::Secret;
use crate::http::arrival::Arrival;
use crate::records::Records;
use crate::records::errands::Purpose;
use crate::vendors::hemato::body::{After, Json};
use crate::vendors::hemato::caller::Member;
use crate::vendors::hemato::errors::Refusal;
use crate::vendors::hemato::from_fhir::{identifier, study};
use crate::vendors::hemato::settings::Surroundings;
use crate::vendors::hemato::store::context;
use crate::vendors::hemato::studies::document::{Sample, some};
use crate::vendors::hemato::studies::make::{Errand, make};
use crate::vendors::hemato::tasks::{checked, named};
use crate::vendors::hemato::to_fhir::study::New;
use crate::vendors::hemato::{addresses, codes, envelope, tags, wire};

/// The tag by which a client stands for a patient.
const PROXY_TAG: &str = "patient_proxy_id";

/// Makes a study. With `list_url`, or `files`, its files are fetched from there and reviewed; otherwise they are uploaded afterwards.
#[utoipa::path(tag = "pbs", operation_id = "create_study", request_body(content = wire::NewStudy, content_type = "application/json"),
    responses((status = 201, description = "The study: files can be uploaded", body = wire::Envelope<wire::StudyCreated>),
        (status = 202, description = "The study: its files are fetched", body = wire::Envelope<wire::StudyAccepted>),
        (status = 400, description = "A field is wrong, a tag may name a person, a task is unknown, or an address must not be called", body = wire::Failure),
        (status = 429, description = "Too many studies wait: `Retry-After` says how long to wait", body = wire::Failure)),
    security(("hemato_token" = [])))]
#[post("/pbs")]
pub async fn create_study(
    After(member, Json(sent)): After<Member, Json<wire::NewStudy>>,
    arrival: Arrival,
    records: web::Data<Records>,
    surroundings: web::Data<Surroundings>,
) -> Result<HttpResponse, Refusal> {
    let tags = sent.tags.clone().unwrap_or_default();
    let mut warnings = tags::checked(&tags, surroundings.tags)?;
    let sample = Sample::checked(&sent.document)?;
    warnings.extend(sample.warnings.iter().cloned());
    let fetched = fetched(&member, &sent, &surroundings).await?;
    let id = records.new_id();
    let (tasks, errand) = match fetched {
        None => (Vec::new(), Errand::default()),
        Some((tasks, mut errand)) => {
            errand.job = Some(surroundings.queue.job(&id));
            errand.addresses.push((Purpose::Base, vec![arrival.base()]));
            (tasks, errand)
        }
    };
    let is_fetched = errand.job.is_some();
    let tagged = tags.get(PROXY_TAG).filter(|proxy| !proxy.trim().is_empty()).cloned();
    let proxy = sample.proxy.clone().or(tagged);
    let new =
        New { id, region: member.region, tags, patient: None, sample: sample.id, taken: sample.taken, tasks };
    let context = context(&records, member.reference());
    let request = make(&records, &member.caller, &new, proxy.as_deref(), &errand, &context).await?;
    let pbs_study_id = identifier(&request, codes::STUDY).unwrap_or_default().to_owned();
    let debug_info = if warnings.is_empty() { json!({}) } else { json!({ "warnings": warnings }) };
    if is_fetched {
        surroundings.queue.wake();
        let results = wire::StudyAccepted { pbs_study_id, file_ids: Vec::new() };
        return Ok(envelope::success_with(StatusCode::ACCEPTED, results, &debug_info));
    }
    let tags = study::tags(&request);
    let results = wire::StudyCreated { pbs_id: pbs_study_id.clone(), pbs_study_id, tags };
    Ok(envelope::success_with(StatusCode::CREATED, results, &debug_info))
}

/// What is fetched for a study, and the tasks that are wanted; none where its files are uploaded.
async fn fetched(
    member: &Member,
    sent: &wire::NewStudy,
    surroundings: &Surroundings,
) -> Result<Option<(Vec<crate::vendors::hemato::tasks::DiagnosticTask>, Errand)>, Refusal> {
    let document = &sent.document;
    let tasks = named(&document.tasks)?;
    let mut errand = Errand::default();
    let address = async |field: &str, text: &Secret<String>| {
        addresses::checked(&surroundings.egress, field, text).await.map(String::from)
    };
    match (&sent.list_url, &document.files) {
        (None, None) => {
            let is_empty = tasks.is_none()
                && document.callback_url.is_none()
                && document.peripheral_blood_sample_id.is_none();
            let problem = "or files must say where the files are";
            return if is_empty { Ok(None) } else { Err(Refusal::field("list_url", problem)) };
        }
        (Some(_), Some(_)) => return Err(Refusal::field("list_url", "and files cannot both be given")),
        (Some(list), None) => errand.addresses.push((Purpose::List, vec![address("list_url", list).await?])),
        (None, Some(files)) => {
            some(files)?;
            let all = addresses::all_checked(&surroundings.egress, "files", files).await?;
            errand.addresses.push((Purpose::File, all));
        }
    }
    member.sees_all()?;
    let tasks = checked(tasks.unwrap_or_default())?;
    if let Some(callback) = &document.callback_url {
        errand.addresses.push((Purpose::Callback, vec![address("callback_url", callback).await?]));
    }
    Ok(Some((tasks, errand)))
}
