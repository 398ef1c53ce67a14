//! `GET /pbs/:id/report`.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, get, web};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::fhir::date::Interval;
use crate::identity::Caller;
use crate::records::history::{Of, Query as Versions};
use crate::records::{Error, Records, Stored};
use crate::vendors::hemato::caller::Member;
use crate::vendors::hemato::errors::Refusal;
use crate::vendors::hemato::from_fhir::report::{self, Level, pointed, rendered};
use crate::vendors::hemato::query::{one, version};
use crate::vendors::hemato::settings::Surroundings;
use crate::vendors::hemato::state::State;
use crate::vendors::hemato::store::{current, repeated, resource_type};
use crate::vendors::hemato::studies::{self, Study, files, progress};
use crate::vendors::hemato::{envelope, operations, wire};

/// Reads the report on a study: the latest version, or an earlier one; all of it, or one of its levels.
#[utoipa::path(tag = "pbs", operation_id = "read_report", params(("id" = String, Path, description = "The study's id"),
        ("version" = Option<u32>, Query, description = "The version, from 1 on; else the latest"),
        ("level" = Option<String>, Query, description = "`morphological`, `diagnostic` or `pathology`; else all")),
    responses((status = 200, description = "The report", body = wire::Envelope<wire::ReportResults>),
        (status = 400, description = "A parameter is wrong", body = wire::Failure),
        (status = 404, description = "There is no such study in this region, or no such version; `report_not_ready`: `results` says how far it is", body = wire::Failure)),
    security(("hemato_token" = [])))]
#[get("/pbs/{id}/report")]
pub async fn read_report(
    path: web::Path<String>,
    member: Member,
    request: HttpRequest,
    records: web::Data<Records>,
    surroundings: web::Data<Surroundings>,
) -> Result<HttpResponse, Refusal> {
    let wanted = version(&request, "version")?;
    let words = || Refusal::field("level", "must be morphological, diagnostic or pathology");
    let level = one(&request, "level")?.map(|word| Level::parse(&word).ok_or_else(words)).transpose()?;
    let study = studies::find(&records, &member, &path).await?;
    let wanted = (wanted.map(i64::from), level.unwrap_or(Level::All));
    let read = async || untorn(&records, &surroundings, &member, &study, wanted).await;
    let (stored, results) = repeated(read).await?;
    records.audit_answer(&member.caller, operations::READ_REPORT, &stored).await?;
    Ok(envelope::success(StatusCode::OK, results))
}

/// A report with its Observations; none where it became another one while they were read.
async fn untorn(
    records: &Records,
    surroundings: &Surroundings,
    member: &Member,
    study: &Study,
    (wanted, level): (Option<i64>, Level),
) -> Result<Option<(Stored, wire::ReportResults)>, Refusal> {
    let latest = current(records, &member.caller, "DiagnosticReport", &study.id).await?;
    let latest = latest.filter(|_| study.state() == State::Ready);
    let Some(latest) = latest else {
        let status = progress::of(&surroundings.queue, member.caller.tenant, &study.id, &study.asked).await?;
        return Err(Refusal::ReportNotReady(Box::new(json!(status))));
    };
    let last = latest.version;
    let stored = match wanted {
        Some(version) if !(1..=last).contains(&version) => return Err(Refusal::NotFound("version")),
        Some(version) if version < last => {
            let of = resource_type("DiagnosticReport")?;
            let found = records.vread(&member.caller.quietly(), of, &study.id, version).await;
            found.map_err(|error| {
                let is_gone = matches!(error, Error::NotFound | Error::Gone);
                if is_gone { Refusal::NotFound("version") } else { error.into() }
            })?
        }
        Some(_) | None => latest,
    };
    let results = results(records, member, &study.id, (&stored, last), level).await?;
    let now = current(records, &member.caller, "DiagnosticReport", &study.id).await?;
    Ok(now.is_some_and(|now| now.version == last).then_some((stored, results)))
}

async fn results(
    records: &Records,
    member: &Member,
    study: &str,
    (stored, last): (&Stored, i64),
    level: Level,
) -> Result<wire::ReportResults, Refusal> {
    let report = stored.json()?;
    let mut observations = HashMap::new();
    for id in pointed(&report, "result", "/reference", "Observation") {
        let found = if stored.version < last {
            as_it_was(records, &member.caller, id, stored.updated).await?
        } else {
            let found = current(records, &member.caller, "Observation", id).await?;
            found.map(|found| found.json()).transpose()?
        };
        observations.extend(found.map(|found| (id.to_owned(), found)));
    }
    let files: HashMap<String, String> = files::of(records, &member.caller, study)
        .await?
        .into_iter()
        .map(|file| (file.media, file.id))
        .collect();
    let stored = report::Stored {
        study,
        report: &report,
        observations: &observations,
        files: &files,
        version: stored.version,
        versions: (1..=last).collect(),
    };
    Ok(rendered(&stored, level))
}

/// What an Observation said at that time: somebody may have corrected it since.
async fn as_it_was(
    records: &Records,
    caller: &Caller,
    id: &str,
    at: DateTime<Utc>,
) -> Result<Option<Value>, Error> {
    let low = at.timestamp_micros();
    let at = Interval { low, high: low.saturating_add(1) };
    let of = Of::Instance(resource_type("Observation")?, id.to_owned());
    let query = Versions { count: 1, since: None, at: Some(at), after: None };
    let history = match records.history(&caller.quietly(), &of, &query).await {
        Ok(history) => history,
        Err(Error::NotFound | Error::Gone) => return Ok(None),
        Err(other) => return Err(other),
    };
    let body = history.versions.into_iter().find_map(|version| version.body);
    body.map(|body| serde_json::from_str(&body).map_err(Error::internal)).transpose()
}
