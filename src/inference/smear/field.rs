//! What is found in one file.

use super::cell::Cell;

/// What is found in one file.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Width of the file in pixels, when upright.
    pub width: u32,
    /// Its height.
    pub height: u32,
    /// The median width of a red cell in pixels of the file; none where too few were found to tell.
    pub red_cell: Option<f32>,
    /// How good the picture is.
    pub quality: Quality,
    /// All cells.
    pub cells: Vec<Cell>,
}

/// How good a picture is, each number from 0, useless, to 1, as it should be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quality {
    /// Sharpness of edges.
    pub focus: f32,
    /// Contrast and colour of the stain.
    pub stain: f32,
    /// Whether cells lie beside each other, neither heaped nor far apart.
    pub monolayer: f32,
}
