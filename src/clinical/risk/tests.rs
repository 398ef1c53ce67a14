//! Cases worked out from the papers' coefficients, some of which the papers print; each line of `tests/cases.jsonl` names its equation.
//!
//! The Framingham cases include those of D'Agostino 2008, the PCE those of Goff 2014's table A, PREVENT that of the equations'
//! authors, SCORE2 the profile of its supplementary table 4.

use serde_json::Value;

use super::*;
use crate::clinical::Sex;

/// The cases are exact to so much.
const RISK: f64 = 1e-5;
const HEART_AGE: f64 = 1e-3;

fn cases() -> Vec<Value> {
    let lines: Vec<_> = include_str!("tests/cases.jsonl").lines().collect();
    lines.into_iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn person(input: &Value) -> Person {
    let number = |name: &str| input[name].as_f64();
    let flag = |name: &str| input[name].as_bool();
    let cholesterol = |name: &str| {
        let mg = number(&format!("{name}_mgdl")).map(Cholesterol::from_mg_per_dl);
        mg.or_else(|| number(&format!("{name}_mmol")).map(Cholesterol::from_mmol_per_l))
    };
    let sex = |sex: &str| match sex {
        "male" => Sex::Male,
        "female" => Sex::Female,
        _ => Sex::Other,
    };
    let race = |race: &str| match race {
        "white" => Race::White,
        "black" => Race::Black,
        _ => Race::Other,
    };
    let region = |region: &str| match region {
        "low" => Region::Low,
        "moderate" => Region::Moderate,
        "high" => Region::High,
        "very_high" => Region::VeryHigh,
        _ => Region::Other,
    };
    Person {
        sex: input["sex"].as_str().map(sex),
        age: number("age"),
        bmi: number("bmi"),
        sbp: number("sbp").map(Systolic::Cuff),
        bp_treated: flag("bp_treated"),
        smoker: flag("smoker"),
        // What a case does not name, the person does not have.
        diabetes: Some(flag("diabetes").unwrap_or(false)),
        prior_cvd: Some(flag("prior_cvd").unwrap_or(false)),
        statin: flag("statin"),
        total_cholesterol: cholesterol("total_cholesterol"),
        hdl: cholesterol("hdl"),
        egfr: number("egfr"),
        race: input["race"].as_str().map(race),
        region: input["region"].as_str().map(region),
    }
}

/// What an equation says, by the names of the cases; the reason where it says nothing.
fn told(equation: &str, person: &Person) -> Result<Vec<(String, f64)>, String> {
    let one = |outcome: Outcome<Score>| {
        let score = outcome.score().copied().ok_or_else(|| outcome.reasons()[0].code())?;
        let heart_age = score.heart_age.map(|age| ("heart_age".to_owned(), age));
        Ok([("risk10".to_owned(), score.risk10)].into_iter().chain(heart_age).collect())
    };
    match equation {
        "framingham2008_bmi" => one(framingham::office(person)),
        "framingham2008_lipid" => one(framingham::lipid(person)),
        "acc_aha_pce2013" => one(pce::pce(person)),
        "esc_score2" => one(score2::score2(person)),
        "esc_score2_op" => one(score2::score2_op(person)),
        "who2019_nonlab_uncalibrated" => {
            let found = *who::uncalibrated(person).score().unwrap();
            let names = [("chd10", found.chd10), ("stroke10", found.stroke10), ("cvd10", found.cvd10)];
            Ok(names.map(|(name, risk)| (name.to_owned(), risk)).into())
        }
        "aha_prevent2023_base" => {
            let found = prevent::prevent(person);
            let found = found.score().ok_or_else(|| found.reasons()[0].code())?;
            let spans = [(Some(found.ten_years), 10), (found.thirty_years, 30)];
            let named = spans.into_iter().filter_map(|(risks, years)| Some((risks?, years)));
            Ok(named
                .flat_map(|(risks, years)| {
                    [
                        (format!("total_cvd{years}"), risks.total_cvd),
                        (format!("ascvd{years}"), risks.ascvd),
                        (format!("heart_failure{years}"), risks.heart_failure),
                        (format!("chd{years}"), risks.chd),
                        (format!("stroke{years}"), risks.stroke),
                    ]
                })
                .collect())
        }
        other => panic!("{other}"),
    }
}

#[test]
fn every_case_comes_out_as_published() {
    for case in cases() {
        let equation = case["equation"].as_str().unwrap();
        let expected = case["expected"].as_object().unwrap();
        match told(equation, &person(&case["input"])) {
            Err(reason) => assert_eq!(expected["reason"], reason.as_str(), "{case}"),
            Ok(found) => {
                assert_eq!(found.len(), expected.len(), "{case}");
                for (name, value) in found {
                    let tolerance = if name == "heart_age" { HEART_AGE } else { RISK };
                    let wanted = expected[&name].as_f64().unwrap();
                    assert!((value - wanted).abs() <= tolerance, "{name} is {value}: {case}");
                }
            }
        }
    }
}

/// A man for whom each equation gives a number.
fn whole() -> Person {
    Person {
        sex: Some(Sex::Male),
        age: Some(55.0),
        bmi: Some(27.0),
        sbp: Some(Systolic::Cuff(130.0)),
        bp_treated: Some(false),
        smoker: Some(false),
        diabetes: Some(false),
        prior_cvd: Some(false),
        statin: Some(false),
        total_cholesterol: Some(Cholesterol::from_mg_per_dl(200.0)),
        hdl: Some(Cholesterol::from_mg_per_dl(50.0)),
        egfr: Some(90.0),
        race: Some(Race::White),
        region: Some(Region::Low),
    }
}

#[test]
fn what_is_missing_is_told_before_all_else() {
    let nothing = framingham::office(&Person::default());
    let codes: Vec<_> = nothing.reasons().iter().map(|reason| reason.code()).collect();
    assert_eq!(
        codes,
        [
            "missing_prior_cvd",
            "missing_sex",
            "missing_age",
            "missing_sbp",
            "missing_bp_treated",
            "missing_smoker",
            "missing_diabetes",
            "missing_bmi"
        ]
    );
    let person = Person { age: Some(20.0), smoker: None, prior_cvd: Some(true), bmi: Some(70.0), ..whole() };
    let codes: Vec<_> = framingham::office(&person).reasons().iter().map(|reason| reason.code()).collect();
    assert_eq!(codes, ["missing_smoker", "prior_cvd", "age_out_of_range", "bmi_out_of_range"]);
}

#[test]
fn a_pressure_that_no_cuff_measured_gives_no_number() {
    let estimated = Person { sbp: Some(Systolic::Estimate), ..whole() };
    assert_eq!(framingham::office(&estimated).reasons(), [Reason::NotCuffMeasured]);
    assert_eq!(framingham::lipid(&estimated).reasons(), [Reason::NotCuffMeasured]);
    assert_eq!(pce::pce(&estimated).reasons(), [Reason::NotCuffMeasured]);
    assert_eq!(prevent::prevent(&estimated).reasons(), [Reason::NotCuffMeasured]);
    assert_eq!(score2::score2(&estimated).reasons(), [Reason::NotCuffMeasured]);
}

#[test]
fn an_equation_keeps_to_whom_it_was_made_for() {
    let person = whole();
    assert!(pce::pce(&person).score().is_some() && score2::score2(&person).score().is_some());
    let other = Person { race: Some(Race::Other), ..person };
    assert_eq!(pce::pce(&other).reasons(), [Reason::RaceNotSupported]);
    let elsewhere = Person { region: Some(Region::Other), ..person };
    assert_eq!(score2::score2(&elsewhere).reasons(), [Reason::RegionNotSupported]);
    let diabetic = Person { diabetes: Some(true), ..person };
    assert_eq!(score2::score2(&diabetic).reasons(), [Reason::DiabetesNotSupported]);
    assert_eq!(score2::score2_op(&person).reasons(), [Reason::OutOfRange(Input::Age)]);
    let nan = Person { bmi: Some(f64::NAN), ..person };
    assert_eq!(framingham::office(&nan).reasons(), [Reason::OutOfRange(Input::Bmi)]);
    // Somebody of 74 years and 11 months is 74.
    assert!(framingham::office(&Person { age: Some(74.9), ..person }).score().is_some());
}

#[test]
fn a_normal_profile_stands_for_what_the_vendors_profile_does_not_ask() {
    let man = Person { sex: Some(Sex::Male), age: Some(55.0), ..Person::default() };
    let normal = framingham::office_of_normal_profile(&man);
    let normal = normal.score().unwrap();
    assert!((normal.score.heart_age.unwrap() - 55.0).abs() < 1e-9, "{normal:?}");
    let all = [Input::Sbp, Input::Bmi, Input::BpTreated, Input::Smoker, Input::Diabetes, Input::PriorCvd];
    assert_eq!(normal.inputs, all);
    // The body mass index is the vendor's own, and is not replaced; an estimate of the pressure tells nothing.
    let measured = Person { bmi: Some(30.0), sbp: Some(Systolic::Estimate), ..man };
    let told = framingham::office_of_normal_profile(&measured);
    let asked = [Input::Sbp, Input::BpTreated, Input::Smoker, Input::Diabetes, Input::PriorCvd];
    assert_eq!(told.score().unwrap().inputs, asked);
    assert!(told.score().unwrap().score.risk10 > normal.score.risk10);
    let nobody = framingham::office_of_normal_profile(&Person::default());
    assert_eq!(nobody.reasons(), [Reason::Missing(Input::Sex), Reason::Missing(Input::Age)]);
}

#[test]
fn of_whom_anything_more_is_told_nothing_is_assumed() {
    let man = Person { sex: Some(Sex::Male), age: Some(55.0), bmi: Some(30.0), ..Person::default() };
    let lipid = Some(Cholesterol::from_mg_per_dl(180.0));
    for person in [
        Person { smoker: Some(false), ..man },
        Person { diabetes: Some(false), ..man },
        Person { bp_treated: Some(false), ..man },
        Person { prior_cvd: Some(true), ..man },
        Person { statin: Some(true), ..man },
        Person { sbp: Some(Systolic::Cuff(140.0)), ..man },
        Person { total_cholesterol: lipid, ..man },
        Person { hdl: lipid, ..man },
    ] {
        let withheld = framingham::office_of_normal_profile(&person);
        assert_eq!(withheld.reasons(), framingham::office(&person).reasons(), "{person:?}");
        assert_eq!(withheld.score(), None);
    }
}
