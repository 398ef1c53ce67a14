//! What follows from corrections, of smears that were counted.

use std::collections::HashMap;

use super::*;
use crate::inference::registry::ModelRef;
use crate::inference::smear::{Cell, Content, Field, Place, Quality, RedShape, Told, Usual};
use crate::vendors::hemato::review::Tally;
use crate::vendors::hemato::to_fhir::report::{Looked, observations, report};
use crate::vendors::hemato::to_fhir::signed;

const TEARDROP: Kind = Kind::Shape(RedShape::Teardrop);

/// A report and its Observations.
struct Kept {
    report: Value,
    all: HashMap<String, Value>,
}

fn context(author: &str) -> Context {
    Context { now: "2026-11-22T10:00:00.000Z".parse().unwrap(), author: json!({ "display": author }) }
}

fn looked() -> Looked {
    Looked { id: "a".to_owned(), media: "m-a".to_owned() }
}

fn cell(at: u8, shape: RedShape) -> Cell {
    let told = Told { what: shape, familiar: 1.0 };
    let content = Content::Red { shape: Some(told), is_parasitised: None };
    let place = Place { x: f32::from(at) * 2.0, y: 9.0, width: 8.0, height: 8.0 };
    Cell { place, probability: 0.9, content }
}

/// The first of so many files: 200 red cells, of which the last are of shapes.
fn smear(files: usize, usual: &Usual, shapes: &[RedShape]) -> Kept {
    let normal = 200 - shapes.len();
    let all = std::iter::repeat_n(RedShape::Normal, normal).chain(shapes.iter().copied());
    let cells = (0..200).zip(all).map(|(at, shape)| cell(at, shape)).collect();
    let quality = Quality { focus: 0.9, stain: 1.0, monolayer: 0.8 };
    let mut tally = Tally::of(files);
    tally.add(0, "a", &Field { width: 640, height: 480, red_cell: Some(10.0), quality, cells });
    let model = ModelRef { name: "smear".to_owned(), version: "1".to_owned(), sha256: "ab".repeat(32) };
    let findings = tally.findings(usual, &[model]);
    let (request, files) = (json!({}), [looked()]);
    let of = Of { study: "1", request: &request, files: &files };
    let context = context("nobody");
    let made = observations(&findings, &of, &context);
    let mut all: HashMap<_, _> =
        made.into_iter().enumerate().map(|(at, one)| (format!("o{at}"), one)).collect();
    let first = findings.statistics.len();
    let seen: Vec<_> = (first..first + findings.seen.len()).map(|at| format!("o{at}")).collect();
    let one = basis::basis(&findings.basis, &seen, Origin::Models(&findings.models), &of, &context);
    all.insert("basis".to_owned(), one);
    let told: Vec<_> = (0..first).map(|at| format!("o{at}")).chain(["basis".to_owned()]).collect();
    Kept { report: report(&findings, &of, &told, &context), all }
}

/// Names in the report of what was seen.
fn names(kept: &Kept) -> Vec<String> {
    let results = list(&kept.report, "result").map(|one| one["reference"].as_str().unwrap());
    let all = results.map(|one| &kept.all[one.strip_prefix("Observation/").unwrap()]);
    let seen = all.filter(|one| SEEN.is_in(&one["code"]));
    seen.map(|one| one["code"]["text"].as_str().unwrap().to_owned()).collect()
}

fn is_there(kept: &Kept, spot: &Spot, kind: Kind) -> bool {
    let cells = Smear::of(&kept.report, &kept.all).unwrap().cells();
    cells.iter().any(|cell| cell.spot == *spot && cell.kinds.contains(&kind))
}

fn correct(kept: &mut Kept, author: &str, (from, to): (Kind, Kind), at: u8, people: &[Kind]) {
    let spot = Spot { file: "a".to_owned(), y: 9, x: i64::from(at) * 2, radius: 4 };
    assert_eq!(is_there(kept, &spot, from), from != Kind::NoCell);
    let (request, file, mut new) = (json!({}), looked(), 0);
    let of = Of { study: "1", request: &request, files: &[] };
    let correction = Correction { file: &file, spot: &spot, from, to };
    let people = Said { corrected: u64::try_from(people.len()).unwrap(), kinds: people.to_vec() };
    let prefix = kept.all.len();
    let id = || {
        new += 1;
        format!("n{prefix}-{new}")
    };
    let smear = Smear::of(&kept.report, &kept.all).unwrap();
    let changes = corrected((&kept.report, &smear), &correction, &people, (&of, &context(author)), id);
    kept.all.extend(changes.changed);
    kept.all.extend(changes.new);
    kept.report = changes.report;
    assert_eq!(is_there(kept, &spot, to), to != Kind::NoCell);
}

#[test]
fn correcting_an_error_away_makes_no_finding_of_the_others() {
    let usual = Usual::with([(RedShape::Teardrop, 0.5), (RedShape::TargetCell, 0.5)]);
    let mut kept = smear(1, &usual, &[RedShape::Teardrop; 5]);
    correct(&mut kept, "Ali", (TEARDROP, Kind::RedCell), 199, &[Kind::RedCell]);
    assert_eq!(names(&kept), ["red cell"]);
    // What a person says that a cell is, is told, however rare; and no longer once that is taken back.
    let target = Kind::Shape(RedShape::TargetCell);
    correct(&mut kept, "Ali", (Kind::RedCell, target), 0, &[Kind::RedCell, target]);
    assert_eq!(names(&kept), ["red cell", "target cell"]);
    correct(&mut kept, "Ali", (target, Kind::RedCell), 0, &[Kind::RedCell]);
    assert_eq!(names(&kept), ["red cell"]);
}

#[test]
fn a_cell_whose_place_was_not_kept_as_a_red_cell_is_found_again_after_it_is_one() {
    // Of each of 200 files 100 places of a kind are kept: the last red cell's is not among them.
    let mut kept = smear(200, &Usual::default(), &[RedShape::Teardrop]);
    correct(&mut kept, "Ali", (TEARDROP, Kind::RedCell), 199, &[Kind::RedCell]);
    let counts = Smear::of(&kept.report, &kept.all).unwrap().counts();
    assert_eq!((counts["red cell"], counts["teardrop"]), (200, 0));
    correct(&mut kept, "Ali", (Kind::RedCell, TEARDROP), 199, &[]);
    let counts = Smear::of(&kept.report, &kept.all).unwrap().counts();
    assert_eq!((counts["red cell"], counts["teardrop"]), (200, 1));
}

#[test]
fn who_signed_is_named_for_what_they_saw_alone() {
    let sign = |kept: &mut Kept, author: &str| {
        for one in kept.all.values_mut() {
            if let Some(signed) = signed::result(one.clone(), &context(author)) {
                *one = signed;
            }
        }
        kept.report = signed::report(kept.report.clone(), &context(author));
    };
    let mut kept = smear(1, &Usual::default(), &[RedShape::Teardrop; 20]);
    sign(&mut kept, "Ada");
    let signed = |one: &Value| (one["status"].clone(), one["performer"][0]["display"].clone());
    let label = |one: &Value| one["meta"]["security"][0]["code"].clone();
    assert!(
        kept.all.values().all(|one| signed(one) == (json!("final"), json!("Ada")) && label(one).is_null())
    );
    let before = kept.all.clone();
    correct(&mut kept, "Ben", (TEARDROP, Kind::NoCell), 199, &[Kind::NoCell]);
    let changed: Vec<_> = kept.all.iter().filter(|(id, one)| before.get(*id) != Some(one)).collect();
    assert!(changed.len() > 3, "counts, numbers, and what they are of: {changed:?}");
    for (id, one) in &changed {
        let is_new = !before.contains_key(*id);
        let status = if is_new { "preliminary" } else { "amended" };
        assert_eq!((&one["status"], label(one)), (&json!(status), json!("AIAST")), "{one}");
        assert_ne!(one["performer"][0]["display"], "Ada", "{one}");
    }
    let changed: Vec<_> = changed.into_iter().map(|(id, _)| id.clone()).collect();
    sign(&mut kept, "Cem");
    for (id, one) in &kept.all {
        let wanted = match before.get(id) {
            _ if !changed.contains(id) => ("final", "Ada"),
            Some(_) => ("amended", "Cem"),
            None => ("final", "Cem"),
        };
        assert_eq!(signed(one), (json!(wanted.0), json!(wanted.1)), "{one}");
        assert_eq!(label(one), Value::Null, "{one}");
    }
}

#[test]
fn what_was_withdrawn_stays_so() {
    for status in ["cancelled", "entered-in-error", "unknown"] {
        let mut one = json!({ "status": status });
        assert_eq!(signed::result(one.clone(), &context("Ada")), None);
        touch(&mut one, &context("Ada"));
        assert_eq!(one["status"], status);
    }
}
