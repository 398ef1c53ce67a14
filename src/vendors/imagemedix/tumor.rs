//! The kinds of tumors that are told apart (contract §3.2). Pure.

use super::codes::{GLIOMA, MENINGIOMA, PITUITARY};
use super::errors::Refusal;
use crate::fhir::codes::Code;

/// A kind of tumor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tumor {
    /// Of glial cells.
    Glioma,
    /// Of the meninges.
    Meningioma,
    /// Of the pituitary gland.
    Pituitary,
}

impl Tumor {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Glioma, Self::Meningioma, Self::Pituitary];

    /// The code for it, which is the vendor's word.
    #[must_use]
    pub fn code(self) -> Code {
        match self {
            Self::Glioma => GLIOMA,
            Self::Meningioma => MENINGIOMA,
            Self::Pituitary => PITUITARY,
        }
    }

    /// The kind with that word.
    ///
    /// # Errors
    /// When there is none.
    pub fn parse(word: &str) -> Result<Self, Refusal> {
        let found = Self::ALL.into_iter().find(|kind| kind.code().code == word);
        found.ok_or_else(|| Refusal::field("result.tumorType", "must be glioma, meningioma or pituitary"))
    }
}
