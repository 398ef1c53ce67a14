//! White cells: the differential count. A share is no number in a microlitre, and what is needed for that is said to be missing. Chronic
//! lymphocytic leukaemia is defined by such a number and known by smudge cells: nothing here can tell it from other lymphocytosis.

use crate::clinical::smear::diagnosis::Diagnosis;
use crate::clinical::smear::facts::Facts;
use crate::clinical::smear::hypothesis::Hypothesis;

/// More than this share of bands is a left shift.
const BANDS: f64 = 0.05;
/// More than this share of all immature granulocytes together.
const IMMATURE: f64 = 0.02;
/// Upper ends of the usual shares in adults.
const NEUTROPHILS: f64 = 0.75;
/// Of lymphocytes.
const LYMPHOCYTES: f64 = 0.45;
/// Of monocytes.
const MONOCYTES: f64 = 0.10;
/// Of eosinophils.
const EOSINOPHILS: f64 = 0.06;
/// Of basophils: 1 in a hundred, and room for a second one.
const BASOPHILS: f64 = 0.02;

const NUMBER: &str = "the number of white cells in a microlitre";

pub(super) fn all(facts: &Facts) -> Vec<Hypothesis> {
    let mut all = vec![left_shift(facts), leukaemoid(facts), chronic_myeloid(facts)];
    let white = &facts.white;
    let high = |diagnosis, name, found, limit| {
        Hypothesis::of(diagnosis).needs(name, &white.share(found), limit, 4.0).lacks(NUMBER)
    };
    all.push(high(Diagnosis::Lymphocytosis, "lymphocytes", white.lymphocytes, LYMPHOCYTES));
    all.push(high(Diagnosis::Monocytosis, "monocytes", white.monocytes, MONOCYTES));
    all.push(high(Diagnosis::Eosinophilia, "eosinophils", white.eosinophils, EOSINOPHILS));
    all.push(high(Diagnosis::Basophilia, "basophils", white.basophils, BASOPHILS));
    all
}

fn left_shift(facts: &Facts) -> Hypothesis {
    let white = &facts.white;
    // Some of the many segmented ones are called bands in every smear.
    let usual = facts.usual_bands();
    Hypothesis::of(Diagnosis::Bandemia)
        .needs_that(usual.is_some())
        .needs("band neutrophils", &white.share(white.band), BANDS + usual.unwrap_or(0.0), 4.0)
        .gains("immature granulocytes", &white.share(white.immature()), IMMATURE, 1.5)
        .gains("neutrophils", &white.share(white.neutrophils()), NEUTROPHILS, 1.0)
}

fn leukaemoid(facts: &Facts) -> Hypothesis {
    let white = &facts.white;
    Hypothesis::of(Diagnosis::Leukaemoid)
        .needs("immature granulocytes", &white.share(white.immature()), 0.05, 2.0)
        .gains("band neutrophils", &white.share(white.band), 0.10 + facts.usual_bands().unwrap_or(1.0), 1.5)
        .gains("neutrophils", &white.share(white.neutrophils()), NEUTROPHILS, 0.5)
        .loses("basophils", &white.share(white.basophils), BASOPHILS, 1.5)
        .lacks("toxic granules, Döhle bodies, blasts, and the number of white cells in a microlitre")
}

fn chronic_myeloid(facts: &Facts) -> Hypothesis {
    let white = &facts.white;
    let stages = [white.promyelocytes, white.myelocytes, white.metamyelocytes, white.band, white.segmented];
    Hypothesis::of(Diagnosis::ChronicMyeloid)
        .needs_that(stages.iter().all(|stage| *stage > 0))
        .needs("immature granulocytes", &white.share(white.immature()), 0.10, 2.0)
        .needs("basophils", &white.share(white.basophils), BASOPHILS, 2.0)
        .gains("eosinophils", &white.share(white.eosinophils), EOSINOPHILS, 0.5)
        .lacks("blasts, BCR::ABL1, and the number of white cells in a microlitre")
}
