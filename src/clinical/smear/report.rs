//! The report in words, as a haematologist expects it: specimen and quality, red cells, white cells, platelets, parasites, impression,
//! suggestions, critical calls, and who says so.

use std::collections::BTreeSet;

use super::calls;
use super::facts::{Facts, RED_CELL_UM};
use super::hypothesis::{FOREIGN, Suggestion, word};
use super::numbers::{named_shapes, to_hundred};
use super::platelets;
use super::rules::{RED_CELLS, WHITE_CELLS};
use super::share::Share;
use crate::core::draft;

/// So many files that were left out are named; of more, how many they are.
const NAMED: usize = 20;
/// Cells that are less familiar than this are said to look foreign.
const FAMILIAR: f64 = 0.7;

/// The report.
#[must_use]
pub fn written(facts: &Facts, suggestions: &[Suggestion]) -> String {
    let calls = calls::critical(facts);
    let [title, _] = draft::SMEAR_TITLE;
    let [end, _] = draft::SMEAR_END;
    let mut report = vec![title.to_owned()];
    if !calls.is_empty() {
        report.push(section("CRITICAL CALL: a person is to be told at once", calls.iter().cloned()));
    }
    report.push(section("Specimen and quality", quality(facts)));
    report.push(section("Red cells", red(facts)));
    report.push(section("White cells", white(facts)));
    report.push(section("Platelets", platelets(facts)));
    report.push(section("Parasites", parasites(facts)));
    report.push(section("Not assessed", not_assessed()));
    report.push(section("Impression", impression(facts, suggestions)));
    report.push(section("Suggestions", next_steps(facts, suggestions)));
    report.push(end.to_owned());
    report.join("\n\n")
}

/// So many of something: `1 field`, `12 fields`.
fn counted(number: u64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

fn section(title: &str, lines: impl IntoIterator<Item = String>) -> String {
    let mut text = title.to_owned();
    for line in lines {
        text.push_str("\n- ");
        text.push_str(&line);
    }
    text
}

fn quality(facts: &Facts) -> Vec<String> {
    let quality = facts.quality;
    let mut lines = vec![
        "No demographics, history or blood count came with the sample.".to_owned(),
        format!(
            "{} {} counted. Focus {}, stain {}, monolayer {}.",
            counted(facts.fields, "field"),
            if facts.fields == 1 { "was" } else { "were" },
            hundredths(quality.focus),
            hundredths(quality.stain),
            hundredths(quality.monolayer)
        ),
    ];
    if facts.corrected > 0 {
        lines.push(format!("A person has corrected the kind of {}.", counted(facts.corrected, "cell")));
    }
    lines.extend(foreign(facts));
    for out in facts.left_out.iter().take(NAMED) {
        lines.push(format!("Left out: {}: {}.", out.file, out.reason));
    }
    if facts.left_out.len() > NAMED {
        lines.push(format!("{} more files were left out.", facts.left_out.len() - NAMED));
    }
    lines
}

/// Which cells look unlike those that the models have learnt from.
fn foreign(facts: &Facts) -> Vec<String> {
    let (mut lines, familiar) = (Vec::new(), facts.familiar);
    for (what, count, value) in [
        ("white cells", facts.white.counted(), familiar.white),
        ("shapes of red cells", facts.red.assessed, familiar.shapes),
        ("red cells that may hold parasites", facts.red.parasitised.of, familiar.parasites),
    ] {
        if count > 0 && value < FAMILIAR {
            let so = if value < FOREIGN {
                "nothing is suggested by them"
            } else {
                "what is said of them is less sure"
            };
            lines.push(format!(
                "The {what} look unlike those that the models have learnt from ({}): {so}.",
                hundredths(value)
            ));
        }
    }
    lines
}

fn hundredths(value: f64) -> String {
    format!("{:.0} of 100", 100.0 * value)
}

fn red(facts: &Facts) -> Vec<String> {
    let red = &facts.red;
    let mean = facts.per_field(red.counted);
    let mean = mean.map_or_else(String::new, |mean| format!(", {mean:.1} in a field"));
    let mut lines = vec![format!("{} red cells were counted{mean}.", red.counted)];
    let erythroblasts = facts.white.erythroblasts;
    let is_told = erythroblasts > 0 && facts.familiar.white >= FOREIGN;
    if let Some(number) = facts.erythroblasts_to_white().filter(|_| is_told) {
        lines.push(format!("Erythroblasts: {erythroblasts} ({number:.1} for 100 white cells)."));
    }
    if red.assessed == 0 {
        lines.push("Size, shape and colour of red cells were not assessed.".to_owned());
        return lines;
    }
    lines.push(format!("The shape of {} was looked at.", red.assessed));
    if red.assessed < RED_CELLS {
        lines.push(format!("Shares of red cells are unsure below {RED_CELLS} cells."));
    }
    let found: Vec<_> = named_shapes(facts)
        .into_iter()
        .filter(|(_, share)| share.over(0.0) > 0.0 && share.found > 0)
        .map(|(name, share)| format!("{name} {}: {share}.", grade(name, &share)))
        .collect();
    if found.is_empty() {
        lines.push("No shape, size or colour is more often than the models say of healthy blood.".to_owned());
    }
    lines.extend(found);
    lines
}

/// The grade of a shape (ICSH 2015): schistocytes from 1 and 2 %, others from 5 and 20 %.
fn grade(name: &str, share: &Share) -> &'static str {
    let (second, third) = if name == "schistocyte" { (0.01, 0.02) } else { (0.05, 0.20) };
    if share.point() > third {
        "3+"
    } else if share.point() >= second {
        "2+"
    } else {
        "1+"
    }
}

fn white(facts: &Facts) -> Vec<String> {
    let white = &facts.white;
    let mut lines = vec![format!(
        "{} white cells were counted; the kind of {} could be told.",
        white.counted(),
        white.told()
    )];
    let kinds = [
        ("segmented neutrophils", white.segmented),
        ("band neutrophils", white.band),
        ("metamyelocytes", white.metamyelocytes),
        ("myelocytes", white.myelocytes),
        ("promyelocytes", white.promyelocytes),
        ("immature granulocytes of no stage that could be told", white.unstaged),
        ("lymphocytes", white.lymphocytes),
        ("monocytes", white.monocytes),
        ("eosinophils", white.eosinophils),
        ("basophils", white.basophils),
    ];
    if !facts.has_differential() {
        let why = if white.told() < WHITE_CELLS { "too few" } else { "of cells that look too foreign" };
        let counts: Vec<_> = kinds
            .iter()
            .filter(|(_, found)| *found > 0)
            .map(|(name, found)| format!("{name} {found}"))
            .collect();
        if !counts.is_empty() {
            lines.push(format!("Counts, {why} for shares: {}.", counts.join(", ")));
        }
        return lines;
    }
    lines
        .extend(kinds.iter().map(|(name, found)| format!("{}: {}.", capitalised(name), white.share(*found))));
    if let Some(errors) = facts.segmented_as_band {
        lines.push(format!(
            "Neutrophils together: {}. Of 100 segmented ones {:.0} are called bands by mistake.",
            white.share(white.neutrophils()),
            100.0 * errors
        ));
    }
    lines
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn platelets(facts: &Facts) -> Vec<String> {
    let share = facts.platelets_to_red();
    let mut lines = vec![format!(
        "{} platelets were counted: {:.1} for 1,000 red cells.",
        facts.platelets.counted,
        10.0 * to_hundred(share.found, share.of)
    )];
    lines.push(match platelets::estimate(facts) {
        Ok(estimate) => format!(
            "Estimate: {:.0},000 per microlitre, give or take a quarter, if a red cell is {RED_CELL_UM} micrometres wide and each oil immersion field stands for 20,000.",
            estimate / 1_000.0
        ),
        Err(reason) => format!("No estimate per microlitre: {}.", reason.told()),
    });
    if facts.platelets.large > 0 {
        lines.push(format!(
            "{} are as large as a white cell: giant platelets or clumps. Where platelets clump, their number is unreliable.",
            facts.platelets.large
        ));
    }
    lines
}

fn parasites(facts: &Facts) -> Vec<String> {
    let seen = &facts.red.parasitised;
    if seen.of == 0 {
        return vec!["No red cell was looked at for parasites.".to_owned()];
    }
    let fields = facts.fields;
    let usual = 100.0 * seen.usual;
    if !facts.holds_parasites() {
        return vec![format!(
            "Red cells that look as if they held a parasite: {seen}, in {}; up to {usual:.2} % are called so in healthy blood. This does not exclude malaria: that needs 100 oil immersion fields of a thick film.",
            counted(fields, "field")
        )];
    }
    vec![
        format!(
            "PRESENT, as it seems: {seen} of the red cells, in {}; {usual:.2} % are called so in healthy blood.",
            counted(fields, "field")
        ),
        "Species and stage were not assessed, and a density per microlitre needs a red cell count."
            .to_owned(),
    ]
}

fn not_assessed() -> Vec<String> {
    vec![
        "Blasts, Auer rods, toxic change, atypical lymphocytes, smudge cells: the models have not learnt them. That none is named does not mean that none is there.".to_owned(),
        "Sickle cells, inclusions, polychromasia, rouleaux; the size of all red cells together (mean volume).".to_owned(),
        "White cells per microlitre: whoever photographs chooses fields with white cells.".to_owned(),
    ]
}

fn impression(facts: &Facts, suggestions: &[Suggestion]) -> Vec<String> {
    if let Some(reason) = super::why_none(facts) {
        return vec![format!("Findings only, and no differential diagnosis: {reason}.")];
    }
    if suggestions.is_empty() {
        let foreign = if facts.familiar.white < FOREIGN {
            " The white cells look too foreign to the reader for their kinds to be believed."
        } else {
            ""
        };
        return vec![format!(
            "Of the patterns that could be assessed none is suggested; what was not assessed is told above.{foreign}"
        )];
    }
    suggestions
        .iter()
        .map(|one| {
            let diagnosis = one.diagnosis;
            let lead = format!(
                "{} ({}), {} points, confidence {} ({:.2}), {}",
                diagnosis.name(),
                diagnosis.icd10(),
                one.score,
                word(one.confidence),
                one.confidence,
                diagnosis.significance().as_str()
            );
            format!("{lead}. {}.", one.evidence.join("; "))
        })
        .collect()
}

fn next_steps(facts: &Facts, suggestions: &[Suggestion]) -> Vec<String> {
    let mut lines = vec!["Review of the film by a person, with a blood count of the same sample.".to_owned()];
    if facts.white.told() < WHITE_CELLS {
        lines.push(format!("More fields, until at least {WHITE_CELLS} white cells are counted."));
    }
    if facts.holds_parasites() {
        lines.push(super::Diagnosis::Malaria.next().to_owned());
    }
    let mut told = BTreeSet::new();
    for one in suggestions {
        let next = one.diagnosis.next();
        if told.insert(next) && !lines.iter().any(|line| line == next) {
            lines.push(next.to_owned());
        }
    }
    lines
}
