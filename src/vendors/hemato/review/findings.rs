//! What all files of a smear together show: cells counted by kind, shapes and parasites with their places, and what all that may mean.

use super::basis::Basis;
use crate::inference::registry::ModelRef;

/// What was found in all files of a smear together.
#[derive(Clone, Debug, PartialEq)]
pub struct Findings {
    /// Numbers over the whole smear, in the order in which they are told.
    pub statistics: Vec<Statistic>,
    /// What was seen, in the order in which it is told.
    pub seen: Vec<Seen>,
    /// What may be the matter, the likeliest first.
    pub differential: Vec<Suggestion>,
    /// What a pathologist would write, for people: not empty.
    pub report: String,
    /// What the cells were counted in.
    pub basis: Basis,
    /// The models that found it.
    pub models: Vec<ModelRef>,
}

/// A number over the whole smear, such as the density of red cells.
#[derive(Clone, Debug, PartialEq)]
pub struct Statistic {
    /// Its name in lower case with hyphens, such as `rbc-density`.
    pub name: String,
    /// The number.
    pub value: Measure,
    /// Its unit as UCUM writes it, such as `10*3/uL`; empty where it has none.
    pub unit: String,
    /// The interval of 95 % round it, as decimal digits, where it has one.
    pub interval: Option<(String, String)>,
}

/// A number, if there is one.
#[derive(Clone, Debug, PartialEq)]
pub enum Measure {
    /// It was counted or estimated: the number as decimal digits, with as many as mean something.
    Value(String),
    /// What the models have learnt does not tell it.
    NotAssessed,
}

/// Something that was seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// Its name in lower case, such as `ring trophozoite`.
    pub name: String,
    /// How often, in all files.
    pub count: u64,
    /// Where; there may be fewer places than it was counted.
    pub places: Vec<Place>,
    /// Whether it is more than models see where nothing is the matter: else it is kept, and told nobody.
    pub is_finding: bool,
}

/// A circle in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which of the files, from 0 on.
    pub file: usize,
    /// Pixels from the left to its middle.
    pub x: u32,
    /// Pixels from the top to its middle.
    pub y: u32,
    /// Pixels from the middle to its edge.
    pub radius: u32,
}

/// Something that may be the matter.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// How much speaks for it, in points: these are an expert's settings, and no probability.
    pub score: i64,
    /// How sure that is, from 0 to 1.
    pub confidence: f64,
    /// What it means for the patient, as a letter or word of the report.
    pub significance: String,
    /// Its code in ICD-10-CM.
    pub icd10: String,
    /// Its name.
    pub name: String,
    /// Its name in short.
    pub short_name: String,
    /// What speaks for it, in words.
    pub evidence: Vec<String>,
}
