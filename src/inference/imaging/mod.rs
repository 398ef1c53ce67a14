//! What does a medical picture show? Brain MRI: a tumour of one of three kinds, and where. Chest X-ray: pneumonia, and where to look.
//!
//! Three small nets look at the whole picture, squashed to a square as they were trained (`square`). The first tells what the picture
//! is of, and refuses what is neither; `models/image-router`, `models/brain-mri` and `models/chest-xray` have their cards. The answer is
//! a proposal for a clinician, never a diagnosis.

mod finding;
mod net;
mod reader;
mod square;
#[cfg(test)]
mod tests;

pub use finding::{Finding, Heat, Organ, Question, Region, Statement};
pub use reader::{ImagingReader, LookError};
