//! Adding up what is found in the files of a smear. Only counts and places are kept, so that thousands of files take little memory.

use std::collections::BTreeMap;

use super::findings::{Findings, Measure, Place, Seen, Statistic, Suggestion};
use crate::clinical::smear::{
    Facts, Familiar, LeftOut, Number, Opinion, Platelets, Quality, RedCells, Share, WhiteCells, opinion, real,
};
use crate::inference::registry::ModelRef;
use crate::inference::smear::{self, Cell, Content, Field, RedShape, Told, Usual, WhiteKind};

/// A picture with less focus or stain than this is left out.
const USELESS: f32 = 0.1;
/// So many places of one name are kept, over all files alike.
const PLACES: usize = 20_000;

const RED_CELL: &str = "red cell";
const WHITE_CELL: &str = "white cell";
const PLATELET: &str = "platelet";
const LARGE_PLATELET: &str = "large platelet";
const PARASITISED: &str = "parasitised red cell";

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
    red: u64,
    assessed: u64,
    looked_for_parasites: u64,
    parasitised: u64,
    shapes: BTreeMap<RedShape, u64>,
    white: BTreeMap<WhiteKind, u64>,
    unsure: u64,
    platelets: Platelets,
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
            red: 0,
            assessed: 0,
            looked_for_parasites: 0,
            parasitised: 0,
            shapes: BTreeMap::new(),
            white: BTreeMap::new(),
            unsure: 0,
            platelets: Platelets::default(),
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
            for name in self.count(cell) {
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

    /// Counts a cell; the names that it is a finding by.
    fn count(&mut self, cell: &Cell) -> Vec<&'static str> {
        match cell.content {
            Content::Red { shape, is_parasitised } => {
                self.red += 1;
                let mut names = vec![RED_CELL];
                names.extend(shape.and_then(|shape| self.shape(shape)));
                names.extend(is_parasitised.and_then(|parasite| self.parasite(parasite)));
                names
            }
            Content::White(Told { what, familiar }) => {
                let [white, ..] = &mut self.familiar;
                white.add(familiar);
                match what {
                    Some(WhiteKind::Erythroblast) => {
                        *self.white.entry(WhiteKind::Erythroblast).or_default() += 1;
                        vec![white_name(WhiteKind::Erythroblast)]
                    }
                    Some(kind) => {
                        *self.white.entry(kind).or_default() += 1;
                        vec![WHITE_CELL, white_name(kind)]
                    }
                    None => {
                        self.unsure += 1;
                        vec![WHITE_CELL]
                    }
                }
            }
            Content::Platelet { is_large } => {
                self.platelets.counted += 1;
                self.platelets.large += u64::from(is_large);
                if is_large { vec![PLATELET, LARGE_PLATELET] } else { vec![PLATELET] }
            }
        }
    }

    fn shape(&mut self, told: Told<RedShape>) -> Option<&'static str> {
        let [_, shapes, _] = &mut self.familiar;
        shapes.add(told.familiar);
        self.assessed += 1;
        *self.shapes.entry(told.what).or_default() += 1;
        shape_name(told.what)
    }

    fn parasite(&mut self, told: Told<bool>) -> Option<&'static str> {
        let [_, _, parasites] = &mut self.familiar;
        parasites.add(told.familiar);
        self.looked_for_parasites += 1;
        self.parasitised += u64::from(told.what);
        told.what.then_some(PARASITISED)
    }

    /// What all that is and means, as these models found it, which find so much where nothing is the matter.
    #[must_use]
    pub fn findings(self, usual: &Usual, models: &[ModelRef]) -> Findings {
        let facts = self.facts(usual);
        let Opinion { numbers, suggestions, report } = opinion(&facts);
        let mut seen = Vec::new();
        for (name, (count, places)) in self.in_order() {
            if is_finding(name, &facts) {
                seen.push(Seen { name: name.to_owned(), count, places });
            }
        }
        let differential = suggestions.into_iter().map(|one| Suggestion {
            score: one.score,
            confidence: one.confidence,
            significance: one.diagnosis.significance().as_str().to_owned(),
            icd10: one.diagnosis.icd10().to_owned(),
            name: one.diagnosis.name().to_owned(),
            short_name: one.diagnosis.short_name().to_owned(),
            evidence: one.evidence,
        });
        Findings {
            statistics: numbers.into_iter().map(statistic).collect(),
            seen,
            differential: differential.collect(),
            report,
            models: models.to_vec(),
        }
    }

    /// What was seen, in the order in which it is told: cells, white cells by kind, shapes, parasites.
    fn in_order(self) -> Vec<(&'static str, (u64, Vec<Place>))> {
        let mut seen = self.seen;
        let kinds = WhiteKind::ALL.map(white_name);
        let shapes = RedShape::ALL.map(shape_name).into_iter().flatten();
        let names = [PARASITISED, RED_CELL, WHITE_CELL, PLATELET, LARGE_PLATELET].into_iter();
        names.chain(kinds).chain(shapes).filter_map(|name| Some((name, seen.remove(name)?))).collect()
    }

    fn facts(&self, usual: &Usual) -> Facts {
        let [focus, stain, monolayer] = self.quality.map(|mean| mean.get());
        let [white, shapes, parasites] = self.familiar.map(|mean| mean.get());
        Facts {
            fields: self.fields,
            left_out: self.left_out.clone(),
            quality: Quality { focus, stain, monolayer },
            familiar: Familiar { white, shapes, parasites },
            area_cells2: self.area_cells2,
            red: self.red_cells(usual),
            white: self.white_cells(),
            platelets: self.platelets,
            segmented_as_band: usual.segmented_as_band,
        }
    }

    fn red_cells(&self, usual: &Usual) -> RedCells {
        let share = |shape: RedShape| Share {
            found: self.shapes.get(&shape).copied().unwrap_or_default(),
            of: self.assessed,
            usual: usual.of(shape),
        };
        RedCells {
            counted: self.red,
            assessed: self.assessed,
            normal: share(RedShape::Normal),
            macrocytes: share(RedShape::Macrocyte),
            microcytes: share(RedShape::Microcyte),
            spherocytes: share(RedShape::Spherocyte),
            target_cells: share(RedShape::TargetCell),
            stomatocytes: share(RedShape::Stomatocyte),
            ovalocytes: share(RedShape::Ovalocyte),
            teardrops: share(RedShape::Teardrop),
            burr_cells: share(RedShape::BurrCell),
            schistocytes: share(RedShape::Schistocyte),
            hypochromia: share(RedShape::Hypochromia),
            elliptocytes: share(RedShape::Elliptocyte),
            parasitised: Share {
                found: self.parasitised,
                of: self.looked_for_parasites,
                usual: usual.parasitised.unwrap_or(0.0),
            },
        }
    }

    fn white_cells(&self) -> WhiteCells {
        let of = |kind: WhiteKind| self.white.get(&kind).copied().unwrap_or_default();
        WhiteCells {
            segmented: of(WhiteKind::SegmentedNeutrophil),
            band: of(WhiteKind::BandNeutrophil),
            metamyelocytes: of(WhiteKind::Metamyelocyte),
            myelocytes: of(WhiteKind::Myelocyte),
            promyelocytes: of(WhiteKind::Promyelocyte),
            unstaged: of(WhiteKind::ImmatureGranulocyte),
            lymphocytes: of(WhiteKind::Lymphocyte),
            monocytes: of(WhiteKind::Monocyte),
            eosinophils: of(WhiteKind::Eosinophil),
            basophils: of(WhiteKind::Basophil),
            unsure: self.unsure,
            erythroblasts: of(WhiteKind::Erythroblast),
        }
    }
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

/// Whether something was seen more often than the models say so where nothing is the matter.
fn is_finding(name: &str, facts: &Facts) -> bool {
    let red = &facts.red;
    let share = match name {
        PARASITISED => red.parasitised,
        "macrocyte" => red.macrocytes,
        "microcyte" => red.microcytes,
        "spherocyte" => red.spherocytes,
        "target cell" => red.target_cells,
        "stomatocyte" => red.stomatocytes,
        "ovalocyte" => red.ovalocytes,
        "teardrop" => red.teardrops,
        "burr cell" => red.burr_cells,
        "schistocyte" => red.schistocytes,
        "hypochromia" => red.hypochromia,
        "elliptocyte" => red.elliptocytes,
        _ => return true,
    };
    share.found > 0 && share.over(0.0) > 0.0
}

fn statistic(number: Number) -> Statistic {
    Statistic {
        name: number.name,
        value: number.value.map_or(Measure::NotAssessed, Measure::Value),
        unit: number.unit.to_owned(),
        interval: number.interval,
    }
}

fn white_name(kind: WhiteKind) -> &'static str {
    match kind {
        WhiteKind::SegmentedNeutrophil => "segmented neutrophil",
        WhiteKind::BandNeutrophil => "band neutrophil",
        WhiteKind::Metamyelocyte => "metamyelocyte",
        WhiteKind::Myelocyte => "myelocyte",
        WhiteKind::Promyelocyte => "promyelocyte",
        WhiteKind::ImmatureGranulocyte => "immature granulocyte",
        WhiteKind::Lymphocyte => "lymphocyte",
        WhiteKind::Monocyte => "monocyte",
        WhiteKind::Eosinophil => "eosinophil",
        WhiteKind::Basophil => "basophil",
        WhiteKind::Erythroblast => "erythroblast",
    }
}

/// The name of a shape; none of the usual one.
fn shape_name(shape: RedShape) -> Option<&'static str> {
    match shape {
        RedShape::Normal => None,
        RedShape::Macrocyte => Some("macrocyte"),
        RedShape::Microcyte => Some("microcyte"),
        RedShape::Spherocyte => Some("spherocyte"),
        RedShape::TargetCell => Some("target cell"),
        RedShape::Stomatocyte => Some("stomatocyte"),
        RedShape::Ovalocyte => Some("ovalocyte"),
        RedShape::Teardrop => Some("teardrop"),
        RedShape::BurrCell => Some("burr cell"),
        RedShape::Schistocyte => Some("schistocyte"),
        RedShape::Hypochromia => Some("hypochromia"),
        RedShape::Elliptocyte => Some("elliptocyte"),
    }
}
