//! What equations say of a person, in the vendor's words.

use serde_json::Number;

use crate::clinical::risk::{Input, Outcome, Person, Reason, Score, framingham, pce, prevent, score2};
use crate::fhir::codes::{Code, face_scan};
use crate::vendors::smartscan::to_fhir::face_scan::risk::Prediction;
use crate::vendors::smartscan::wire::face_scan as wire;

/// What one equation says.
#[derive(Clone, Debug)]
pub struct Said {
    /// The equation.
    pub equation: Code,
    /// Its name in answers.
    pub name: &'static str,
    /// The risk in ten years, and heart age.
    pub outcome: Outcome<Score>,
    /// The risk in thirty years.
    pub risk30: Option<f64>,
}

/// From here on a risk in percent is moderate, and high: as risk by Framingham is commonly told.
const MODERATE: f64 = 10.0;
const HIGH: f64 = 20.0;

/// What vascular ages are told of: the paper's tables end there.
const AGES: (f64, f64) = (30.0, 80.0);

/// What the equations say that somebody's record calls for: the office model always, the others once there are lipids, and those of
/// a race or region once that is told.
#[must_use]
pub fn said(person: &Person) -> Vec<Said> {
    let plain = |equation, name, outcome| Said { equation, name, outcome, risk30: None };
    let mut said =
        vec![plain(face_scan::FRAMINGHAM_OFFICE, "framingham2008_bmi", framingham::office(person))];
    if person.total_cholesterol.is_none() && person.hdl.is_none() {
        return said;
    }
    said.push(plain(face_scan::FRAMINGHAM_LIPID, "framingham2008_lipid", framingham::lipid(person)));
    let found = prevent::prevent(person);
    let risk30 = found.score().and_then(|found| found.thirty_years).map(|risks| risks.total_cvd);
    let outcome = match found {
        Outcome::Score(found) => Outcome::Score(Score { risk10: found.ten_years.total_cvd, heart_age: None }),
        Outcome::Withheld(reasons) => Outcome::Withheld(reasons),
    };
    said.push(Said { equation: face_scan::PREVENT, name: "aha_prevent2023_base", outcome, risk30 });
    if person.region.is_some() {
        let is_older = person.age.is_some_and(|age| age >= 70.0);
        said.push(match is_older {
            false => plain(face_scan::SCORE2, "esc_score2", score2::score2(person)),
            true => plain(face_scan::SCORE2_OP, "esc_score2_op", score2::score2_op(person)),
        });
    }
    if person.race.is_some() {
        said.push(plain(face_scan::PCE, "acc_aha_pce2013", pce::pce(person)));
    }
    said
}

/// The equation that the scores are told by: Framingham with lipids where it says something, else the office model.
fn main(said: &[Said]) -> Option<&Said> {
    let lipid = said.iter().find(|one| one.equation == face_scan::FRAMINGHAM_LIPID);
    lipid.filter(|one| one.outcome.score().is_some()).or_else(|| said.first())
}

/// The answer.
#[must_use]
pub fn answer(
    said: &[Said],
    person: &Person,
    profile: &wire::ScanProfile,
    inputs: &[wire::InputUsed],
) -> Option<wire::RiskAnswer> {
    let main = main(said)?;
    let score = main.outcome.score();
    let percent = score.map(|score| rounded(score.risk10 * 100.0, 1));
    let (reason, missing) = (reason(main), missing(main.outcome.reasons(), profile));
    let heart_age = score.and_then(|score| score.heart_age);
    let normal = score.is_none().then(|| framingham::office_of_normal_profile(person));
    let normal = normal.as_ref().and_then(Outcome::score);
    let assumed: Vec<_> =
        normal.iter().flat_map(|normal| &normal.inputs).map(|input| assumption(*input)).collect();
    let normal = normal.map(|normal| normal.score);
    let equation = |one: &Said| wire::Equation {
        equation: one.name,
        version: one.equation.display,
        risk10: one.outcome.score().map(|score| rounded(score.risk10, 6)),
        risk30: one.risk30.map(|risk| rounded(risk, 6)),
        heart_age: one.outcome.score().and_then(|score| score.heart_age).map(|age| rounded(age, 4)),
        reason: self::reason(one),
        range_notes: one.outcome.reasons().iter().map(|reason| reason.code()).collect(),
        inputs_used: inputs.to_vec(),
    };
    Some(wire::RiskAnswer {
        success: true,
        risk_scores: wire::RiskScores {
            cardiovascular_risk: wire::CardiovascularRisk {
                score: percent.or_else(|| normal.map(|score| rounded(score.risk10 * 100.0, 1))),
                level: percent.map(level),
                reason: reason.clone(),
                missing: missing.clone(),
                assumed: assumed.clone(),
            },
            vascular_age: wire::VascularAge {
                vascular_age: heart_age
                    .or_else(|| normal.and_then(|score| score.heart_age))
                    .map(|age| age.clamp(AGES.0, AGES.1))
                    .and_then(years),
                display: heart_age.map(shown),
                chronological_age: profile.age,
                reason: reason.clone(),
                missing: missing.clone(),
                assumed,
            },
            ten_year_risk: wire::TenYearRisk { risk_percent: percent, model: main.name, reason, missing },
        },
        equations: said.iter().map(equation).collect(),
    })
}

/// What a RiskAssessment tells of what an equation said.
#[must_use]
pub fn predictions(said: &Said, person: &Person) -> Vec<Prediction> {
    let Some(score) = said.outcome.score() else { return Vec::new() };
    let outcome = "Cardiovascular disease";
    let until = |years: f64| person.age.and_then(|age| number(age + years, 0));
    let ten = number(score.risk10 * 100.0, 4).map(|percent| Prediction {
        outcome,
        until_age: until(10.0),
        percent,
        heart_age: score.heart_age.and_then(|age| number(age, 4)),
    });
    let thirty = said.risk30.and_then(|risk| number(risk * 100.0, 4)).map(|percent| Prediction {
        outcome,
        until_age: until(30.0),
        percent,
        heart_age: None,
    });
    ten.into_iter().chain(thirty).collect()
}

/// A decimal with so many digits at most; whole numbers have none.
#[must_use]
pub fn number(value: f64, digits: usize) -> Option<Number> {
    let text = format!("{value:.digits$}");
    let short = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    short.parse().ok()
}

fn rounded(value: f64, digits: i32) -> f64 {
    let scale = 10_f64.powi(digits);
    (value * scale).round() / scale
}

fn reason(said: &Said) -> Option<String> {
    said.outcome.reasons().first().map(|reason| reason.code())
}

/// What somebody would have to tell, by the names of the profile.
fn missing(reasons: &[Reason], profile: &wire::ScanProfile) -> Vec<&'static str> {
    let mut missing = Vec::new();
    for reason in reasons {
        match reason {
            Reason::Missing(Input::Sex) => missing.push("biological_sex"),
            Reason::Missing(Input::Bmi) => {
                missing.extend(profile.height_cm.is_none().then_some("height_cm"));
                missing.extend(profile.weight_kg.is_none().then_some("weight_kg"));
            }
            Reason::Missing(Input::Sbp) | Reason::NotCuffMeasured => missing.push("cuff_systolic_bp"),
            Reason::Missing(input) => missing.push(input.name()),
            Reason::SexNotSupported
            | Reason::RaceNotSupported
            | Reason::RegionNotSupported
            | Reason::DiabetesNotSupported
            | Reason::PriorCvd
            | Reason::OutOfRange(_) => {}
        }
    }
    missing
}

/// An input that was not told, as the profile calls it.
fn assumption(input: Input) -> wire::Assumption {
    let name = if let Input::Sbp = input { "cuff_systolic_bp" } else { input.name() };
    let value =
        framingham::normal(input).and_then(|normal| number(normal, 1)).map_or(false.into(), Into::into);
    wire::Assumption { name, value }
}

fn level(percent: f64) -> &'static str {
    if percent >= HIGH {
        "high"
    } else if percent >= MODERATE {
        "moderate"
    } else {
        "low"
    }
}

/// In full years, within what the tables tell.
fn years(age: f64) -> Option<u16> {
    format!("{age:.0}").parse().ok()
}

fn shown(age: f64) -> String {
    let (youngest, oldest) = AGES;
    if age < youngest {
        format!("<{youngest}")
    } else if age > oldest {
        format!(">{oldest}")
    } else {
        format!("{age:.0}")
    }
}
