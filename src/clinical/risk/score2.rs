//! SCORE2 and, from 70 years on, SCORE2-OP: fatal and non-fatal cardiovascular disease in ten years, for four regions of Europe.
//!
//! SCORE2 working group, Eur Heart J 2021;42:2439-2454, and SCORE2-OP working group, 2021;42:2455-2467. SCORE2 is not for people with
//! diabetes.

use super::person::{Binary, Cholesterol, Reading};
use super::{Input, Outcome, Person, Reason, Region, Score, indicator, risk_by_survival};

const AGES: (f64, f64) = (40.0, 69.0);
const OLDER_AGES: (f64, f64) = (70.0, 89.0);
/// The papers print no limits for these; they are ours, against mistakes. Cholesterol in mmol/L.
const SBP: (f64, f64) = (80.0, 220.0);
const TOTAL_CHOLESTEROL: (f64, f64) = (2.0, 13.0);
const HDL: (f64, f64) = (0.3, 4.0);

/// A coefficient, and that of its product with the age.
type WithAge = (f64, f64);

struct Model {
    age: f64,
    smoker: WithAge,
    sbp: WithAge,
    total: WithAge,
    hdl: WithAge,
    diabetes: WithAge,
    mean: f64,
    survival: f64,
}

const MEN: Model = Model {
    age: 0.3742,
    smoker: (0.6012, -0.0755),
    sbp: (0.2777, -0.0255),
    total: (0.1458, -0.0281),
    hdl: (-0.2698, 0.0426),
    diabetes: (0.0, 0.0),
    mean: 0.0,
    survival: 0.9605,
};

const WOMEN: Model = Model {
    age: 0.4648,
    smoker: (0.7744, -0.1088),
    sbp: (0.3131, -0.0277),
    total: (0.1002, -0.0226),
    hdl: (-0.2606, 0.0613),
    diabetes: (0.0, 0.0),
    mean: 0.0,
    survival: 0.9776,
};

const OLDER_MEN: Model = Model {
    age: 0.0634,
    smoker: (0.3524, -0.0247),
    sbp: (0.0094, -0.0005),
    total: (0.0850, 0.0073),
    hdl: (-0.3564, 0.0091),
    diabetes: (0.4245, -0.0174),
    mean: 0.0929,
    survival: 0.7576,
};

const OLDER_WOMEN: Model = Model {
    age: 0.0789,
    smoker: (0.4921, -0.0255),
    sbp: (0.0102, -0.0004),
    total: (0.0605, -0.0009),
    hdl: (-0.3040, 0.0154),
    diabetes: (0.6010, -0.0107),
    mean: 0.2290,
    survival: 0.8082,
};

/// What was told, in the steps from the centre that a model counts in.
struct Steps {
    age: f64,
    sbp: f64,
    total: f64,
    hdl: f64,
    smokes: bool,
    has_diabetes: bool,
}

/// SCORE2, from 40 to 69 years.
#[must_use]
pub fn score2(person: &Person) -> Outcome<Score> {
    let mut reading = Reading::default();
    if reading.told(Input::Diabetes, person.diabetes) == Some(true) {
        reading.unsupported(Reason::DiabetesNotSupported);
    }
    let steps = steps(&mut reading, person, AGES).map(|steps| Steps {
        age: (steps.age - 60.0) / 5.0,
        sbp: (steps.sbp - 120.0) / 20.0,
        total: steps.total - 6.0,
        hdl: (steps.hdl - 1.3) / 0.5,
        ..steps
    });
    let model = reading.sex(person.sex).map(|sex| match sex {
        Binary::Female => (&WOMEN, scales(Scales::Women)),
        Binary::Male => (&MEN, scales(Scales::Men)),
    });
    calibrated(reading, person, model, steps)
}

/// SCORE2-OP, from 70 to 89 years.
#[must_use]
pub fn score2_op(person: &Person) -> Outcome<Score> {
    let mut reading = Reading::default();
    reading.told(Input::Diabetes, person.diabetes);
    let steps = steps(&mut reading, person, OLDER_AGES).map(|steps| Steps {
        age: steps.age - 73.0,
        sbp: steps.sbp - 150.0,
        total: steps.total - 6.0,
        hdl: steps.hdl - 1.4,
        ..steps
    });
    let model = reading.sex(person.sex).map(|sex| match sex {
        Binary::Female => (&OLDER_WOMEN, scales(Scales::OlderWomen)),
        Binary::Male => (&OLDER_MEN, scales(Scales::OlderMen)),
    });
    calibrated(reading, person, model, steps)
}

/// The inputs as they were told, before they are centred.
fn steps(reading: &mut Reading, person: &Person, ages: (f64, f64)) -> Option<Steps> {
    reading.without_disease(person.prior_cvd);
    let age = reading.age(person.age, ages);
    let sbp = reading.sbp(person.sbp, SBP);
    let total = person.total_cholesterol.map(Cholesterol::mmol_per_l);
    let total = reading.number(Input::TotalCholesterol, total, TOTAL_CHOLESTEROL);
    let hdl = reading.number(Input::Hdl, person.hdl.map(Cholesterol::mmol_per_l), HDL);
    let smokes = reading.told(Input::Smoker, person.smoker);
    Some(Steps {
        age: age?,
        sbp: sbp?,
        total: total?,
        hdl: hdl?,
        smokes: smokes?,
        has_diabetes: person.diabetes?,
    })
}

fn calibrated(
    mut reading: Reading,
    person: &Person,
    model: Option<(&Model, [(f64, f64); 4])>,
    steps: Option<Steps>,
) -> Outcome<Score> {
    let region = reading.told(Input::Region, person.region);
    if region == Some(Region::Other) {
        reading.unsupported(Reason::RegionNotSupported);
    }
    let computed = region.zip(model).zip(steps).and_then(|((region, (model, scales)), steps)| {
        let [low, moderate, high, very_high] = scales;
        let (first, second) = match region {
            Region::Low => low,
            Region::Moderate => moderate,
            Region::High => high,
            Region::VeryHigh => very_high,
            Region::Other => return None,
        };
        let hazard = (-(1.0 - model.risk(&steps)).ln()).ln();
        Some(Score::of(1.0 - (-(first + second * hazard).exp()).exp()))
    });
    reading.ends(computed)
}

impl Model {
    fn risk(&self, steps: &Steps) -> f64 {
        let with_age = |(alone, by_age): WithAge, value: f64| (alone + by_age * steps.age) * value;
        let predictor = self.age * steps.age
            + with_age(self.smoker, indicator(steps.smokes))
            + with_age(self.sbp, steps.sbp)
            + with_age(self.total, steps.total)
            + with_age(self.hdl, steps.hdl)
            + with_age(self.diabetes, indicator(steps.has_diabetes));
        risk_by_survival(self.survival, predictor - self.mean)
    }
}

enum Scales {
    Men,
    Women,
    OlderMen,
    OlderWomen,
}

/// The calibration of a model to the regions, from low to very high risk.
fn scales(of: Scales) -> [(f64, f64); 4] {
    match of {
        Scales::Men => [(-0.5699, 0.7476), (-0.1565, 0.8009), (0.3207, 0.9360), (0.5836, 0.8294)],
        Scales::Women => [(-0.7380, 0.7019), (-0.3143, 0.7701), (0.5710, 0.9369), (0.9412, 0.8329)],
        Scales::OlderMen => [(-0.34, 1.19), (0.01, 1.25), (0.08, 1.15), (0.05, 0.70)],
        Scales::OlderWomen => [(-0.52, 1.01), (-0.10, 1.10), (0.38, 1.09), (0.38, 0.69)],
    }
}
