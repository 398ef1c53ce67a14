//! What do these values say? Published equations and reference data, as pure functions.
//!
//! Every function takes numbers in a stated unit, and answers with a number or with the reason why there is none. Nothing is
//! assumed of a person: what was not told is missing. `docs/decisions/0020` says which equations are here and why.

pub mod continence;
pub mod news2;
pub mod percentiles;
pub mod risk;
pub mod smear;
pub mod trend;
pub mod wellness;

/// The sex that an equation or a table knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
    /// Something that no equation was made for.
    Other,
}

/// A share of all from 0 to 1: for a standard normal variable, that which is below `z`.
fn normal_share(z: f64) -> f64 {
    0.5 * (1.0 + libm::erf(z / std::f64::consts::SQRT_2))
}
