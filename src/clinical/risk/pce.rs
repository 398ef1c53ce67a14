//! The Pooled Cohort Equations: a first hard atherosclerotic event in ten years.
//!
//! Goff DC et al., Circulation 2014;129(suppl 2):S49-S73, table A. There are coefficients for black and for white people; others
//! get no number here, for the guideline gives them that of white people with a warning.

use super::person::{Binary, Reading};
use super::{Input, Outcome, Person, Race, Reason, Score, indicator, risk_by_survival};

const AGES: (f64, f64) = (40.0, 79.0);
const TOTAL_CHOLESTEROL: (f64, f64) = (130.0, 320.0);
const HDL: (f64, f64) = (20.0, 100.0);
const SBP: (f64, f64) = (90.0, 200.0);

/// A coefficient, and that of its product with the logarithm of the age.
type WithAge = (f64, f64);

struct Model {
    ln_age: f64,
    ln_age_squared: f64,
    ln_total: WithAge,
    ln_hdl: WithAge,
    ln_sbp_treated: WithAge,
    ln_sbp_untreated: WithAge,
    smoker: WithAge,
    diabetes: f64,
    mean: f64,
    survival: f64,
}

const WHITE_WOMEN: Model = Model {
    ln_age: -29.799,
    ln_age_squared: 4.884,
    ln_total: (13.540, -3.114),
    ln_hdl: (-13.578, 3.149),
    ln_sbp_treated: (2.019, 0.0),
    ln_sbp_untreated: (1.957, 0.0),
    smoker: (7.574, -1.665),
    diabetes: 0.661,
    mean: -29.18,
    survival: 0.9665,
};

const BLACK_WOMEN: Model = Model {
    ln_age: 17.114,
    ln_age_squared: 0.0,
    ln_total: (0.940, 0.0),
    ln_hdl: (-18.920, 4.475),
    ln_sbp_treated: (29.291, -6.432),
    ln_sbp_untreated: (27.820, -6.087),
    smoker: (0.691, 0.0),
    diabetes: 0.874,
    mean: 86.61,
    survival: 0.9533,
};

const WHITE_MEN: Model = Model {
    ln_age: 12.344,
    ln_age_squared: 0.0,
    ln_total: (11.853, -2.664),
    ln_hdl: (-7.990, 1.769),
    ln_sbp_treated: (1.797, 0.0),
    ln_sbp_untreated: (1.764, 0.0),
    smoker: (7.837, -1.795),
    diabetes: 0.658,
    mean: 61.18,
    survival: 0.9144,
};

const BLACK_MEN: Model = Model {
    ln_age: 2.469,
    ln_age_squared: 0.0,
    ln_total: (0.302, 0.0),
    ln_hdl: (-0.307, 0.0),
    ln_sbp_treated: (1.916, 0.0),
    ln_sbp_untreated: (1.809, 0.0),
    smoker: (0.549, 0.0),
    diabetes: 0.645,
    mean: 19.54,
    survival: 0.8954,
};

struct Told {
    age: f64,
    total: f64,
    hdl: f64,
    sbp: f64,
    is_treated: bool,
    smokes: bool,
    has_diabetes: bool,
}

/// The risk.
#[must_use]
pub fn pce(person: &Person) -> Outcome<Score> {
    let mut reading = Reading::default();
    reading.without_disease(person.prior_cvd);
    let race = reading.told(Input::Race, person.race);
    let sex = reading.sex(person.sex);
    let told = told(&mut reading, person);
    let model = match race.zip(sex) {
        None => None,
        Some((Race::White, Binary::Female)) => Some(&WHITE_WOMEN),
        Some((Race::White, Binary::Male)) => Some(&WHITE_MEN),
        Some((Race::Black, Binary::Female)) => Some(&BLACK_WOMEN),
        Some((Race::Black, Binary::Male)) => Some(&BLACK_MEN),
        Some((Race::Other, _)) => {
            reading.unsupported(Reason::RaceNotSupported);
            None
        }
    };
    let computed = model.zip(told).map(|(model, told)| Score::of(model.risk(&told)));
    reading.ends(computed)
}

fn told(reading: &mut Reading, person: &Person) -> Option<Told> {
    let age = reading.age(person.age, AGES);
    let total = reading.mg_per_dl(Input::TotalCholesterol, person.total_cholesterol, TOTAL_CHOLESTEROL);
    let hdl = reading.mg_per_dl(Input::Hdl, person.hdl, HDL);
    let sbp = reading.sbp(person.sbp, SBP);
    let is_treated = reading.told(Input::BpTreated, person.bp_treated);
    let smokes = reading.told(Input::Smoker, person.smoker);
    let has_diabetes = reading.told(Input::Diabetes, person.diabetes);
    Some(Told {
        age: age?,
        total: total?,
        hdl: hdl?,
        sbp: sbp?,
        is_treated: is_treated?,
        smokes: smokes?,
        has_diabetes: has_diabetes?,
    })
}

impl Model {
    fn risk(&self, told: &Told) -> f64 {
        let ln_age = told.age.ln();
        let with_age = |(alone, by_age): WithAge, value: f64| (alone + by_age * ln_age) * value;
        let sbp = if told.is_treated { self.ln_sbp_treated } else { self.ln_sbp_untreated };
        let predictor = self.ln_age * ln_age
            + self.ln_age_squared * ln_age * ln_age
            + with_age(self.ln_total, told.total.ln())
            + with_age(self.ln_hdl, told.hdl.ln())
            + with_age(sbp, told.sbp.ln())
            + with_age(self.smoker, indicator(told.smokes))
            + self.diabetes * indicator(told.has_diabetes);
        risk_by_survival(self.survival, predictor - self.mean)
    }
}
