//! Correcting the kind of a cell: the cell, the counts and all that follows from them change in one transaction, or nothing does.

use super::Study;
use super::chart::Chart;
use super::files::{self, Kept};
use crate::platform::queue::Queue;
use crate::records::{Records, Write};
use crate::vendors::hemato::caller::Member;
use crate::vendors::hemato::errors::Refusal;
use crate::vendors::hemato::from_fhir::cell::Said;
use crate::vendors::hemato::from_fhir::smear::{Smear, Spot};
use crate::vendors::hemato::review::kinds::Kind;
use crate::vendors::hemato::store::{context, unless_late, update};
use crate::vendors::hemato::to_fhir::cell::{Correction, said, said_again};
use crate::vendors::hemato::to_fhir::corrected::{Changes, corrected, provenance};
use crate::vendors::hemato::to_fhir::report::{Looked, Of};
use crate::vendors::hemato::{to_fhir, wire};

/// A correction that was asked for, checked as far as it can be without looking.
#[derive(Clone, Debug)]
pub struct Wanted {
    version: i64,
    spot: Spot,
    from: Kind,
    to: Kind,
}

impl Wanted {
    /// Checks what was sent.
    ///
    /// # Errors
    /// Which field is wrong, and how.
    pub fn checked(sent: &wire::CorrectionWanted) -> Result<Self, Refusal> {
        let kind = |field: &str, name: &str| {
            Kind::parse(name).ok_or_else(|| Refusal::field(field, "must be one of the kinds of cells"))
        };
        let (from, to) = (kind("from", &sent.from)?, kind("to", &sent.to)?);
        if from == to {
            return Err(Refusal::field("to", "must be another kind"));
        }
        let [x, y] = sent.center;
        let spot = Spot { file: sent.file_id.clone(), y, x, radius: sent.radius };
        Ok(Self { version: sent.report_version, spot, from, to })
    }
}

/// Has a cell be of another kind.
///
/// # Errors
/// When there is no such cell, or somebody has changed the report since.
pub async fn correct(
    records: &Records,
    queue: &Queue,
    member: &Member,
    study: &Study,
    wanted: &Wanted,
) -> Result<(), Refusal> {
    let chart = Chart::of(records, queue, &member.caller, study).await?;
    chart.is_at(wanted.version)?;
    let smear = chart.smear().ok_or_else(too_old)?;
    let file = files::one(records, &member.caller, &study.id, &wanted.spot.file).await?;
    within(&file, &wanted.spot)?;
    is_there(&chart, &smear, wanted)?;
    let context = context(records, member.named(records).await?);
    let looked = Looked { id: file.id, media: file.media };
    let correction = Correction { file: &looked, spot: &wanted.spot, from: wanted.from, to: wanted.to };
    let before = chart.said.iter().find(|(_, said)| said.spot == wanted.spot && said.kind == wanted.from);
    let of = Of { study: &study.id, request: &study.request, files: &[] };
    let count = still_corrected(&chart, before, wanted);
    let changes =
        corrected((&chart.report, &smear), &correction, count, (&of, &context), || records.new_id());
    let cell = match before {
        Some((id, _)) => {
            let (stored, json) =
                chart.found.get(id).zip(chart.observations.get(id)).ok_or(Refusal::ReportChanged)?;
            (id.clone(), update(stored, said_again(json.clone(), wanted.to, &context)))
        }
        None => {
            let (id, resource) = (records.new_id(), said(&correction, &of, &context));
            (id.clone(), Write::Create { resource, id: Some(id) })
        }
    };
    let writes = writes(&chart, changes, cell, &context)?;
    let written = records.transact(&member.caller, writes).await;
    unless_late(written)?.map(drop).ok_or(Refusal::ReportChanged)
}

fn too_old() -> Refusal {
    let text =
        "This report was made before cells could be corrected: request a review of its files in a new study.";
    Refusal::Invalid(text.to_owned())
}

/// Holds that a place is in the picture, whichever way up that was sent.
fn within(file: &Kept, spot: &Spot) -> Result<(), Refusal> {
    let [width, height] = file.sides;
    let is_below = |number: i64, side: u64| u64::try_from(number).is_ok_and(|number| number < side);
    let is_in = (is_below(spot.x, width) && is_below(spot.y, height))
        || (is_below(spot.x, height) && is_below(spot.y, width));
    if is_in { Ok(()) } else { Err(Refusal::field("center", "must be in the picture")) }
}

/// Holds that there is a cell of this kind there, which can be of the other.
fn is_there(chart: &Chart, smear: &Smear<'_>, wanted: &Wanted) -> Result<(), Refusal> {
    let missing = || Refusal::NotFound("cell");
    if wanted.from == Kind::NoCell {
        let is_said = |said: &Said| said.spot == wanted.spot && said.kind == Kind::NoCell;
        return chart.said.iter().any(|(_, said)| is_said(said)).then_some(()).ok_or_else(missing);
    }
    let mut cells = smear.cells().into_iter();
    let cell = cells.find(|cell| cell.spot == wanted.spot && cell.kinds.contains(&wanted.from));
    let cell = cell.ok_or_else(missing)?;
    if cell.kinds.contains(&wanted.to) {
        return Err(Refusal::Invalid("The cell is of that kind already.".to_owned()));
    }
    if cell.kinds.len() > 1 && wanted.from.class() != wanted.to.class() {
        return Err(Refusal::Invalid("The cell is of two kinds: correct the other one first.".to_owned()));
    }
    Ok(())
}

/// How many cells are something else than models said, once this one is what it is to be.
fn still_corrected(chart: &Chart, before: Option<&(String, Said)>, wanted: &Wanted) -> u64 {
    let others =
        chart.said.iter().filter(|(id, said)| said.is_corrected() && before.is_none_or(|one| one.0 != *id));
    let was = before.map_or(wanted.from, |(_, said)| said.was);
    let count = others.count().saturating_add(usize::from(was != wanted.to));
    u64::try_from(count).unwrap_or(u64::MAX)
}

fn writes(
    chart: &Chart,
    changes: Changes,
    (cell, said): (String, Write),
    context: &to_fhir::Context,
) -> Result<Vec<Write>, Refusal> {
    let mut targets = vec![format!("DiagnosticReport/{}", chart.stored.id), format!("Observation/{cell}")];
    let mut writes = vec![update(&chart.stored, changes.report), said];
    for (id, resource) in changes.changed {
        let stored = chart.found.get(&id).ok_or(Refusal::ReportChanged)?;
        writes.push(update(stored, resource));
        targets.push(format!("Observation/{id}"));
    }
    for (id, resource) in changes.new {
        targets.push(format!("Observation/{id}"));
        writes.push(Write::Create { resource, id: Some(id) });
    }
    writes.push(Write::Create { resource: provenance(&targets, context), id: None });
    Ok(writes)
}
