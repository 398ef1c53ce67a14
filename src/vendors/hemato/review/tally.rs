//! Adding up what is found in the files of a smear. Only counts and places are kept, so that thousands of files take little memory.

use std::collections::BTreeMap;

use super::basis::{Basis, Counts, is_finding};
use super::findings::{Findings, Measure, Place, Seen, Statistic, Suggestion};
use super::kinds::Kind;
use crate::clinical::smear::{self as clinical, Familiar, LeftOut, Number, Opinion, Quality, opinion, real};
use crate::inference::registry::ModelRef;
use crate::inference::smear::{self, Cell, Content, Field, RedShape, Told, Usual};

/// A picture with less focus or stain than this is left out.
const USELESS: f32 = 0.1;
/// So many places of one name are kept, over all files alike.
const PLACES: usize = 20_000;

/// What was found so far.
#[derive(Clone, Debug)]
pub struct Tally {
    fields: u64,
    left_out: Vec<LeftOut>,
    /// Places of one name that are kept of each file.
    of_file: usize,
    quality: [Mean; 3],
    familiar: [Mean; 3],
    area_cells2: f64,
    assessed: u64,
    looked_for_parasites: u64,
    seen: BTreeMap<&'static str, (u64, Vec<Place>)>,
}

/// A mean that is added to.
#[derive(Clone, Copy, Debug, Default)]
struct Mean {
    sum: f64,
    count: u64,
}

impl Mean {
    fn add(&mut self, value: f32) {
        self.sum += f64::from(value);
        self.count += 1;
    }

    fn get(&self) -> f64 {
        if self.count == 0 { 0.0 } else { self.sum / real(self.count) }
    }
}

impl Tally {
    /// Of a smear of so many files.
    #[must_use]
    pub fn of(files: usize) -> Self {
        Self {
            fields: 0,
            left_out: Vec::new(),
            of_file: (PLACES / files.max(1)).max(1),
            quality: [Mean::default(); 3],
            familiar: [Mean::default(); 3],
            area_cells2: 0.0,
            assessed: 0,
            looked_for_parasites: 0,
            seen: BTreeMap::new(),
        }
    }

    /// Whether any field was counted.
    #[must_use]
    pub fn has_fields(&self) -> bool {
        self.fields > 0
    }

    /// The files that nothing was counted in.
    #[must_use]
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }

    /// Leaves a file out, which is called so, for this reason.
    pub fn leave_out(&mut self, file: &str, reason: impl Into<String>) {
        self.left_out.push(LeftOut { file: file.to_owned(), reason: reason.into() });
    }

    /// Adds a field, the file of this number and name.
    pub fn add(&mut self, at: usize, file: &str, field: &Field) {
        if let Some(reason) = useless(&field.quality) {
            return self.leave_out(file, reason);
        }
        self.fields += 1;
        let smear::Quality { focus, stain, monolayer } = field.quality;
        for (mean, value) in self.quality.iter_mut().zip([focus, stain, monolayer]) {
            mean.add(value);
        }
        if let Some(width) = field.red_cell.map(f64::from).filter(|width| *width > 0.0) {
            self.area_cells2 += f64::from(field.width) * f64::from(field.height) / (width * width);
        }
        let mut kept: BTreeMap<&'static str, usize> = BTreeMap::new();
        for cell in &field.cells {
            for kind in self.kinds(cell) {
                let name = kind.name();
                let (count, places) = self.seen.entry(name).or_default();
                *count += 1;
                let of_file = kept.entry(name).or_default();
                if *of_file < self.of_file {
                    *of_file += 1;
                    places.push(place(at, cell));
                }
            }
        }
    }

    /// The kinds that a cell counts as; notes how familiar it looks.
    fn kinds(&mut self, cell: &Cell) -> Vec<Kind> {
        let [white, shapes, parasites] = &mut self.familiar;
        match cell.content {
            Content::Red { shape, is_parasitised } => {
                let mut kinds = vec![Kind::RedCell];
                if let Some(Told { what, familiar }) = shape {
                    shapes.add(familiar);
                    self.assessed += 1;
                    kinds.extend((what != RedShape::Normal).then_some(Kind::Shape(what)));
                }
                if let Some(Told { what, familiar }) = is_parasitised {
                    parasites.add(familiar);
                    self.looked_for_parasites += 1;
                    kinds.extend(what.then_some(Kind::Parasitised));
                }
                kinds
            }
            Content::White(Told { what, familiar }) => {
                white.add(familiar);
                what.map_or(Kind::WhiteCell, Kind::White).counts_as()
            }
            Content::Platelet { is_large } => {
                if is_large { Kind::LargePlatelet } else { Kind::Platelet }.counts_as()
            }
        }
    }

    /// What all that is and means, as these models found it, which find so much where nothing is the matter.
    #[must_use]
    pub fn findings(mut self, usual: &Usual, models: &[ModelRef]) -> Findings {
        let basis = self.basis(usual);
        let counts: Counts = self.seen.iter().map(|(name, (count, _))| (*name, *count)).collect();
        let facts = basis.facts(&counts, 0);
        let said = opinion(&facts);
        let of_kind = |kind: Kind| {
            let (count, places) = self.seen.remove(kind.name())?;
            Some(Seen { name: kind.name().to_owned(), count, places, is_finding: is_finding(kind, &facts) })
        };
        let seen = Kind::all().filter_map(of_kind).collect();
        let (statistics, differential) = said_as(&said);
        Findings { statistics, seen, differential, report: said.report, basis, models: models.to_vec() }
    }

    fn basis(&self, usual: &Usual) -> Basis {
        let [focus, stain, monolayer] = self.quality.map(|mean| mean.get());
        let [white, shapes, parasites] = self.familiar.map(|mean| mean.get());
        Basis {
            fields: self.fields,
            left_out: self.left_out.clone(),
            quality: Quality { focus, stain, monolayer },
            familiar: Familiar { white, shapes, parasites },
            area_cells2: self.area_cells2,
            assessed: self.assessed,
            looked_for_parasites: self.looked_for_parasites,
            usual_shapes: usual.shapes.iter().map(|(shape, share)| (*shape, f64::from(*share))).collect(),
            usual_parasitised: usual.parasitised,
            segmented_as_band: usual.segmented_as_band,
        }
    }
}

/// What is said of facts, as it is kept.
#[must_use]
pub fn said_as(said: &Opinion) -> (Vec<Statistic>, Vec<Suggestion>) {
    let suggestion = |one: &clinical::Suggestion| Suggestion {
        score: one.score,
        confidence: one.confidence,
        significance: one.diagnosis.significance().as_str().to_owned(),
        icd10: one.diagnosis.icd10().to_owned(),
        name: one.diagnosis.name().to_owned(),
        short_name: one.diagnosis.short_name().to_owned(),
        evidence: one.evidence.clone(),
    };
    (said.numbers.iter().map(statistic).collect(), said.suggestions.iter().map(suggestion).collect())
}

/// Why a picture of this quality is left out, if it is.
fn useless(quality: &smear::Quality) -> Option<&'static str> {
    if quality.focus < USELESS {
        Some("it is out of focus")
    } else if quality.stain < USELESS {
        Some("it is hardly stained")
    } else {
        None
    }
}

fn place(file: usize, cell: &Cell) -> Place {
    let smear::Place { x, y, .. } = cell.place;
    let [x, y, radius] = [x, y, cell.place.size() / 2.0].map(pixels);
    Place { file, x, y, radius: radius.max(1) }
}

/// The nearest pixel.
#[expect(clippy::as_conversions, reason = "std has no float-to-integer conversion; `as` saturates")]
fn pixels(length: f32) -> u32 {
    length.max(0.0).round() as u32
}

fn statistic(number: &Number) -> Statistic {
    Statistic {
        name: number.name.clone(),
        value: number.value.clone().map_or(Measure::NotAssessed, Measure::Value),
        unit: number.unit.to_owned(),
        interval: number.interval.clone(),
    }
}
