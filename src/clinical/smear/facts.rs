//! What was counted in a smear. Rules read nothing else.

use super::hypothesis::FOREIGN;
use super::rules::WHITE_CELLS;
use super::share::{Share, real};

/// The width of a red cell that sizes are measured by, in micrometres: usual are 7 to 8.
pub const RED_CELL_UM: f64 = 7.5;
/// The area that one sees with an oil immersion objective of 100 times and a field number of 20, in square micrometres.
const OIL_FIELD_UM2: f64 = 31_416.0;

/// Red cells that parasites are looked for in before anybody is told of them.
const PARASITES: u64 = 500;

/// What was counted in all usable fields together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// The fields.
    pub fields: u64,
    /// Files that nothing was counted in.
    pub left_out: Vec<LeftOut>,
    /// How good the fields are.
    pub quality: Quality,
    /// How much the cells look like those that the reader has learnt from.
    pub familiar: Familiar,
    /// Area of all fields in widths of a red cell, squared; 0 where no width was measured.
    pub area_cells2: f64,
    /// Red cells.
    pub red: RedCells,
    /// White cells and their forerunners.
    pub white: WhiteCells,
    /// Platelets.
    pub platelets: Platelets,
    /// The share of segmented neutrophils that the reader calls bands, from 0 to 1; none where that was not measured.
    pub segmented_as_band: Option<f64>,
    /// Cells whose kind a person has corrected.
    pub corrected: u64,
}

/// How much cells look like those that the reader has learnt from, each from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Familiar {
    /// White cells.
    pub white: f64,
    /// Red cells, to what tells their shape.
    pub shapes: f64,
    /// Red cells, to what tells parasites.
    pub parasites: f64,
}

/// A file that nothing was counted in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// By what it is called.
    pub file: String,
    /// Why, in words.
    pub reason: String,
}

/// How good fields are, each from 0, useless, to 1, as it should be.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Quality {
    /// Sharpness.
    pub focus: f64,
    /// Contrast and colour of the stain.
    pub stain: f64,
    /// Whether cells lie beside each other, neither heaped nor far apart.
    pub monolayer: f64,
}

impl Quality {
    /// The quality as one number: that of the worst.
    #[must_use]
    pub fn worst(&self) -> f64 {
        self.focus.min(self.stain).min(self.monolayer).clamp(0.0, 1.0)
    }
}

/// Red cells. Each share is of those whose shape was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RedCells {
    /// All that were counted.
    pub counted: u64,
    /// Those whose shape was looked at.
    pub assessed: u64,
    /// Of usual size and shape.
    pub normal: Share,
    /// Larger ones.
    pub macrocytes: Share,
    /// Smaller ones.
    pub microcytes: Share,
    /// Round ones without a pale middle.
    pub spherocytes: Share,
    /// Target cells.
    pub target_cells: Share,
    /// With a slit in the middle.
    pub stomatocytes: Share,
    /// Oval ones.
    pub ovalocytes: Share,
    /// Teardrops.
    pub teardrops: Share,
    /// Burr cells.
    pub burr_cells: Share,
    /// Fragments.
    pub schistocytes: Share,
    /// Pale ones.
    pub hypochromia: Share,
    /// Long ones.
    pub elliptocytes: Share,
    /// Those that may hold a parasite, of those that were looked at for that.
    pub parasitised: Share,
}

/// White cells by kind, and erythroblasts, which are no white cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WhiteCells {
    /// Neutrophils whose nucleus has segments.
    pub segmented: u64,
    /// Band neutrophils.
    pub band: u64,
    /// Metamyelocytes.
    pub metamyelocytes: u64,
    /// Myelocytes.
    pub myelocytes: u64,
    /// Promyelocytes.
    pub promyelocytes: u64,
    /// Immature granulocytes whose stage could not be told.
    pub unstaged: u64,
    /// Lymphocytes.
    pub lymphocytes: u64,
    /// Monocytes.
    pub monocytes: u64,
    /// Eosinophils.
    pub eosinophils: u64,
    /// Basophils.
    pub basophils: u64,
    /// Of no kind that could be told.
    pub unsure: u64,
    /// Erythroblasts.
    pub erythroblasts: u64,
}

/// Platelets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Platelets {
    /// All that were counted.
    pub counted: u64,
    /// Those as large as a white cell: giant ones, or several together.
    pub large: u64,
}

impl WhiteCells {
    /// White cells of a kind that could be told.
    #[must_use]
    pub fn told(&self) -> u64 {
        [
            self.neutrophils(),
            self.immature(),
            self.lymphocytes,
            self.monocytes,
            self.eosinophils,
            self.basophils,
        ]
        .iter()
        .sum()
    }

    /// All white cells.
    #[must_use]
    pub fn counted(&self) -> u64 {
        self.told().saturating_add(self.unsure)
    }

    /// Segmented and band neutrophils.
    #[must_use]
    pub fn neutrophils(&self) -> u64 {
        self.segmented.saturating_add(self.band)
    }

    /// Immature granulocytes.
    #[must_use]
    pub fn immature(&self) -> u64 {
        [self.metamyelocytes, self.myelocytes, self.promyelocytes, self.unstaged].iter().sum()
    }

    /// So many of those whose kind could be told.
    #[must_use]
    pub fn share(&self, found: u64) -> Share {
        Share::new(found, self.told())
    }
}

impl Facts {
    /// Whether parasites are seen surely more often than the reader errs in healthy blood, in enough red cells that look as they should.
    #[must_use]
    pub fn holds_parasites(&self) -> bool {
        let seen = &self.red.parasitised;
        seen.found > 0 && seen.of >= PARASITES && seen.over(0.0) >= 1.0 && self.familiar.parasites >= FOREIGN
    }

    /// The share of white cells that the reader calls bands where there is none; none where that is not known.
    #[must_use]
    pub fn usual_bands(&self) -> Option<f64> {
        let neutrophils = self.white.share(self.white.neutrophils()).point();
        self.segmented_as_band.map(|errors| errors * neutrophils)
    }

    /// Whether the kinds of white cells are told in hundredths: there are enough of them, and they look as those that were learnt from.
    #[must_use]
    pub fn has_differential(&self) -> bool {
        self.white.told() >= WHITE_CELLS && self.familiar.white >= FOREIGN
    }

    /// Platelets to red cells: at 5 million red cells per microlitre, 30 of 1,000 are 150,000.
    #[must_use]
    pub fn platelets_to_red(&self) -> Share {
        Share::new(self.platelets.counted.min(self.red.counted), self.red.counted)
    }

    /// Erythroblasts to a hundred white cells; none where no white cell was counted.
    #[must_use]
    pub fn erythroblasts_to_white(&self) -> Option<f64> {
        let white = self.white.counted();
        (white > 0).then(|| 100.0 * real(self.white.erythroblasts) / real(white))
    }

    /// A mean over the fields.
    #[must_use]
    pub fn per_field(&self, count: u64) -> Option<f64> {
        (self.fields > 0).then(|| real(count) / real(self.fields))
    }

    /// How many fields of an oil immersion objective all fields together are, if a red cell is as wide as usual.
    #[must_use]
    pub fn oil_fields(&self) -> Option<f64> {
        let fields = self.area_cells2 * RED_CELL_UM * RED_CELL_UM / OIL_FIELD_UM2;
        (fields > 0.0 && fields.is_finite()).then_some(fields)
    }
}
