//! Red cells: parasites, size, colour and shape.

use crate::clinical::smear::diagnosis::Diagnosis;
use crate::clinical::smear::facts::Facts;
use crate::clinical::smear::hypothesis::Hypothesis;

/// Any at all that is more than what is usual of the reader.
const ANY: f64 = 0.0;
/// What is called some: the second of three grades begins here.
const SOME: f64 = 0.05;
/// What is called many: the third grade.
const MANY: f64 = 0.20;
/// Schistocytes of this share suggest a microangiopathy in adults (ICSH 2012).
const SCHISTOCYTES: f64 = 0.01;
/// Platelets to red cells: 150,000 to 5 million.
const FEW_PLATELETS: f64 = 0.03;

pub(super) fn shapes(facts: &Facts) -> Vec<Hypothesis> {
    vec![
        iron_deficiency(facts),
        thalassaemia(facts),
        megaloblastic(facts),
        microangiopathy(facts),
        autoimmune(facts),
        spherocytosis(facts),
        elliptocytosis(facts),
    ]
}

pub(super) fn malaria(facts: &Facts) -> Hypothesis {
    let red = &facts.red;
    Hypothesis::of(Diagnosis::Malaria)
        .needs_that(facts.holds_parasites())
        .needs("red cells that may hold a parasite", &red.parasitised, ANY, 4.0)
        .gains("more than one of twenty of them", &red.parasitised, 0.05, 2.0)
        .lacks("species and stage of parasites")
}

fn iron_deficiency(facts: &Facts) -> Hypothesis {
    let red = &facts.red;
    Hypothesis::of(Diagnosis::IronDeficiency)
        .needs("microcytes", &red.microcytes, SOME, 2.0)
        .gains("hypochromia", &red.hypochromia, SOME, 2.0)
        .gains("elliptocytes", &red.elliptocytes, SOME, 1.0)
        .gains("platelets to red cells", &facts.platelets_to_red(), 0.09, 0.5)
        .loses("target cells", &red.target_cells, MANY, 1.5)
        .loses("macrocytes", &red.macrocytes, MANY, 2.0)
        .lacks("mean cell volume and ferritin")
}

fn thalassaemia(facts: &Facts) -> Hypothesis {
    let red = &facts.red;
    Hypothesis::of(Diagnosis::Thalassaemia)
        .needs("microcytes", &red.microcytes, SOME, 1.5)
        .needs("target cells", &red.target_cells, SOME, 2.0)
        .gains("hypochromia", &red.hypochromia, SOME, 0.5)
        .gains("teardrops", &red.teardrops, SOME, 0.5)
        .loses("macrocytes", &red.macrocytes, MANY, 2.0)
        .lacks("red cell count, stippling and haemoglobins")
}

fn megaloblastic(facts: &Facts) -> Hypothesis {
    let red = &facts.red;
    Hypothesis::of(Diagnosis::Megaloblastic)
        .needs("macrocytes", &red.macrocytes, SOME, 2.0)
        .gains("ovalocytes", &red.ovalocytes, SOME, 1.5)
        .gains("teardrops", &red.teardrops, SOME, 0.5)
        .loses("microcytes", &red.microcytes, MANY, 2.0)
        .lacks("hypersegmented neutrophils")
}

fn microangiopathy(facts: &Facts) -> Hypothesis {
    let red = &facts.red;
    let few = facts.platelets_to_red().below(FEW_PLATELETS);
    Hypothesis::of(Diagnosis::Microangiopathy)
        .needs("schistocytes", &red.schistocytes, SCHISTOCYTES, 3.0)
        .supported(&format!("few platelets for the red cells: {}", facts.platelets_to_red()), few, 2.0)
        .contradicted("platelets are not few", facts.platelets_to_red().over(FEW_PLATELETS) >= 1.0, 1.5)
        .loses("microcytes", &red.microcytes, MANY, 1.0)
        .lacks("polychromasia, and whether platelets clump")
}

fn autoimmune(facts: &Facts) -> Hypothesis {
    let red = &facts.red;
    let nucleated = facts.erythroblasts_to_white().is_some_and(|number| number >= 2.0);
    Hypothesis::of(Diagnosis::AutoimmuneHaemolysis)
        .needs("spherocytes", &red.spherocytes, SOME, 2.5)
        .gains("many spherocytes", &red.spherocytes, MANY, 1.0)
        .supported("erythroblasts in the blood", if nucleated { 1.0 } else { 0.0 }, 1.0)
        .loses("schistocytes", &red.schistocytes, SCHISTOCYTES, 0.5)
        .lacks("polychromasia and the direct antiglobulin test")
}

fn spherocytosis(facts: &Facts) -> Hypothesis {
    let red = &facts.red;
    Hypothesis::of(Diagnosis::Spherocytosis)
        .needs("spherocytes", &red.spherocytes, SOME, 2.5)
        .gains("many spherocytes", &red.spherocytes, MANY, 0.5)
        .loses("schistocytes", &red.schistocytes, SCHISTOCYTES, 1.0)
        .lacks("family history and the direct antiglobulin test")
}

fn elliptocytosis(facts: &Facts) -> Hypothesis {
    let red = &facts.red;
    Hypothesis::of(Diagnosis::Elliptocytosis)
        .needs("elliptocytes", &red.elliptocytes, 0.25, 3.0)
        .loses("microcytes", &red.microcytes, SOME, 1.5)
        .lacks("family history")
}
