//! Correcting the kind of a cell: the cell, the counts and all that follows from them change in one transaction, or nothing does.

use std::collections::BTreeSet;

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
use crate::vendors::hemato::to_fhir::corrected::{Changes, Said as People, corrected, provenance};
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

    /// Whether it changes what somebody said before. Of a cell of two kinds two things may have been said: once it is of another class, both
    /// of them change, for neither holds any more.
    fn moves(&self, said: &Said) -> bool {
        let is_of_class = self.from.class() != self.to.class() && said.kind.class() == self.from.class();
        said.spot == self.spot && (said.kind == self.from || is_of_class)
    }

    /// Whether somebody said before that the cell is what it is taken for.
    fn was_said(&self, chart: &Chart) -> bool {
        chart.said.iter().any(|(_, said)| said.spot == self.spot && said.kind == self.from)
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
    chart.may_change_from(wanted.version)?;
    let smear = chart.smear().ok_or_else(too_old)?;
    let file = files::one(records, &member.caller, &study.id, &wanted.spot.file).await?;
    within(&file, &wanted.spot)?;
    is_there(&chart, &smear, wanted)?;
    let context = context(records, member.named(records).await?);
    let looked = Looked { id: file.id, media: file.media };
    let correction = Correction { file: &looked, spot: &wanted.spot, from: wanted.from, to: wanted.to };
    let of = Of { study: &study.id, request: &study.request, files: &[] };
    let people = people(&chart, wanted);
    let changes =
        corrected((&chart.report, &smear), &correction, &people, (&of, &context), || records.new_id());
    let mut cell = Vec::new();
    for (id, _) in chart.said.iter().filter(|(_, said)| wanted.moves(said)) {
        let (stored, json) =
            chart.found.get(id).zip(chart.observations.get(id)).ok_or(Refusal::ReportChanged)?;
        cell.push((id.clone(), update(stored, said_again(json.clone(), wanted.to, &context))));
    }
    if !wanted.was_said(&chart) {
        let (id, resource) = (records.new_id(), said(&correction, &of, &context));
        cell.push((id.clone(), Write::Create { resource, id: Some(id) }));
    }
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

/// What people say of cells, once this one is what it is to be.
fn people(chart: &Chart, wanted: &Wanted) -> People {
    let now = |said: &Said| if wanted.moves(said) { wanted.to } else { said.kind };
    let before = chart.said.iter().map(|(_, said)| (&said.spot, said.was, now(said)));
    let new = (!wanted.was_said(chart)).then_some((&wanted.spot, wanted.from, wanted.to));
    let others = before.chain(new).filter(|(_, was, is)| was != is);
    let (spots, kinds): (BTreeSet<_>, Vec<_>) = others.map(|(spot, _, is)| (spot, is)).unzip();
    People { corrected: u64::try_from(spots.len()).unwrap_or(u64::MAX), kinds }
}

fn writes(
    chart: &Chart,
    changes: Changes,
    cell: Vec<(String, Write)>,
    context: &to_fhir::Context,
) -> Result<Vec<Write>, Refusal> {
    let mut targets = vec![format!("DiagnosticReport/{}", chart.stored.id)];
    let mut writes = vec![update(&chart.stored, changes.report)];
    for (id, said) in cell {
        targets.push(format!("Observation/{id}"));
        writes.push(said);
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inference::smear::{RedShape, WhiteKind};

    const TARGET: Kind = Kind::Shape(RedShape::TargetCell);
    const LYMPHOCYTE: Kind = Kind::White(WhiteKind::Lymphocyte);

    #[test]
    fn of_two_things_said_of_a_cell_none_holds_once_it_is_of_another_class() {
        let spot = |x| Spot { file: "a".to_owned(), y: 1, x, radius: 9 };
        let said =
            |x, kind| Said { spot: spot(x), was: Kind::Parasitised, kind, by: None, at: String::new() };
        let wanted = |from, to| Wanted { version: 1, spot: spot(5), from, to };
        for (from, to, of, moves) in [
            (TARGET, LYMPHOCYTE, said(5, Kind::RedCell), true),
            (TARGET, LYMPHOCYTE, said(5, TARGET), true),
            (TARGET, Kind::NoCell, said(5, Kind::RedCell), true),
            (TARGET, LYMPHOCYTE, said(6, Kind::RedCell), false),
            (TARGET, LYMPHOCYTE, said(5, Kind::Platelet), false),
            (TARGET, Kind::RedCell, said(5, Kind::Parasitised), false),
        ] {
            assert_eq!(wanted(from, to).moves(&of), moves, "{from:?} {to:?} {of:?}");
        }
    }
}
