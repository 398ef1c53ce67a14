//! `GET /pbs/:id/review`, and what changes it.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, web};

use crate::platform::queue::Queue;
use crate::records::Records;
use crate::vendors::hemato::caller::Member;
use crate::vendors::hemato::errors::Refusal;
use crate::vendors::hemato::from_fhir::cell::{Said, by};
use crate::vendors::hemato::from_fhir::report::evidence;
use crate::vendors::hemato::from_fhir::text;
use crate::vendors::hemato::review::kinds::Kind;
use crate::vendors::hemato::settings::Surroundings;
use crate::vendors::hemato::studies::chart::Chart;
use crate::vendors::hemato::studies::{self, Study};
use crate::vendors::hemato::to_fhir::signed::is_signed;
use crate::vendors::hemato::{envelope, operations, wire};

/// Reads how the report on a study stands: whether somebody has signed it, how many cells of each kind there are, what people corrected.
#[utoipa::path(tag = "review", operation_id = "read_review", params(("id" = String, Path, description = "The study's id")),
    responses((status = 200, description = "How the report stands", body = wire::Envelope<wire::Review>),
        (status = 404, description = "There is no such study in this region; `report_not_ready`: `results` says how far it is", body = wire::Failure)),
    security(("hemato_token" = [])))]
#[get("/pbs/{id}/review")]
pub async fn read_review(
    path: web::Path<String>,
    member: Member,
    records: web::Data<Records>,
    surroundings: web::Data<Surroundings>,
) -> Result<HttpResponse, Refusal> {
    let study = studies::find(&records, &member, &path).await?;
    let chart = Chart::of(&records, &surroundings.queue, &member.caller, &study).await?;
    records.audit_answer(&member.caller, operations::READ_REVIEW, &chart.stored).await?;
    Ok(envelope::success(StatusCode::OK, shown(&study, &member, &chart)))
}

/// How the report stands after a change.
pub(super) async fn changed(
    records: &Records,
    queue: &Queue,
    member: &Member,
    study: &Study,
) -> Result<HttpResponse, Refusal> {
    let chart = Chart::of(records, queue, &member.caller, study).await?;
    Ok(envelope::success(StatusCode::OK, shown(study, member, &chart)))
}

fn shown(study: &Study, member: &Member, chart: &Chart) -> wire::Review {
    let (report, smear) = (&chart.report, chart.smear());
    let counts = smear.as_ref().map(|smear| smear.counts()).unwrap_or_default();
    let kind = |kind: Kind| wire::KindCount {
        kind: kind.name(),
        count: counts.get(kind.name()).copied().unwrap_or_default(),
    };
    let (is_signed, may_change) = (is_signed(report), member.is_person() && chart.may_change().is_ok());
    let signed = |told: Option<&str>| told.filter(|_| is_signed).map(str::to_owned);
    let suggestions = smear.as_ref().map(|smear| smear.suggestions.as_slice()).unwrap_or_default();
    wire::Review {
        pbs_study_id: study.id.clone(),
        report_version: chart.stored.version,
        report_status: text(report, "status").unwrap_or_default().to_owned(),
        is_signed,
        signed_by: signed(by(report, "resultsInterpreter")),
        signed_at: signed(text(report, "issued")),
        may_correct: may_change && smear.is_some(),
        may_sign: may_change && !is_signed,
        kinds: Kind::all().map(kind).collect(),
        corrections: chart.said.iter().map(|(_, said)| corrected(said)).collect(),
        evidence: suggestions.iter().map(|(_, one)| evidence(one)).collect(),
    }
}

fn corrected(said: &Said) -> wire::CorrectedCell {
    let Said { spot, was, kind, by, at } = said;
    wire::CorrectedCell {
        file_id: spot.file.clone(),
        center: [spot.x, spot.y],
        radius: spot.radius,
        was: was.name(),
        kind: kind.name(),
        by: by.clone(),
        at: at.clone(),
    }
}
