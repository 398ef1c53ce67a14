//! What is said of a smear follows from two things: how many cells of each kind there are, and what they were counted in. People correct
//! the first; the second is kept beside it, so that everything can be said anew.

use std::collections::BTreeMap;

use super::kinds::Kind;
use crate::clinical::smear::{Facts, Familiar, LeftOut, Platelets, Quality, RedCells, Share, WhiteCells};
use crate::inference::smear::{RedShape, WhiteKind};

/// How many cells there are, by the names of the kinds that they count as.
pub type Counts = BTreeMap<&'static str, u64>;

/// What cells were counted in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Basis {
    /// The fields.
    pub fields: u64,
    /// Files that nothing was counted in.
    pub left_out: Vec<LeftOut>,
    /// How good the fields are.
    pub quality: Quality,
    /// How much the cells look like those that the models have learnt from.
    pub familiar: Familiar,
    /// Area of all fields in widths of a red cell, squared.
    pub area_cells2: f64,
    /// Red cells whose shape was looked at.
    pub assessed: u64,
    /// Red cells that parasites were looked for in.
    pub looked_for_parasites: u64,
    /// The shares of red cells that models say to have a shape where nothing is the matter.
    pub usual_shapes: BTreeMap<RedShape, f64>,
    /// The share that they take for parasitised there; none where that is not known.
    pub usual_parasitised: Option<f64>,
    /// The share of segmented neutrophils that they call bands; none where that is not known.
    pub segmented_as_band: Option<f64>,
}

impl Basis {
    /// What was counted, with so many cells whose kind a person has corrected.
    #[must_use]
    pub fn facts(&self, counts: &Counts, corrected: u64) -> Facts {
        Facts {
            fields: self.fields,
            left_out: self.left_out.clone(),
            quality: self.quality,
            familiar: self.familiar,
            area_cells2: self.area_cells2,
            red: self.red_cells(counts),
            white: white_cells(counts),
            platelets: Platelets {
                counted: of(counts, Kind::Platelet),
                large: of(counts, Kind::LargePlatelet),
            },
            segmented_as_band: self.segmented_as_band,
            corrected,
        }
    }

    fn red_cells(&self, counts: &Counts) -> RedCells {
        let share = |shape: RedShape| Share {
            found: of(counts, Kind::Shape(shape)),
            of: self.assessed,
            usual: self.usual(shape),
        };
        let others = RedShape::ALL.into_iter().filter(|shape| *shape != RedShape::Normal);
        let told: u64 = others.map(|shape| of(counts, Kind::Shape(shape))).sum();
        RedCells {
            counted: of(counts, Kind::RedCell),
            assessed: self.assessed,
            normal: Share {
                found: self.assessed.saturating_sub(told),
                of: self.assessed,
                usual: self.usual(RedShape::Normal),
            },
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
                found: of(counts, Kind::Parasitised),
                of: self.looked_for_parasites,
                usual: self.usual_parasitised.unwrap_or(0.0),
            },
        }
    }

    fn usual(&self, shape: RedShape) -> f64 {
        self.usual_shapes.get(&shape).copied().unwrap_or(0.0)
    }
}

fn of(counts: &Counts, kind: Kind) -> u64 {
    counts.get(kind.name()).copied().unwrap_or_default()
}

fn white_cells(counts: &Counts) -> WhiteCells {
    let of_kind = |kind: WhiteKind| of(counts, Kind::White(kind));
    let cells = WhiteCells {
        segmented: of_kind(WhiteKind::SegmentedNeutrophil),
        band: of_kind(WhiteKind::BandNeutrophil),
        metamyelocytes: of_kind(WhiteKind::Metamyelocyte),
        myelocytes: of_kind(WhiteKind::Myelocyte),
        promyelocytes: of_kind(WhiteKind::Promyelocyte),
        unstaged: of_kind(WhiteKind::ImmatureGranulocyte),
        lymphocytes: of_kind(WhiteKind::Lymphocyte),
        monocytes: of_kind(WhiteKind::Monocyte),
        eosinophils: of_kind(WhiteKind::Eosinophil),
        basophils: of_kind(WhiteKind::Basophil),
        unsure: 0,
        erythroblasts: of_kind(WhiteKind::Erythroblast),
    };
    WhiteCells { unsure: of(counts, Kind::WhiteCell).saturating_sub(cells.told()), ..cells }
}

/// Whether something was seen more often than the models say so where nothing is the matter.
#[must_use]
pub fn is_finding(kind: Kind, facts: &Facts) -> bool {
    let red = &facts.red;
    let share = match kind {
        Kind::Parasitised => red.parasitised,
        Kind::Shape(shape) => match shape {
            RedShape::Normal => return true,
            RedShape::Macrocyte => red.macrocytes,
            RedShape::Microcyte => red.microcytes,
            RedShape::Spherocyte => red.spherocytes,
            RedShape::TargetCell => red.target_cells,
            RedShape::Stomatocyte => red.stomatocytes,
            RedShape::Ovalocyte => red.ovalocytes,
            RedShape::Teardrop => red.teardrops,
            RedShape::BurrCell => red.burr_cells,
            RedShape::Schistocyte => red.schistocytes,
            RedShape::Hypochromia => red.hypochromia,
            RedShape::Elliptocyte => red.elliptocytes,
        },
        Kind::RedCell
        | Kind::WhiteCell
        | Kind::White(_)
        | Kind::Platelet
        | Kind::LargePlatelet
        | Kind::NoCell => return true,
    };
    share.found > 0 && share.over(0.0) > 0.0
}
