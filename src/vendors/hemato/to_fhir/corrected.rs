//! A report once a person has corrected a cell: the cell counts among others, and all that follows from the counts is said anew. What was
//! said before stays as the older versions of the same resources.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::cell::Correction;
use super::report::{
    Of, Origin, basis, concept, diagnosis, made_by_a_model, observation, places_in, statistic, suggestion,
};
use super::{Context, instant, reference, set};
use crate::clinical::smear::{Facts, opinion};
use crate::fhir::codes::hl7::provenance_participant_type::AUTHOR;
use crate::fhir::codes::ucum;
use crate::fhir::unconfirmed::Standing;
use crate::vendors::hemato::codes::SEEN;
use crate::vendors::hemato::from_fhir::list;
use crate::vendors::hemato::from_fhir::report::heats;
use crate::vendors::hemato::from_fhir::smear::{Kept, Smear, Spot, count};
use crate::vendors::hemato::review::basis::{Basis, Counts, is_finding};
use crate::vendors::hemato::review::kinds::{Class, Kind};
use crate::vendors::hemato::review::said_as;

/// What is to be written.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Observations that say something else, by id.
    pub changed: BTreeMap<String, Value>,
    /// Observations that are new, by id.
    pub new: BTreeMap<String, Value>,
    /// The report.
    pub report: Value,
}

/// Who writes anew what follows from a correction.
struct Writer<'a, I> {
    of: &'a Of<'a>,
    context: &'a Context,
    id: I,
    changes: Changes,
}

/// What people say of cells, with the correction that is to be.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// How many cells are something else than models said.
    pub corrected: u64,
    /// What those are.
    pub kinds: Vec<Kind>,
}

/// What follows from a correction for the report that was made from this smear, once people say so much; `id` gives new ids.
#[must_use]
pub fn corrected(
    (report, smear): (&Value, &Smear<'_>),
    correction: &Correction<'_>,
    people: &Said,
    (of, context): (&Of<'_>, &Context),
    id: impl FnMut() -> String,
) -> Changes {
    let mut writer = Writer { of, context, id, changes: Changes::default() };
    let mut seen: BTreeMap<_, _> =
        smear.seen.iter().map(|(name, (id, one))| (*name, ((*id).to_owned(), (*one).clone()))).collect();
    let counts = writer.counted(&mut seen, correction);
    let of_cells = after(&smear.basis, &smear.counts(), correction);
    let facts = of_cells.facts(&counts, people.corrected);
    let said = opinion(&facts);
    let (statistics, suggestions) = said_as(&said);
    let by = Origin::Rules(smear.kept.1);
    let mut results = Vec::new();
    for one in &statistics {
        let wanted = statistic(one, by, of, context);
        let before = smear.statistics.iter().find(|(_, kept)| name(kept) == one.name);
        results.push(writer.put(before, wanted));
    }
    results.extend(told(&seen, &facts, &people.kinds));
    for one in &suggestions {
        let wanted = suggestion(one, by, of, context);
        let before = smear.suggestions.iter().find(|(_, kept)| code(kept) == one.icd10);
        results.push(writer.put(before, wanted));
    }
    let members: Vec<_> = Kind::all().filter_map(|kind| Some(seen.get(kind.name())?.0.clone())).collect();
    let (kept, mut resource) = (smear.kept.0.to_owned(), smear.kept.1.clone());
    basis::put(&mut resource, &of_cells, &members);
    unsigned(&mut resource, None);
    touch(&mut resource, context);
    writer.changes.changed.insert(kept.clone(), resource);
    results.push(kept);
    let codes: Vec<_> = suggestions.iter().map(diagnosis).collect();
    writer.changes.report = reported(report.clone(), &results, codes, &said.report, context);
    writer.changes
}

impl<I: FnMut() -> String> Writer<'_, I> {
    /// Has the cell counted among others; the counts then.
    fn counted(&mut self, seen: &mut BTreeMap<&'static str, (String, Value)>, of: &Correction<'_>) -> Counts {
        let (before, after) = (of.from.counts_as(), of.to.counts_as());
        for kind in before.iter().filter(|kind| !after.contains(kind)) {
            if let Some((id, observation)) = seen.get_mut(kind.name()) {
                take_away(observation, of.spot);
                self.touched(id, observation);
            }
        }
        for kind in after.iter().filter(|kind| !before.contains(kind)) {
            let (id, observation) = seen.entry(kind.name()).or_insert_with(|| {
                let (id, nothing) = ((self.id)(), nothing(*kind, self.of, self.context));
                self.changes.new.insert(id.clone(), nothing.clone());
                (id, nothing)
            });
            add(observation, of);
            self.touched(id, observation);
        }
        if let ([general], true) = (after.as_slice(), before.len() > 1)
            && before.contains(general)
            && let Some((id, observation)) = seen.get_mut(general.name())
            && !is_placed(observation, of.spot)
        {
            // It counts there already, but of many such cells not all places are kept: without one nobody would find it again.
            place(observation, of);
            self.touched(id, observation);
        }
        seen.iter().map(|(name, (_, one))| (*name, count(one))).collect()
    }

    /// Notes that a person has changed how many cells of a kind there are.
    fn touched(&mut self, id: &str, observation: &mut Value) {
        let author = json!([self.context.author]);
        match observation.get("device") {
            Some(_) => unsigned(observation, Some(author)),
            // What a person says is labelled as nobody else's.
            None => set(observation, "performer", Some(author)),
        }
        touch(observation, self.context);
        let all =
            if self.changes.new.contains_key(id) { &mut self.changes.new } else { &mut self.changes.changed };
        all.insert(id.to_owned(), observation.clone());
    }

    /// Has what was there say what is wanted, if it does not; the id of what says it.
    fn put(&mut self, before: Option<&Kept<'_>>, wanted: Value) -> String {
        let Some((id, before)) = before else {
            let id = (self.id)();
            self.changes.new.insert(id.clone(), wanted);
            return id;
        };
        let said = ["valueQuantity", "valueCodeableConcept", "dataAbsentReason", "component"];
        if said.iter().any(|name| before.get(name) != wanted.get(name)) {
            let mut changed = (*before).clone();
            for name in said {
                set(&mut changed, name, wanted.get(name).cloned());
            }
            // Whoever signed the number before has not seen this one.
            unsigned(&mut changed, wanted.get("performer").cloned());
            touch(&mut changed, self.context);
            self.changes.changed.insert((*id).to_owned(), changed);
        }
        (*id).to_owned()
    }
}

/// What cells are counted in once one of them is another. Where models looked at all red cells, they would have looked at this one.
fn after(basis: &Basis, counts: &Counts, correction: &Correction<'_>) -> Basis {
    let red = counts.get(Kind::RedCell.name()).copied().unwrap_or_default();
    let (was_red, is_red) = (correction.from.class() == Class::Red, correction.to.class() == Class::Red);
    let follow = |looked_at: u64, is_told: bool| match (was_red, is_red) {
        (true, false) if is_told || looked_at >= red => looked_at.saturating_sub(1),
        (false, true) if looked_at > 0 && looked_at >= red => looked_at.saturating_add(1),
        _ => looked_at,
    };
    let is_shape = matches!(correction.from, Kind::Shape(_));
    Basis {
        assessed: follow(basis.assessed, is_shape),
        looked_for_parasites: follow(basis.looked_for_parasites, correction.from == Kind::Parasitised),
        ..basis.clone()
    }
}

/// What was seen that is told: findings, and what people say that cells are. That somebody corrected an error away makes no finding of others.
fn told(seen: &BTreeMap<&'static str, (String, Value)>, facts: &Facts, by_people: &[Kind]) -> Vec<String> {
    let is_told =
        |kind: &Kind, one: &Value| count(one) > 0 && (is_finding(*kind, facts) || by_people.contains(kind));
    Kind::all()
        .filter_map(|kind| Some((kind, seen.get(kind.name())?)))
        .filter(|(kind, (_, one))| is_told(kind, one))
        .map(|(_, (id, _))| id.clone())
        .collect()
}

fn nothing(kind: Kind, of: &Of<'_>, context: &Context) -> Value {
    let mut resource = observation(concept(SEEN, kind.name()), Origin::Person, of, context);
    set(&mut resource, "valueQuantity", Some(ucum::ONE.quantity(0.into())));
    resource
}

fn name(observation: &Value) -> &str {
    observation.pointer("/code/text").and_then(Value::as_str).unwrap_or_default()
}

fn code(observation: &Value) -> &str {
    observation.pointer("/valueCodeableConcept/coding/0/code").and_then(Value::as_str).unwrap_or_default()
}

/// Once a person has changed it: what was final is amended, what was not stays so, and what was withdrawn too.
fn touch(resource: &mut Value, context: &Context) {
    match Standing::of(resource) {
        Standing::Open => set(resource, "status", Some("preliminary".into())),
        Standing::Said => set(resource, "status", Some("amended".into())),
        Standing::Withdrawn => {}
    }
    set(resource, "issued", Some(instant(context.now).into()));
}

/// Labels it as what no person has confirmed; this is who says so, if anybody does.
fn unsigned(resource: &mut Value, performer: Option<Value>) {
    let (labels, mut meta) = (made_by_a_model(), resource.get("meta").cloned().unwrap_or_else(|| json!({})));
    for name in ["security", "tag"] {
        set(&mut meta, name, labels.get(name).cloned());
    }
    set(resource, "meta", Some(meta));
    set(resource, "performer", performer);
}

fn add(observation: &mut Value, of: &Correction<'_>) {
    place(observation, of);
    let count = count(observation).saturating_add(1);
    set(observation, "valueQuantity", Some(ucum::ONE.quantity(count.into())));
}

/// Keeps the place of a cell that is counted.
fn place(observation: &mut Value, of: &Correction<'_>) {
    let mut places = by_file(observation);
    places.entry(of.spot.file.clone()).or_default().push([of.spot.x, of.spot.y, of.spot.radius]);
    let media = reference(&format!("Media/{}", of.file.media));
    let mut sources: Vec<_> = list(observation, "derivedFrom").cloned().collect();
    if !sources.contains(&media) {
        sources.push(media);
    }
    set(observation, "derivedFrom", Some(sources.into()));
    put_places(observation, places, count(observation));
}

fn is_placed(observation: &Value, spot: &Spot) -> bool {
    heats(observation).iter().any(|heat| {
        heat.file_id == spot.file && (heat.center, heat.radius) == ([spot.x, spot.y], spot.radius)
    })
}

fn take_away(observation: &mut Value, spot: &Spot) {
    let mut places = by_file(observation);
    if let Some(there) = places.get_mut(&spot.file)
        && let Some(at) = there.iter().position(|place| *place == [spot.x, spot.y, spot.radius])
    {
        there.remove(at);
    }
    put_places(observation, places, count(observation).saturating_sub(1));
}

fn by_file(observation: &Value) -> BTreeMap<String, Vec<[i64; 3]>> {
    let mut places: BTreeMap<String, Vec<[i64; 3]>> = BTreeMap::new();
    for heat in heats(observation) {
        let [x, y] = heat.center;
        places.entry(heat.file_id).or_default().push([x, y, heat.radius]);
    }
    places
}

fn put_places(observation: &mut Value, places: BTreeMap<String, Vec<[i64; 3]>>, count: u64) {
    let components: Vec<_> = places
        .into_iter()
        .filter(|(_, places)| !places.is_empty())
        .map(|(file, places)| places_in(&file, places.into_iter().flatten()))
        .collect();
    set(observation, "component", Some(components).filter(|all| !all.is_empty()).map(Value::from));
    set(observation, "valueQuantity", Some(ucum::ONE.quantity(count.into())));
}

/// The report with other results: nobody has read it as it is now.
fn reported(
    mut report: Value,
    results: &[String],
    codes: Vec<Value>,
    conclusion: &str,
    context: &Context,
) -> Value {
    let results: Vec<_> = results.iter().map(|id| reference(&format!("Observation/{id}"))).collect();
    set(&mut report, "result", Some(results.into()));
    set(&mut report, "conclusion", Some(conclusion.into()));
    set(&mut report, "conclusionCode", Some(codes).filter(|all| !all.is_empty()).map(Value::from));
    set(&mut report, "resultsInterpreter", None);
    unsigned(&mut report, Some(json!([context.author])));
    touch(&mut report, context);
    report
}

/// The Provenance: who says so.
#[must_use]
pub fn provenance(targets: &[String], context: &Context) -> Value {
    super::signed::by_person(targets, AUTHOR, context)
}

#[cfg(test)]
mod tests;
