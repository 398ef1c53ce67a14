//! What does a field of a blood smear show? Red cells, white cells and platelets with their places, their kinds and shapes, and parasites.
//!
//! `eye` looks at a field in steps: is it a smear at all (`models/smear-field`), how large is a red cell in it (`scale`), where are cells
//! (`models/smear-cells`, in tiles, `tiles` and `peaks`), what is each (`models/smear-white-cells`, `-red-cells`, `-malaria`, on `crops`),
//! and how good is the picture (`quality`). The models' cards say what they have learnt from, and what they cannot tell: blasts, species
//! and stages of parasites. What all fields of a smear together mean is none of this folder's business (`clinical/smear`).

mod cell;
mod cells;
mod crops;
mod detector;
mod eye;
mod field;
mod kinds;
mod net;
mod peaks;
mod quality;
mod reader;
mod scale;
#[cfg(test)]
mod tests;
mod tiles;
mod usual;

pub use cell::{Cell, Content, Place, RedShape, Told, WhiteKind};
pub use detector::{Detector, Looking};
pub use field::{Field, Quality};
pub use reader::{LookError, SmearReader, WORKING_SIDE};
pub use usual::Usual;
