//! Our own codes for blood smears, as far as others than those who write them must know them. `fhir-profiles/` defines them.

use super::Code;

/// The code system.
pub const SYSTEM: &str = "https://hygeia.health/fhir/CodeSystem/smear";

/// A code of it.
#[must_use]
pub const fn code(code: &'static str, display: &'static str) -> Code {
    Code { system: SYSTEM, code, display }
}

/// Of what kind a person says a cell is.
pub const CELL: Code = code("cell", "Cell in a smear");
/// Of what kind a model had said that it is.
pub const SAID_BY_A_MODEL: Code = code("said-by-model", "Said by a model");
