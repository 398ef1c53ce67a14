//! Where readings come from: the models behind a [`super::DeviceReader`], which can be put in and replaced.

use std::fmt::Debug;
use std::pin::Pin;

use super::{DeviceKind, DeviceReading, ReadError, Shown};
use crate::inference::picture::Picture;
use crate::inference::registry::ModelRef;

/// A reading that is being made.
pub type Reading<'a> = Pin<Box<dyn Future<Output = Result<DeviceReading, ReadError>> + Send + 'a>>;

/// The numbers of a display that are being read.
pub type Numbers<'a> = Pin<Box<dyn Future<Output = Result<Vec<Shown>, ReadError>> + Send + 'a>>;

/// Reads devices and documents in pictures.
pub trait Detector: Debug + Send + Sync {
    /// Reads what a picture shows: of the hinted kind, else of the kind that is seen.
    ///
    /// A field that is not read with certainty is left out, and a picture without any is refused: nothing is guessed.
    fn read(&self, picture: Picture, hint: Option<DeviceKind>) -> Reading<'_>;

    /// Reads the numbers that a display shows, whatever it belongs to, the largest first.
    fn numbers(&self, picture: Picture) -> Numbers<'_>;

    /// The models behind every reading.
    fn models(&self) -> &[ModelRef];
}
