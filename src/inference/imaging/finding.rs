//! What is said of a picture.

use crate::inference::registry::ModelRef;

/// What a picture is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Organ {
    /// A slice of a brain, by magnetic resonance.
    Brain,
    /// A chest, by X-rays.
    Chest,
}

/// What a picture is said to be of, before it is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Nobody says.
    Whatever,
    /// What comes with it says so: that is believed, unless it is plainly of the other organ.
    Told(Organ),
    /// Somebody asks for this organ: it must be seen.
    Asked(Organ),
}

/// What is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statement {
    /// A glioma.
    Glioma,
    /// A meningioma.
    Meningioma,
    /// A tumour of the pituitary gland.
    PituitaryTumor,
    /// None of the three tumours.
    NoTumor,
    /// Pneumonia.
    Pneumonia,
    /// No pneumonia.
    NoPneumonia,
}

impl Statement {
    /// Whether something was found.
    #[must_use]
    pub fn is_found(self) -> bool {
        match self {
            Self::Glioma | Self::Meningioma | Self::PituitaryTumor | Self::Pneumonia => true,
            Self::NoTumor | Self::NoPneumonia => false,
        }
    }
}

/// A rectangle, in shares of the picture's width and height from its upper left corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Region {
    /// Left edge, 0 to 1.
    pub left: f32,
    /// Upper edge.
    pub top: f32,
    /// Right edge.
    pub right: f32,
    /// Lower edge.
    pub bottom: f32,
}

/// How much each cell of a grid over the picture speaks for what is looked for, 0 to 1.
#[derive(Clone, PartialEq)]
pub struct Heat {
    /// Cells in a row.
    pub columns: usize,
    /// Row by row, from the upper left corner.
    pub values: Vec<f32>,
}

impl std::fmt::Debug for Heat {
    /// The grid's size, never what it shows.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Heat({} cells)", self.values.len())
    }
}

/// What the nets say of a picture.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What the picture is of.
    pub organ: Organ,
    /// What is said of it.
    pub statement: Statement,
    /// The calibrated probability of the statement, 0 to 1.
    pub confidence: f32,
    /// The probability of each statement that could have been made.
    pub probabilities: Vec<(Statement, f32)>,
    /// Where the tumour is; only of a brain in which one was found.
    pub region: Option<Region>,
    /// Where the net looked.
    pub heat: Heat,
    /// Which net said so.
    pub model: ModelRef,
    /// Which net told what the picture is of.
    pub router: ModelRef,
}
