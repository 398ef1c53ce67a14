//! The WHO risk model without laboratory values, before it is recalibrated to a region.
//!
//! WHO CVD Risk Chart Working Group, Lancet Glob Health 2019;7:e1332-e1345. The constants of the regions are not published in a form
//! that we could check, so that this is no risk that may be shown to anybody: no API offers it. It is here to be compared.

use super::person::{Binary, Reading};
use super::{Input, Outcome, Person, indicator, risk_by_survival};

const AGES: (f64, f64) = (40.0, 80.0);
const BMI: (f64, f64) = (14.0, 60.0);
const SBP: (f64, f64) = (80.0, 220.0);

/// The coefficients of one end point: age, BMI, SBP and smoking, the products of the last three with the age, and the survival.
type Model = ([f64; 4], [f64; 3], f64);

const MEN_CHD: Model =
    ([0.073593, 0.0337219, 0.0133937, 0.5954767], [-0.0010432, -0.0001837, -0.0200831], 0.9544258);
const MEN_STROKE: Model =
    ([0.097674, 0.0159518, 0.0227294, 0.4999862], [-0.0003516, -0.0004374, -0.0153895], 0.9848260);
const WOMEN_CHD: Model =
    ([0.1049418, 0.0257616, 0.016726, 1.093132], [-0.0006537, -0.0001966, -0.0343739], 0.9887124);
const WOMEN_STROKE: Model =
    ([0.1046105, 0.0036406, 0.0216741, 0.7399405], [-0.0000129, -0.0005311, -0.0203997], 0.9885706);

/// Uncalibrated risks in ten years, from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Uncalibrated {
    /// Coronary heart disease.
    pub chd10: f64,
    /// Stroke.
    pub stroke10: f64,
    /// Either.
    pub cvd10: f64,
}

/// The risks before recalibration.
#[must_use]
pub fn uncalibrated(person: &Person) -> Outcome<Uncalibrated> {
    let mut reading = Reading::default();
    reading.without_disease(person.prior_cvd);
    let sex = reading.sex(person.sex);
    let age = reading.age(person.age, AGES);
    let bmi = reading.number(Input::Bmi, person.bmi, BMI);
    let sbp = reading.sbp(person.sbp, SBP);
    let smokes = reading.told(Input::Smoker, person.smoker);
    let told = age.zip(bmi).zip(sbp).zip(smokes);
    let computed = sex.zip(told).map(|(sex, (((age, bmi), sbp), smokes))| {
        let steps = [bmi - 25.0, sbp - 120.0, indicator(smokes)];
        let (chd, stroke) = match sex {
            Binary::Female => (&WOMEN_CHD, &WOMEN_STROKE),
            Binary::Male => (&MEN_CHD, &MEN_STROKE),
        };
        let (chd10, stroke10) = (risk(chd, age - 60.0, steps), risk(stroke, age - 60.0, steps));
        Uncalibrated { chd10, stroke10, cvd10: 1.0 - (1.0 - chd10) * (1.0 - stroke10) }
    });
    reading.ends(computed)
}

fn risk(([of_age, alone @ ..], by_age, survival): &Model, age: f64, steps: [f64; 3]) -> f64 {
    let rest: f64 =
        alone.iter().zip(by_age).zip(steps).map(|((b, by_age), step)| (b + by_age * age) * step).sum();
    risk_by_survival(*survival, of_age * age + rest)
}
