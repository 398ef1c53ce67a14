//! Whoever finds cells in a picture.

use std::pin::Pin;

use super::field::Field;
use super::reader::LookError;
use super::usual::Usual;
use crate::inference::picture::Picture;
use crate::inference::registry::ModelRef;

/// What a picture shows, once it was looked at.
pub type Looking<'a> = Pin<Box<dyn Future<Output = Result<Field, LookError>> + Send + 'a>>;

/// Finds cells in pictures of blood smears.
pub trait Detector: std::fmt::Debug + Send + Sync {
    /// Looks at a picture.
    fn look(&self, picture: Picture) -> Looking<'_>;

    /// The models behind it.
    fn models(&self) -> &[ModelRef];

    /// What they say of healthy blood, too.
    fn usual(&self) -> &Usual;
}
