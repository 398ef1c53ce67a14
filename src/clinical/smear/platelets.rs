//! How many platelets there are in a microlitre: an estimate, where the fields allow one.
//!
//! The mean of ten oil immersion fields in the monolayer times 20,000 (wedge smears). Fields of a camera are counted as the share of such
//! a field that they are, by the width of their red cells.

use super::facts::Facts;
use super::share::real;

/// Platelets per microlitre for one in an oil immersion field.
const FACTOR: f64 = 20_000.0;
/// Oil immersion fields that are needed.
const FIELDS: f64 = 10.0;
/// Red cells in such a field of the monolayer.
const RED_CELLS: std::ops::RangeInclusive<f64> = 100.0..=350.0;
/// How far such an estimate is from a counter's number, as a share of it.
pub const SPREAD: f64 = 0.25;

/// Why there is no estimate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoEstimate {
    /// There are too few fields.
    TooSmall,
    /// Red cells lie too densely or too far apart.
    NoMonolayer,
}

impl NoEstimate {
    /// In words.
    #[must_use]
    pub fn told(self) -> &'static str {
        match self {
            Self::TooSmall => "the fields together are smaller than ten oil immersion fields",
            Self::NoMonolayer => "the red cells do not lie as in a monolayer",
        }
    }
}

/// Platelets per microlitre.
///
/// # Errors
/// Why there is no estimate.
pub fn estimate(facts: &Facts) -> Result<f64, NoEstimate> {
    let fields = facts.oil_fields().filter(|fields| *fields >= FIELDS).ok_or(NoEstimate::TooSmall)?;
    if !RED_CELLS.contains(&(real(facts.red.counted) / fields)) {
        return Err(NoEstimate::NoMonolayer);
    }
    Ok(real(facts.platelets.counted) / fields * FACTOR)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinical::smear::facts::{Platelets, RedCells};

    fn facts(oil_fields: f64, red: u64, platelets: u64) -> Facts {
        Facts {
            area_cells2: oil_fields * 31_416.0 / 56.25,
            red: RedCells { counted: red, ..RedCells::default() },
            platelets: Platelets { counted: platelets, large: 0 },
            ..Facts::default()
        }
    }

    #[test]
    fn too_few_fields_and_heaps_give_no_estimate() {
        assert_eq!(estimate(&Facts::default()), Err(NoEstimate::TooSmall));
        assert_eq!(estimate(&facts(9.0, 1_800, 90)), Err(NoEstimate::TooSmall));
        assert_eq!(estimate(&facts(10.5, 8_000, 90)), Err(NoEstimate::NoMonolayer));
        assert_eq!(estimate(&facts(10.5, 100, 90)), Err(NoEstimate::NoMonolayer));
    }

    #[test]
    fn twelve_in_a_field_are_a_quarter_of_a_million() {
        let found = estimate(&facts(20.0, 4_000, 240)).unwrap();
        assert!((found - 240_000.0).abs() < 1.0, "{found}");
    }
}
