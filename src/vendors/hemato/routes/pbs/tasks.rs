//! `POST /pbs/:id/tasks`.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, post, web};
use url::Url;

use crate::core::Secret;
use crate::platform::delivery::Deliveries;
use crate::records::along::{Addresses, Along};
use crate::records::errands::Purpose;
use crate::records::{Beside, Records};
use crate::vendors::hemato::body::{After, Json};
use crate::vendors::hemato::caller::Member;
use crate::vendors::hemato::errors::Refusal;
use crate::vendors::hemato::from_fhir::study;
use crate::vendors::hemato::jobs::callback::{Callback, Event};
use crate::vendors::hemato::settings::Surroundings;
use crate::vendors::hemato::state::State;
use crate::vendors::hemato::store::{context, current, hold, repeated, unless_late, update};
use crate::vendors::hemato::studies::models::would_say_more;
use crate::vendors::hemato::studies::{self, Study, files};
use crate::vendors::hemato::tasks::{DiagnosticTask, checked, named};
use crate::vendors::hemato::to_fhir::study::{active, asked};
use crate::vendors::hemato::{addresses, envelope, operations, wire};

/// Requests a diagnostic study. From then on the study takes no more files. The same tasks are requested once; a study whose review failed
/// is reviewed again, and so is one whose report other models made than those of today, unless a person has signed it.
#[utoipa::path(tag = "pbs", operation_id = "request_tasks", params(("id" = String, Path, description = "The study's id")),
    request_body(content = wire::TasksWanted, content_type = "application/json"),
    responses((status = 202, description = "It is requested", body = wire::Envelope<wire::TaskResults>),
        (status = 400, description = "A task is unknown or none is named, the study has no file or not all of them, or the callback must not be called", body = wire::Failure),
        (status = 404, description = "There is no such study in this region, or the caller may not see it", body = wire::Failure),
        (status = 429, description = "Too many studies wait: `Retry-After` says how long to wait", body = wire::Failure)),
    security(("hemato_token" = [])))]
#[post("/pbs/{id}/tasks")]
pub async fn request_tasks(
    path: web::Path<String>,
    After(member, Json(sent)): After<Member, Json<wire::TasksWanted>>,
    records: web::Data<Records>,
    surroundings: web::Data<Surroundings>,
    deliveries: web::Data<Deliveries>,
) -> Result<HttpResponse, Refusal> {
    let study = studies::find(&records, &member, &path).await?;
    let tasks = checked(named(&sent.tasks)?.unwrap_or_default())?;
    let callback = match &sent.callback_url {
        Some(text) => Some(addresses::checked(&surroundings.egress, "callback_url", text).await?),
        None => None,
    };
    repeated(async || {
        let study = studies::find(&records, &member, &path).await?;
        if is_known(&study, &tasks) && !is_old(&records, &surroundings, &member, &study).await? {
            if let Some(callback) = &callback
                && told_too(&records, &member, &study, (&tasks, callback)).await?.is_none()
            {
                return Ok(None);
            }
            records.audit_answer(&member.caller, operations::REQUEST_TASKS, &study.task).await?;
            return Ok(Some(()));
        }
        if files::of(&records, &member.caller, &study.id).await?.is_empty() {
            return Err(Refusal::Invalid("The study has no file yet.".to_owned()));
        }
        if study::is_unfetched(&study.asked) {
            let text = "The study's files did not all come: make the study again.";
            return Err(Refusal::Invalid(text.to_owned()));
        }
        let context = context(&records, member.reference());
        let writes = vec![
            update(&study.task, asked(study.asked.clone(), &tasks, &context)),
            update(&study.stored, active(study.request.clone())),
        ];
        let job = surroundings.queue.job(&study.id);
        let addresses =
            |purpose, all| Addresses { subject: study.id.clone(), purpose, all, unless_known: false };
        let callback = callback.iter().map(ToString::to_string).collect();
        // Who asks here is told in short, without an address.
        let addresses = vec![addresses(Purpose::Callback, callback), addresses(Purpose::Base, Vec::new())];
        let along = Along { addresses, ..Along::default() };
        let written = records.transact_along(&member.caller, writes, &Beside::asking(job), along).await;
        Ok(unless_late(written)?.map(|_| ()))
    })
    .await?;
    surroundings.queue.wake();
    deliveries.wake();
    let tasks = tasks.into_iter().map(DiagnosticTask::as_str).collect();
    let results = wire::TaskResults { pbs_study_id: study.id, tasks };
    Ok(envelope::success(StatusCode::ACCEPTED, results))
}

/// Has whoever asks again for the same called back too: at once where there is a report, else when there is one. None where another
/// request was faster.
async fn told_too(
    records: &Records,
    member: &Member,
    study: &Study,
    (tasks, callback): (&[DiagnosticTask], &Url),
) -> Result<Option<()>, Refusal> {
    let to = Secret::new(callback.to_string());
    let report = current(records, &member.caller, "DiagnosticReport", &study.id).await?;
    let (write, beside, all) = match report.filter(|_| study.state() == State::Ready) {
        Some(report) => {
            let event = Event::ReportReady(report.version);
            (hold("Task", &study.task)?, Callback::at(to).telling(study, &[event]), Vec::new())
        }
        // Whoever reviews it goes on from the Task, and looks for the address then.
        None => {
            let asked = asked(study.asked.clone(), tasks, &context(records, member.reference()));
            (update(&study.task, asked), Beside::default(), vec![to.into_inner()])
        }
    };
    let is_told = all.is_empty();
    let address =
        Addresses { subject: study.id.clone(), purpose: Purpose::Callback, all, unless_known: false };
    let addresses = if is_told { Vec::new() } else { vec![address] };
    let along = Along { addresses, ..Along::default() };
    let written = records.transact_along(&member.caller, vec![write], &beside, along).await;
    Ok(unless_late(written)?.map(|_| ()))
}

/// Whether other models made the report than those that would make it now.
async fn is_old(
    records: &Records,
    surroundings: &Surroundings,
    member: &Member,
    study: &Study,
) -> Result<bool, Refusal> {
    match study.state() {
        State::Ready => {
            Ok(would_say_more(records, &member.caller, &study.id, surroundings.smears.models()).await?)
        }
        State::Created | State::Processing | State::Failed => Ok(false),
    }
}

/// Whether these tasks are worked on, or done.
fn is_known(study: &Study, tasks: &[DiagnosticTask]) -> bool {
    let known = study::tasks(&study.asked);
    let all_known = tasks.iter().all(|task| known.contains(&task.as_str()));
    match study.state() {
        State::Created | State::Failed => false,
        State::Processing | State::Ready => all_known,
    }
}
