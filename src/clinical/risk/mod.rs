//! The risk of cardiovascular disease by published equations.
//!
//! | equation | paper | laboratory |
//! |---|---|---|
//! | [`framingham`], office and lipid models | D'Agostino 2008, <https://doi.org/10.1161/CIRCULATIONAHA.107.699579> | none; TC, HDL |
//! | [`pce`] | Goff 2014, <https://doi.org/10.1161/01.cir.0000437741.48606.98> | TC, HDL |
//! | [`prevent`] | Khan 2024, <https://doi.org/10.1161/CIRCULATIONAHA.123.067626> | TC, HDL, eGFR |
//! | [`score2`] | SCORE2 2021, <https://doi.org/10.1093/eurheartj/ehab309>, ehab312 | TC, HDL |
//! | [`who`] | Kaptoge 2019, <https://doi.org/10.1016/S2214-109X(19)30318-3> | none |
//!
//! What withholds a score is looked for in one order: what is missing, what an equation does not support, disease before, the age,
//! other ranges. A blood pressure that no cuff measured counts as missing, with a reason of its own.

pub mod framingham;
pub mod pce;
pub mod person;
pub mod prevent;
pub mod score2;
pub mod who;

pub use person::{Cholesterol, Input, Person, Race, Region, Systolic};

/// Why an equation gives no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It was not told.
    Missing(Input),
    /// The systolic pressure that is there is an estimate; no cuff measured it.
    NotCuffMeasured,
    /// The equation was made for another sex.
    SexNotSupported,
    /// The equation has no coefficients for this race.
    RaceNotSupported,
    /// The equation has no calibration for this region.
    RegionNotSupported,
    /// The equation is not for people with diabetes.
    DiabetesNotSupported,
    /// The equation is for people without cardiovascular disease.
    PriorCvd,
    /// The value is outside what the equation was made for.
    OutOfRange(Input),
}

impl Reason {
    /// The word for it in answers.
    #[must_use]
    pub fn code(self) -> String {
        match self {
            Self::Missing(input) => format!("missing_{}", input.name()),
            Self::NotCuffMeasured => "sbp_not_cuff_measured".to_owned(),
            Self::SexNotSupported => "sex_not_supported".to_owned(),
            Self::RaceNotSupported => "race_not_supported".to_owned(),
            Self::RegionNotSupported => "region_not_supported".to_owned(),
            Self::DiabetesNotSupported => "diabetes_not_supported".to_owned(),
            Self::PriorCvd => "prior_cvd".to_owned(),
            Self::OutOfRange(input) => format!("{}_out_of_range", input.name()),
        }
    }
}

/// What an equation comes to.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome<T> {
    /// A number.
    Score(T),
    /// None, and why: the first reason decides, all of them tell what would help.
    Withheld(Vec<Reason>),
}

impl<T> Outcome<T> {
    /// The number.
    pub fn score(&self) -> Option<&T> {
        match self {
            Self::Score(score) => Some(score),
            Self::Withheld(_) => None,
        }
    }

    /// Why there is none.
    pub fn reasons(&self) -> &[Reason] {
        match self {
            Self::Score(_) => &[],
            Self::Withheld(reasons) => reasons,
        }
    }
}

/// A risk as a share from 0 to 1, with the age at which a person with the best profile has it, where the paper has one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// The risk in ten years.
    pub risk10: f64,
    /// Heart age in years, as it is computed; the paper's tables end at 30 and 80.
    pub heart_age: Option<f64>,
}

impl Score {
    fn of(risk10: f64) -> Self {
        Self { risk10, heart_age: None }
    }
}

/// `survival` to the power of `exp(predictor)`: what the survival models have in common.
fn risk_by_survival(survival: f64, predictor: f64) -> f64 {
    1.0 - survival.powf(predictor.exp())
}

fn indicator(is: bool) -> f64 {
    if is { 1.0 } else { 0.0 }
}

#[cfg(test)]
mod tests;
