//! What the rules say of whole smears.

use super::*;
use crate::core::draft::answered_for;

/// A smear of a healthy person: 40 fields, 120 white cells, 4,000 red cells.
fn healthy() -> Facts {
    let none = |usual: f64| Share { found: 0, of: 2_000, usual };
    Facts {
        fields: 40,
        left_out: Vec::new(),
        quality: Quality { focus: 0.95, stain: 1.0, monolayer: 0.9 },
        familiar: Familiar { white: 0.95, shapes: 0.9, parasites: 0.9 },
        area_cells2: 11_000.0,
        red: RedCells {
            counted: 4_000,
            assessed: 2_000,
            normal: Share::new(1_900, 2_000),
            target_cells: Share { found: 30, of: 2_000, usual: 0.05 },
            schistocytes: none(0.004),
            parasitised: Share { found: 5, of: 2_000, usual: 0.005 },
            microcytes: none(0.03),
            ..RedCells::default()
        },
        white: WhiteCells {
            segmented: 70,
            band: 3,
            lymphocytes: 35,
            monocytes: 7,
            eosinophils: 4,
            basophils: 1,
            ..WhiteCells::default()
        },
        platelets: Platelets { counted: 240, large: 1 },
        segmented_as_band: Some(0.17),
        corrected: 0,
    }
}

fn codes(facts: &Facts) -> Vec<&'static str> {
    opinion(facts).suggestions.iter().map(|one| one.diagnosis.icd10()).collect()
}

#[test]
fn poor_pictures_and_few_white_cells_give_findings_and_no_differential() {
    let few = Facts { white: WhiteCells { band: 60, segmented: 39, ..WhiteCells::default() }, ..healthy() };
    let said = opinion(&few);
    assert_eq!(said.suggestions, []);
    assert!(
        said.report.contains("Findings only, and no differential diagnosis: 99 white cells"),
        "{}",
        said.report
    );
    assert!(
        said.report.contains("Counts, too few for shares: segmented neutrophils 39, band neutrophils 60.")
    );
    assert!(!said.numbers.iter().any(|number| number.name == "neutrophil-share"));
    let shifted = WhiteCells { band: 60, segmented: 60, ..WhiteCells::default() };
    let foreign = Familiar { white: 0.2, ..healthy().familiar };
    let said = opinion(&Facts { white: shifted, familiar: foreign, ..healthy() });
    assert!(
        said.report.contains("Counts, of cells that look too foreign for shares: segmented neutrophils 60")
    );
    assert!(!said.numbers.iter().any(|number| number.name == "neutrophil-share"));
    let poor = Quality { focus: 0.2, ..healthy().quality };
    let blurred = Facts { white: shifted, quality: poor, ..healthy() };
    assert_eq!(codes(&blurred), [""; 0]);
    assert_eq!(codes(&Facts { white: shifted, ..healthy() }), ["D72.825"]);
    let nothing = opinion(&Facts::default());
    assert_eq!(nothing.suggestions, []);
    assert!(nothing.report.contains("No red cell was looked at for parasites."));
}

#[test]
fn what_is_critical_is_called_also_where_there_is_no_differential() {
    let few = Facts { white: WhiteCells::default(), ..malaria() };
    let said = opinion(&few);
    assert_eq!(said.suggestions, []);
    assert!(
        said.report
            .contains("CRITICAL CALL: a person is to be told at once\n- red cells that may hold malaria")
    );
}

#[test]
fn of_a_healthy_smear_nothing_stands_out_and_what_was_not_assessed_is_said() {
    let said = opinion(&healthy());
    assert_eq!(said.suggestions, []);
    for line in [
        "automated review, PRELIMINARY",
        "40 fields were counted. Focus 95 of 100, stain 100 of 100, monolayer 90 of 100.",
        "4000 red cells were counted, 100.0 in a field.\n- The shape of 2000 was looked at.",
        "Segmented neutrophils: 70 of 120, 58.3 % (95 % interval 49.4 to 66.8 %).",
        "240 platelets were counted: 60.0 for 1,000 red cells.",
        "Blasts, Auer rods, toxic change",
        "This does not exclude malaria",
        "Of the patterns that could be assessed none is suggested",
        "preliminary until a person",
    ] {
        assert!(said.report.contains(line), "{line}\n{}", said.report);
    }
    assert!(!said.report.contains("CRITICAL") && !said.report.contains("target cell 1+"));
    let number = |name: &str| said.numbers.iter().find(|number| number.name == name).unwrap();
    assert_eq!(
        (number("rbc-density").value.as_deref(), number("rbc-density").unit),
        (Some("100.0"), "/{field}")
    );
    assert_eq!(number("blast-density").value, None);
    assert_eq!(number("platelet-density").interval, Some(("53.1".to_owned(), "67.8".to_owned())));
    assert_eq!(number("platelet-estimate").value.as_deref(), Some("244"));
}

#[test]
fn a_report_says_how_much_was_corrected_and_whether_somebody_signed_it() {
    let corrected = opinion(&Facts { corrected: 1, ..healthy() }).report;
    assert!(corrected.contains("A person has corrected the kind of 1 cell.\n"));
    assert!(!opinion(&healthy()).report.contains("corrected"));
    let signed = answered_for(&corrected);
    assert!(!signed.contains("PRELIMINARY") && !signed.contains("preliminary"), "{signed}");
    assert_eq!(answered_for(&signed), signed, "once");
}

fn malaria() -> Facts {
    let red = RedCells { parasitised: Share { found: 60, of: 2_000, usual: 0.005 }, ..healthy().red };
    Facts { red, ..healthy() }
}

#[test]
fn malaria_is_suggested_without_a_species_and_never_with_full_confidence() {
    let said = opinion(&malaria());
    let first = &said.suggestions[0];
    assert_eq!((first.diagnosis, first.score, first.confidence), (Diagnosis::Malaria, 2, 0.69));
    assert_eq!(first.diagnosis.significance(), Significance::Critical);
    assert!(said.report.contains("Species and stage were not assessed"));
    assert!(said.report.contains("thick and thin films read by a person at once"));
    let foreign = Facts { familiar: Familiar { parasites: 0.3, ..healthy().familiar }, ..malaria() };
    let less = opinion(&foreign);
    assert!(less.suggestions[0].confidence < 0.3 && less.report.contains("look unlike those"));
}

#[test]
fn immature_granulocytes_with_basophils_are_chronic_myeloid_and_without_them_a_reaction() {
    let shifted = WhiteCells {
        segmented: 60,
        band: 30,
        metamyelocytes: 12,
        myelocytes: 10,
        promyelocytes: 3,
        lymphocytes: 10,
        ..WhiteCells::default()
    };
    assert_eq!(codes(&Facts { white: shifted, ..healthy() }), ["D72.825", "D72.823"]);
    let with_basophils = WhiteCells { basophils: 15, ..shifted };
    let found = codes(&Facts { white: with_basophils, ..healthy() });
    assert!(found.contains(&"C92.10") && found.contains(&"D72.824"), "{found:?}");
    let sure =
        |facts: &Facts| opinion(facts).suggestions.iter().map(|one| one.confidence).fold(0.0, f64::max);
    let foreign = Familiar { white: 0.2, ..healthy().familiar };
    let strange = Facts { white: shifted, familiar: foreign, ..healthy() };
    assert!(opinion(&strange).report.contains("nothing is suggested by them"));
    assert!(sure(&strange) == 0.0 && sure(&Facts { white: shifted, ..healthy() }) > 0.7);
}

#[test]
fn small_pale_cells_are_iron_deficiency_unless_target_cells_say_another_thing() {
    let some = |found| Share { found, of: 2_000, usual: 0.02 };
    let red = RedCells { microcytes: some(300), hypochromia: some(400), ..healthy().red };
    assert_eq!(codes(&Facts { red, ..healthy() }), ["D50.9"]);
    let red = RedCells { target_cells: some(700), ..red };
    assert_eq!(codes(&Facts { red, ..healthy() })[0], "D56.9");
}

#[test]
fn fragments_with_few_platelets_are_urgent() {
    let red = RedCells { schistocytes: Share { found: 60, of: 2_000, usual: 0.005 }, ..healthy().red };
    let few = Facts { red, platelets: Platelets { counted: 40, large: 0 }, ..healthy() };
    let said = opinion(&few);
    assert_eq!(said.suggestions[0].diagnosis, Diagnosis::Microangiopathy);
    assert!(said.report.contains("CRITICAL CALL") && said.report.contains("schistocyte 3+"));
    assert!(codes(&few).contains(&"D69.6"));
    // Platelets that are not few speak against it.
    let many = opinion(&Facts { red, ..healthy() });
    assert!(many.suggestions.iter().all(|one| one.diagnosis != Diagnosis::Microangiopathy));
}

#[test]
fn clumps_take_away_that_platelets_are_few() {
    let few = Facts { platelets: Platelets { counted: 40, large: 0 }, ..healthy() };
    assert_eq!(codes(&few), ["D69.6"]);
    let clumped = Facts { platelets: Platelets { counted: 40, large: 15 }, ..healthy() };
    assert_eq!(codes(&clumped), [""; 0]);
}

#[test]
fn files_that_were_left_out_are_named() {
    let out = |at: usize| LeftOut { file: format!("sha224-i-{at}"), reason: "it is no smear".to_owned() };
    let said = opinion(&Facts { left_out: (0..25).map(out).collect(), ..healthy() });
    assert!(said.report.contains("Left out: sha224-i-19: it is no smear."));
    assert!(said.report.contains("5 more files were left out.") && !said.report.contains("sha224-i-20"));
}

#[test]
fn every_code_is_one_of_a_leaf_and_no_condition_is_said_for_sure() {
    for facts in [healthy(), malaria()] {
        for one in opinion(&facts).suggestions {
            assert!((0.0..=1.0).contains(&one.confidence) && one.score > 0 && !one.evidence.is_empty());
        }
    }
}

#[test]
fn bands_by_mistake_are_no_left_shift() {
    let seen = WhiteCells {
        segmented: 63,
        band: 16,
        lymphocytes: 36,
        monocytes: 7,
        eosinophils: 3,
        ..WhiteCells::default()
    };
    let facts = Facts { white: seen, ..healthy() };
    assert_eq!(codes(&facts), Vec::<&str>::new());
    let told = opinion(&facts).report;
    assert!(
        told.contains("Neutrophils together: 79 of 125, 63.2 %")
            && told.contains("17 are called bands by mistake.")
    );
    assert_eq!(codes(&Facts { segmented_as_band: Some(0.0), ..facts.clone() }), ["D72.825"]);
    let shifted = WhiteCells { segmented: 45, band: 34, ..seen };
    assert_eq!(codes(&Facts { white: shifted, ..healthy() }), ["D72.825"]);
    assert_eq!(codes(&Facts { white: shifted, segmented_as_band: None, ..healthy() }), Vec::<&str>::new());
}

#[test]
fn what_is_critical_comes_first() {
    let shifted = WhiteCells { band: 60, segmented: 60, ..WhiteCells::default() };
    let red = RedCells { parasitised: Share { found: 24, of: 2_000, usual: 0.005 }, ..healthy().red };
    let told = opinion(&Facts { white: shifted, red, ..healthy() });
    let weights: Vec<_> =
        told.suggestions.iter().map(|one| (one.diagnosis.icd10(), one.confidence)).collect();
    let [(first, sure), (second, surer), ..] = weights.as_slice() else { panic!("{weights:?}") };
    assert_eq!((*first, *second), ("B54", "D72.825"));
    assert!(sure < surer, "{weights:?}");
}

#[test]
fn erythroblasts_are_told_where_no_shape_was_looked_at() {
    let white = WhiteCells { erythroblasts: 12, ..healthy().white };
    let red = RedCells { counted: 4_000, parasitised: healthy().red.parasitised, ..RedCells::default() };
    let told = opinion(&Facts { white, red, ..healthy() }).report;
    assert!(told.contains("- Erythroblasts: 12 (10.0 for 100 white cells)."), "{told}");
    let foreign = Familiar { white: 0.2, ..healthy().familiar };
    let told = opinion(&Facts { white, red, familiar: foreign, ..healthy() }).report;
    assert!(!told.contains("Erythroblasts:"), "{told}");
}
