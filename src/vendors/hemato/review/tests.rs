//! Fields in, findings out.

use super::*;
use crate::inference::registry::ModelRef;
use crate::inference::smear::{self, Cell, Content, Field, Quality, RedShape, Told, Usual, WhiteKind};

fn cell(x: f32, content: Content) -> Cell {
    Cell { place: smear::Place { x, y: 20.4, width: 9.0, height: 11.0 }, probability: 0.9, content }
}

fn red(shape: RedShape, parasite: bool) -> Content {
    let (shape, parasite) = (Told { what: shape, familiar: 0.8 }, Told { what: parasite, familiar: 0.6 });
    Content::Red { shape: Some(shape), is_parasitised: Some(parasite) }
}

fn white(kind: Option<WhiteKind>) -> Content {
    Content::White(Told { what: kind, familiar: 0.9 })
}

fn field(contents: &[Content]) -> Field {
    let cells = contents
        .iter()
        .enumerate()
        .map(|(at, content)| cell(f32::from(u16::try_from(at).unwrap()), *content))
        .collect();
    let quality = Quality { focus: 0.9, stain: 1.0, monolayer: 0.8 };
    Field { width: 640, height: 480, red_cell: Some(10.0), quality, cells }
}

fn models() -> Vec<ModelRef> {
    vec![ModelRef { name: "smear-cells".to_owned(), version: "1".to_owned(), sha256: "ab".repeat(32) }]
}

fn seen(findings: &Findings) -> Vec<(&str, u64)> {
    findings.seen.iter().filter(|seen| seen.is_finding).map(|seen| (seen.name.as_str(), seen.count)).collect()
}

#[test]
fn useless_pictures_are_left_out_and_named() {
    let mut tally = Tally::of(3);
    let of =
        |focus, stain| Field { quality: Quality { focus, stain, monolayer: 1.0 }, ..field(&[white(None)]) };
    tally.add(0, "a.jpg", &of(0.05, 1.0));
    tally.add(1, "b.jpg", &of(1.0, 0.05));
    tally.leave_out("c.jpg", "it is not a picture of a blood smear");
    assert!(!tally.has_fields() && tally.left_out().len() == 3);
    let report = tally.findings(&Usual::default(), &models()).report;
    for line in
        ["Left out: a.jpg: it is out of focus.", "b.jpg: it is hardly stained.", "c.jpg: it is not a picture"]
    {
        assert!(report.contains(line), "{report}");
    }
}

#[test]
fn cells_of_all_files_are_added_up_with_their_places() {
    let mut tally = Tally::of(2);
    let normal = red(RedShape::Normal, false);
    tally.add(0, "a", &field(&[normal, red(RedShape::TargetCell, true), white(Some(WhiteKind::Lymphocyte))]));
    tally.add(
        1,
        "b",
        &field(&[
            Content::Red { shape: None, is_parasitised: None },
            white(Some(WhiteKind::Erythroblast)),
            white(None),
            Content::Platelet { is_large: true },
            Content::Platelet { is_large: false },
        ]),
    );
    let found = tally.findings(&Usual::default(), &models());
    assert_eq!(
        seen(&found),
        [
            ("parasitised red cell", 1),
            ("red cell", 3),
            ("white cell", 2),
            ("platelet", 2),
            ("large platelet", 1),
            ("lymphocyte", 1),
            ("erythroblast", 1),
            ("target cell", 1),
        ]
    );
    let place = |file, x| Place { file, x, y: 20, radius: 5 };
    assert_eq!(found.seen[1].places, [place(0, 0), place(0, 1), place(1, 0)]);
    assert_eq!(found.differential, []);
    assert_eq!(found.models, models());
    let number = |name: &str| found.statistics.iter().find(|one| one.name == name).unwrap().value.clone();
    assert_eq!(number("rbc-density"), Measure::Value("1.5".to_owned()));
    assert_eq!(number("blast-density"), Measure::NotAssessed);
    assert_eq!(number("erythroblast-density"), Measure::Value("50.0".to_owned()));
}

#[test]
fn what_the_models_say_of_healthy_blood_too_is_no_finding() {
    let mut tally = Tally::of(1);
    let mut contents = vec![red(RedShape::Normal, false); 95];
    contents.extend([red(RedShape::TargetCell, true); 5]);
    tally.add(0, "a", &field(&contents));
    let usual = Usual { parasitised: Some(0.06), ..Usual::with([(RedShape::TargetCell, 0.08)]) };
    let found = tally.clone().findings(&usual, &models());
    assert_eq!(seen(&found), [("red cell", 100)]);
    assert_eq!(seen(&tally.findings(&Usual::default(), &models())).len(), 3);
}

#[test]
fn of_many_cells_as_many_places_of_each_file_are_kept() {
    let mut tally = Tally::of(5_000);
    for at in 0..3 {
        tally.add(at, "a", &field(&[white(None); 100]));
    }
    let found = tally.findings(&Usual::default(), &models());
    let of = |file| found.seen[0].places.iter().filter(|place| place.file == file).count();
    assert_eq!((found.seen[0].count, of(0), of(1), of(2)), (300, 4, 4, 4));
}

#[test]
fn a_hundred_white_cells_are_a_differential() {
    let mut tally = Tally::of(1);
    let mut contents = vec![white(Some(WhiteKind::SegmentedNeutrophil)); 60];
    contents.extend([white(Some(WhiteKind::BandNeutrophil)); 40]);
    contents.extend([red(RedShape::Normal, false); 50]);
    tally.add(0, "a", &field(&contents));
    assert_eq!(
        tally.clone().findings(&Usual::default(), &models()).differential,
        [],
        "how often it errs is not known"
    );
    let found = tally.findings(&Usual { segmented_as_band: Some(0.1), ..Usual::default() }, &models());
    let first = &found.differential[0];
    assert_eq!((first.icd10.as_str(), first.significance.as_str()), ("D72.825", "significant"));
    assert_eq!(first.evidence[0], "band neutrophils: 40 of 100, 40.0 % (95 % interval 30.9 to 49.8 %)");
}
