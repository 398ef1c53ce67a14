//! Signing a report: a person answers for it, and for all that it tells.

use super::Study;
use super::chart::Chart;
use crate::platform::queue::Queue;
use crate::records::{Records, Write};
use crate::vendors::hemato::caller::Member;
use crate::vendors::hemato::errors::Refusal;
use crate::vendors::hemato::from_fhir::report::pointed;
use crate::vendors::hemato::store::{context, unless_late, update};
use crate::vendors::hemato::to_fhir::signed;

/// Signs the report that somebody has read in this version.
///
/// # Errors
/// When it is signed as it is, or somebody has changed it since.
pub async fn sign(
    records: &Records,
    queue: &Queue,
    member: &Member,
    study: &Study,
    version: i64,
) -> Result<(), Refusal> {
    let chart = Chart::of(records, queue, &member.caller, study).await?;
    if signed::is_signed(&chart.report) {
        return Err(Refusal::AlreadySigned);
    }
    chart.may_change_from(version)?;
    let context = context(records, member.named(records).await?);
    let mut targets = vec![format!("DiagnosticReport/{}", study.id)];
    let mut writes = vec![update(&chart.stored, signed::report(chart.report.clone(), &context))];
    for id in pointed(&chart.report, "result", "/reference", "Observation") {
        let Some((stored, json)) = chart.found.get(id).zip(chart.observations.get(id)) else { continue };
        if let Some(resource) = signed::result(json.clone(), &context) {
            targets.push(format!("Observation/{id}"));
            writes.push(update(stored, resource));
        }
    }
    writes.push(Write::Create { resource: signed::provenance(&targets, &context), id: None });
    let written = records.transact(&member.caller, writes).await;
    unless_late(written)?.map(drop).ok_or(Refusal::ReportChanged)
}
