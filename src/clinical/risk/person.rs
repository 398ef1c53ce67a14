//! What equations are fed with, and the reading of it that tells all that withholds a score.

use super::{Outcome, Reason};
use crate::clinical::Sex;

/// Millimoles per litre of cholesterol in one milligram per decilitre.
const MMOL_PER_MG: f64 = 0.02586;

/// A concentration of cholesterol.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cholesterol {
    mg_per_dl: f64,
}

impl Cholesterol {
    /// From mg/dL.
    #[must_use]
    pub fn from_mg_per_dl(mg_per_dl: f64) -> Self {
        Self { mg_per_dl }
    }

    /// From mmol/L.
    #[must_use]
    pub fn from_mmol_per_l(mmol_per_l: f64) -> Self {
        Self { mg_per_dl: mmol_per_l / MMOL_PER_MG }
    }

    /// In mg/dL.
    #[must_use]
    pub fn mg_per_dl(self) -> f64 {
        self.mg_per_dl
    }

    /// In mmol/L.
    #[must_use]
    pub fn mmol_per_l(self) -> f64 {
        self.mg_per_dl * MMOL_PER_MG
    }
}

/// A systolic pressure, by where it comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Systolic {
    /// A cuff measured it; mmHg.
    Cuff(f64),
    /// It is an estimate, which no equation takes.
    Estimate,
}

/// What the PCE call race.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Race {
    /// Black.
    Black,
    /// White.
    White,
    /// Another.
    Other,
}

/// The regions of Europe by cardiovascular mortality, to which SCORE2 is calibrated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Region {
    /// Low risk.
    Low,
    /// Moderate risk.
    Moderate,
    /// High risk.
    High,
    /// Very high risk.
    VeryHigh,
    /// Outside of what was calibrated.
    Other,
}

/// What is known of a person; nothing stands for what was not told.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Person {
    /// Sex.
    pub sex: Option<Sex>,
    /// Age in years.
    pub age: Option<f64>,
    /// Body mass index in kg/m2.
    pub bmi: Option<f64>,
    /// Systolic pressure.
    pub sbp: Option<Systolic>,
    /// Takes something against high pressure.
    pub bp_treated: Option<bool>,
    /// Smokes.
    pub smoker: Option<bool>,
    /// Has diabetes.
    pub diabetes: Option<bool>,
    /// Has had cardiovascular disease.
    pub prior_cvd: Option<bool>,
    /// Takes a statin.
    pub statin: Option<bool>,
    /// Total cholesterol.
    pub total_cholesterol: Option<Cholesterol>,
    /// HDL cholesterol.
    pub hdl: Option<Cholesterol>,
    /// Estimated glomerular filtration rate in mL/min/1.73 m2.
    pub egfr: Option<f64>,
    /// Race.
    pub race: Option<Race>,
    /// Where the person lives.
    pub region: Option<Region>,
}

/// An input by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the field of Person with that name")]
pub enum Input {
    Sex,
    Age,
    Bmi,
    Sbp,
    BpTreated,
    Smoker,
    Diabetes,
    PriorCvd,
    Statin,
    TotalCholesterol,
    Hdl,
    Egfr,
    Race,
    Region,
}

impl Input {
    /// Its name in answers.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sex => "sex",
            Self::Age => "age",
            Self::Bmi => "bmi",
            Self::Sbp => "sbp",
            Self::BpTreated => "bp_treated",
            Self::Smoker => "smoker",
            Self::Diabetes => "diabetes",
            Self::PriorCvd => "prior_cvd",
            Self::Statin => "statin",
            Self::TotalCholesterol => "total_cholesterol",
            Self::Hdl => "hdl",
            Self::Egfr => "egfr",
            Self::Race => "race",
            Self::Region => "region",
        }
    }
}

/// Takes the inputs of one equation, and remembers what is wrong with them.
#[derive(Debug, Default)]
pub(super) struct Reading {
    missing: Vec<Reason>,
    unsupported: Vec<Reason>,
    prior: Vec<Reason>,
    age: Vec<Reason>,
    ranges: Vec<Reason>,
}

/// The sexes that equations are made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Binary {
    Female,
    Male,
}

impl Reading {
    /// An input that must be told.
    pub(super) fn told<T>(&mut self, input: Input, value: Option<T>) -> Option<T> {
        if value.is_none() {
            self.missing.push(Reason::Missing(input));
        }
        value
    }

    pub(super) fn sex(&mut self, sex: Option<Sex>) -> Option<Binary> {
        match self.told(Input::Sex, sex)? {
            Sex::Female => Some(Binary::Female),
            Sex::Male => Some(Binary::Male),
            Sex::Other => {
                self.unsupported(Reason::SexNotSupported);
                None
            }
        }
    }

    pub(super) fn unsupported(&mut self, reason: Reason) {
        self.unsupported.push(reason);
    }

    /// Whoever had the disease cannot have it for the first time.
    pub(super) fn without_disease(&mut self, prior_cvd: Option<bool>) {
        if self.told(Input::PriorCvd, prior_cvd) == Some(true) {
            self.prior.push(Reason::PriorCvd);
        }
    }

    /// The age in whole or broken years, of which the years that were lived to the end count.
    pub(super) fn age(&mut self, age: Option<f64>, (least, most): (f64, f64)) -> Option<f64> {
        let age = self.told(Input::Age, age)?;
        if !(least..=most).contains(&age.floor()) {
            self.age.push(Reason::OutOfRange(Input::Age));
        }
        Some(age)
    }

    /// A number within a range.
    pub(super) fn number(
        &mut self,
        input: Input,
        value: Option<f64>,
        (least, most): (f64, f64),
    ) -> Option<f64> {
        let value = self.told(input, value)?;
        if !(least..=most).contains(&value) {
            self.ranges.push(Reason::OutOfRange(input));
        }
        Some(value)
    }

    /// A systolic pressure that a cuff measured.
    pub(super) fn sbp(&mut self, sbp: Option<Systolic>, range: (f64, f64)) -> Option<f64> {
        match sbp {
            Some(Systolic::Cuff(sbp)) => self.number(Input::Sbp, Some(sbp), range),
            None => self.number(Input::Sbp, None, range),
            Some(Systolic::Estimate) => {
                self.missing.push(Reason::NotCuffMeasured);
                None
            }
        }
    }

    pub(super) fn mg_per_dl(
        &mut self,
        input: Input,
        value: Option<Cholesterol>,
        range: (f64, f64),
    ) -> Option<f64> {
        self.number(input, value.map(Cholesterol::mg_per_dl), range)
    }

    /// What the equation makes of the inputs, unless something withholds it.
    pub(super) fn ends<T>(self, computed: Option<T>) -> Outcome<T> {
        let Self { missing, unsupported, prior, age, ranges } = self;
        let reasons: Vec<_> = [missing, unsupported, prior, age, ranges].concat();
        match computed {
            Some(score) if reasons.is_empty() => Outcome::Score(score),
            Some(_) | None => Outcome::Withheld(reasons),
        }
    }
}
