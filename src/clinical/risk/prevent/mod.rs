//! PREVENT, base models: cardiovascular disease, its kinds and heart failure, in ten and in thirty years.
//!
//! Khan SS et al., Circulation 2024;149:430-449. Logistic models with splines.

mod coefficients;

use super::person::{Binary, Cholesterol, Reading};
use super::{Input, Outcome, Person, indicator};
use coefficients::{MEN_TEN, MEN_THIRTY, Model, WOMEN_TEN, WOMEN_THIRTY};

const AGES: (f64, f64) = (30.0, 79.0);
/// Thirty years are told of nobody older.
const OLDEST_FOR_THIRTY: f64 = 59.0;
const TOTAL_CHOLESTEROL: (f64, f64) = (130.0, 320.0);
const HDL: (f64, f64) = (20.0, 100.0);
const SBP: (f64, f64) = (90.0, 200.0);
const BMI: (f64, f64) = (18.5, 39.99);
const EGFR: (f64, f64) = (15.0, 150.0);

/// Risks from 0 to 1 over one span of years.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Risks {
    /// Cardiovascular disease of any kind.
    pub total_cvd: f64,
    /// Atherosclerotic disease.
    pub ascvd: f64,
    /// Heart failure.
    pub heart_failure: f64,
    /// Coronary heart disease.
    pub chd: f64,
    /// Stroke.
    pub stroke: f64,
}

/// What PREVENT tells of a person.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prevent {
    /// In ten years.
    pub ten_years: Risks,
    /// In thirty years, for those of 59 at most.
    pub thirty_years: Option<Risks>,
}

struct Told {
    age: f64,
    total_mmol: f64,
    hdl_mmol: f64,
    sbp: f64,
    bmi: f64,
    egfr: f64,
    has_diabetes: bool,
    smokes: bool,
    is_treated: bool,
    takes_statin: bool,
}

/// The risks.
#[must_use]
pub fn prevent(person: &Person) -> Outcome<Prevent> {
    let mut reading = Reading::default();
    reading.without_disease(person.prior_cvd);
    let sex = reading.sex(person.sex);
    let told = told(&mut reading, person);
    let computed = sex.zip(told).map(|(sex, told)| {
        let (ten, thirty) = match sex {
            Binary::Female => (&WOMEN_TEN, &WOMEN_THIRTY),
            Binary::Male => (&MEN_TEN, &MEN_THIRTY),
        };
        let terms = told.terms();
        let is_young = told.age.floor() <= OLDEST_FOR_THIRTY;
        Prevent { ten_years: risks(ten, &terms), thirty_years: is_young.then(|| risks(thirty, &terms)) }
    });
    reading.ends(computed)
}

fn told(reading: &mut Reading, person: &Person) -> Option<Told> {
    let age = reading.age(person.age, AGES);
    reading.mg_per_dl(Input::TotalCholesterol, person.total_cholesterol, TOTAL_CHOLESTEROL);
    reading.mg_per_dl(Input::Hdl, person.hdl, HDL);
    let sbp = reading.sbp(person.sbp, SBP);
    let bmi = reading.number(Input::Bmi, person.bmi, BMI);
    let egfr = reading.number(Input::Egfr, person.egfr, EGFR);
    let has_diabetes = reading.told(Input::Diabetes, person.diabetes);
    let smokes = reading.told(Input::Smoker, person.smoker);
    let is_treated = reading.told(Input::BpTreated, person.bp_treated);
    let takes_statin = reading.told(Input::Statin, person.statin);
    Some(Told {
        age: age?,
        total_mmol: person.total_cholesterol.map(Cholesterol::mmol_per_l)?,
        hdl_mmol: person.hdl.map(Cholesterol::mmol_per_l)?,
        sbp: sbp?,
        bmi: bmi?,
        egfr: egfr?,
        has_diabetes: has_diabetes?,
        smokes: smokes?,
        is_treated: is_treated?,
        takes_statin: takes_statin?,
    })
}

impl Told {
    /// The terms, in the order of the coefficients.
    fn terms(&self) -> Model {
        let age = (self.age - 55.0) / 10.0;
        let non_hdl = self.total_mmol - self.hdl_mmol - 3.5;
        let hdl = (self.hdl_mmol - 1.3) / 0.3;
        let sbp_low = (self.sbp.min(110.0) - 110.0) / 20.0;
        let sbp_high = (self.sbp.max(110.0) - 130.0) / 20.0;
        let bmi_low = (self.bmi.min(30.0) - 25.0) / 5.0;
        let bmi_high = (self.bmi.max(30.0) - 30.0) / 5.0;
        let egfr_low = (self.egfr.min(60.0) - 60.0) / -15.0;
        let egfr_high = (self.egfr.max(60.0) - 90.0) / -15.0;
        let (diabetes, smoking) = (indicator(self.has_diabetes), indicator(self.smokes));
        let (treated, statin) = (indicator(self.is_treated), indicator(self.takes_statin));
        [
            age,
            age * age,
            non_hdl,
            hdl,
            sbp_low,
            sbp_high,
            diabetes,
            smoking,
            bmi_low,
            bmi_high,
            egfr_low,
            egfr_high,
            treated,
            statin,
            treated * sbp_high,
            statin * non_hdl,
            age * non_hdl,
            age * hdl,
            age * sbp_high,
            age * diabetes,
            age * smoking,
            age * bmi_high,
            age * egfr_low,
            1.0,
        ]
    }
}

fn risks([total_cvd, ascvd, heart_failure, chd, stroke]: &[Model; 5], terms: &Model) -> Risks {
    let risk = |model: &Model| {
        let sum: f64 = model.iter().zip(terms).map(|(coefficient, term)| coefficient * term).sum();
        1.0 / (1.0 + (-sum).exp())
    };
    Risks {
        total_cvd: risk(total_cvd),
        ascvd: risk(ascvd),
        heart_failure: risk(heart_failure),
        chd: risk(chd),
        stroke: risk(stroke),
    }
}
