//! Framingham, general cardiovascular disease in ten years: the office model without and the model with lipids.
//!
//! D'Agostino RB Sr et al., Circulation 2008;117:743-753. Its people were white Americans recruited from 1968 to 1987; where it is
//! not recalibrated, it says too much of many populations of today.

use super::person::{Binary, Reading};
use super::{Input, Outcome, Person, Score, Systolic, indicator, risk_by_survival};

/// The ages that it was made for.
const AGES: (f64, f64) = (30.0, 74.0);
/// The paper prints no limits for these. What is outside ours is more likely a mistake than a measurement.
const SBP: (f64, f64) = (80.0, 220.0);
const BMI: (f64, f64) = (14.0, 60.0);
const TOTAL_CHOLESTEROL: (f64, f64) = (80.0, 500.0);
const HDL: (f64, f64) = (10.0, 150.0);

/// The normal profile of which heart age tells: nothing treated, no smoker, no diabetes.
const NORMAL_SBP: f64 = 125.0;
const NORMAL_BMI: f64 = 22.5;
const NORMAL_TOTAL_CHOLESTEROL: f64 = 180.0;
const NORMAL_HDL: f64 = 45.0;

/// What both models have.
struct Common {
    age: f64,
    sbp_untreated: f64,
    sbp_treated: f64,
    smoker: f64,
    diabetes: f64,
    mean: f64,
    survival: f64,
}

struct Office {
    common: Common,
    bmi: f64,
}

struct Lipid {
    common: Common,
    total_cholesterol: f64,
    hdl: f64,
}

const OFFICE_MEN: Office = Office {
    common: Common {
        age: 3.11296,
        sbp_untreated: 1.85508,
        sbp_treated: 1.92672,
        smoker: 0.70953,
        diabetes: 0.53160,
        mean: 23.9388,
        survival: 0.88431,
    },
    bmi: 0.79277,
};

const OFFICE_WOMEN: Office = Office {
    common: Common {
        age: 2.72107,
        sbp_untreated: 2.81291,
        sbp_treated: 2.88267,
        smoker: 0.61868,
        diabetes: 0.77763,
        mean: 26.0145,
        survival: 0.94833,
    },
    bmi: 0.51125,
};

const LIPID_MEN: Lipid = Lipid {
    common: Common {
        age: 3.06117,
        sbp_untreated: 1.93303,
        sbp_treated: 1.99881,
        smoker: 0.65451,
        diabetes: 0.57367,
        mean: 23.9802,
        survival: 0.88936,
    },
    total_cholesterol: 1.12370,
    hdl: -0.93263,
};

const LIPID_WOMEN: Lipid = Lipid {
    common: Common {
        age: 2.32888,
        sbp_untreated: 2.76157,
        sbp_treated: 2.82263,
        smoker: 0.52873,
        diabetes: 0.69154,
        mean: 26.1931,
        survival: 0.95012,
    },
    total_cholesterol: 1.20904,
    hdl: -0.70833,
};

/// What was told of a person, as both models read it.
struct Told {
    sex: Binary,
    age: f64,
    sbp: f64,
    is_treated: bool,
    smokes: bool,
    has_diabetes: bool,
}

fn told(reading: &mut Reading, person: &Person) -> Option<Told> {
    reading.without_disease(person.prior_cvd);
    // Each is asked, so that all that is missing is told at once.
    let sex = reading.sex(person.sex);
    let age = reading.age(person.age, AGES);
    let sbp = reading.sbp(person.sbp, SBP);
    let is_treated = reading.told(Input::BpTreated, person.bp_treated);
    let smokes = reading.told(Input::Smoker, person.smoker);
    let has_diabetes = reading.told(Input::Diabetes, person.diabetes);
    Some(Told {
        sex: sex?,
        age: age?,
        sbp: sbp?,
        is_treated: is_treated?,
        smokes: smokes?,
        has_diabetes: has_diabetes?,
    })
}

impl Common {
    /// The score of somebody of whom `more` comes from what only one of the models has, of a normal profile `normal`.
    fn score(&self, told: &Told, more: f64, normal: f64) -> Score {
        let sbp = if told.is_treated { self.sbp_treated } else { self.sbp_untreated };
        let predictor = self.age * told.age.ln()
            + more
            + sbp * told.sbp.ln()
            + self.smoker * indicator(told.smokes)
            + self.diabetes * indicator(told.has_diabetes);
        let normal = normal + self.sbp_untreated * NORMAL_SBP.ln();
        Score {
            risk10: risk_by_survival(self.survival, predictor - self.mean),
            heart_age: Some(((predictor - normal) / self.age).exp()),
        }
    }
}

/// The office model: nothing of a laboratory.
#[must_use]
pub fn office(person: &Person) -> Outcome<Score> {
    let mut reading = Reading::default();
    let told = told(&mut reading, person);
    let bmi = reading.number(Input::Bmi, person.bmi, BMI);
    let computed = told.zip(bmi).map(|(told, bmi)| {
        let model = match told.sex {
            Binary::Female => &OFFICE_WOMEN,
            Binary::Male => &OFFICE_MEN,
        };
        model.common.score(&told, model.bmi * bmi.ln(), model.bmi * NORMAL_BMI.ln())
    });
    reading.ends(computed)
}

/// A score of the office model of somebody of whom only a part was told.
#[derive(Clone, Debug, PartialEq)]
pub struct Assumed {
    /// What the model says of somebody who has the normal profile in what was not told.
    pub score: Score,
    /// What was not told.
    pub inputs: Vec<Input>,
}

/// The office model of somebody of whom sex and age are told, perhaps the body mass index, and nothing else: with the paper's normal
/// profile, and no disease, in the rest. It is no statement of the person's own risk: whoever does smoke has about twice that.
///
/// Of whom anything else is told, who was asked about their risk, nothing is assumed: what withholds the model withholds this.
#[must_use]
pub fn office_of_normal_profile(person: &Person) -> Outcome<Assumed> {
    if is_asked(person) {
        return match office(person) {
            Outcome::Score(score) => Outcome::Score(Assumed { score, inputs: Vec::new() }),
            Outcome::Withheld(reasons) => Outcome::Withheld(reasons),
        };
    }
    let mut filled = *person;
    let mut inputs = Vec::new();
    if !matches!(person.sbp, Some(Systolic::Cuff(_))) {
        filled.sbp = Some(Systolic::Cuff(NORMAL_SBP));
        inputs.push(Input::Sbp);
    }
    if person.bmi.is_none() {
        filled.bmi = Some(NORMAL_BMI);
        inputs.push(Input::Bmi);
    }
    let told = [
        (&mut filled.bp_treated, Input::BpTreated),
        (&mut filled.smoker, Input::Smoker),
        (&mut filled.diabetes, Input::Diabetes),
        (&mut filled.prior_cvd, Input::PriorCvd),
    ];
    for (told, input) in told {
        if told.is_none() {
            *told = Some(false);
            inputs.push(input);
        }
    }
    match office(&filled) {
        Outcome::Score(score) => Outcome::Score(Assumed { score, inputs }),
        Outcome::Withheld(reasons) => Outcome::Withheld(reasons),
    }
}

/// Whether anything of a person is told beyond sex, age and body mass index. Of a pressure an estimate tells nothing.
fn is_asked(person: &Person) -> bool {
    let factors = [person.bp_treated, person.smoker, person.diabetes, person.prior_cvd, person.statin];
    let is_measured = matches!(person.sbp, Some(Systolic::Cuff(_)));
    is_measured
        || factors.iter().any(Option::is_some)
        || person.total_cholesterol.is_some()
        || person.hdl.is_some()
}

/// What the normal profile has in an input: a number, or false.
#[must_use]
pub fn normal(input: Input) -> Option<f64> {
    match input {
        Input::Sbp => Some(NORMAL_SBP),
        Input::Bmi => Some(NORMAL_BMI),
        Input::TotalCholesterol => Some(NORMAL_TOTAL_CHOLESTEROL),
        Input::Hdl => Some(NORMAL_HDL),
        Input::Sex
        | Input::Age
        | Input::BpTreated
        | Input::Smoker
        | Input::Diabetes
        | Input::PriorCvd
        | Input::Statin
        | Input::Egfr
        | Input::Race
        | Input::Region => None,
    }
}

/// The model with total and HDL cholesterol.
#[must_use]
pub fn lipid(person: &Person) -> Outcome<Score> {
    let mut reading = Reading::default();
    let told = told(&mut reading, person);
    let total = reading.mg_per_dl(Input::TotalCholesterol, person.total_cholesterol, TOTAL_CHOLESTEROL);
    let hdl = reading.mg_per_dl(Input::Hdl, person.hdl, HDL);
    let computed = told.zip(total).zip(hdl).map(|((told, total), hdl)| {
        let model = match told.sex {
            Binary::Female => &LIPID_WOMEN,
            Binary::Male => &LIPID_MEN,
        };
        let lipids = |total: f64, hdl: f64| model.total_cholesterol * total.ln() + model.hdl * hdl.ln();
        model.common.score(&told, lipids(total, hdl), lipids(NORMAL_TOTAL_CHOLESTEROL, NORMAL_HDL))
    });
    reading.ends(computed)
}
