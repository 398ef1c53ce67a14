//! `GET /api/face-scan/risk/cohort/:vital` (contract SS-77).

use actix_web::{HttpRequest, HttpResponse, get, web};
use serde_json::Number;

use crate::clinical::Sex;
use crate::clinical::percentiles::{Cohort, Measure, Percentile, Standing, among};
use crate::fhir::codes::face_scan::CAMERA_ESTIMATE;
use crate::records::Records;
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::from_fhir::face_scan::profile::Known;
use crate::vendors::smartscan::scans::known::known;
use crate::vendors::smartscan::vitals::{self, Vital};
use crate::vendors::smartscan::wire::face_scan as wire;
use crate::vendors::smartscan::{operations, query};

/// Longer numbers measure nothing.
const MOST_DIGITS: usize = 16;
/// From this age on a table has no end.
const NO_END: u16 = 150;

/// What to know of a comparison, in the words of the answer.
const POPULATION: &str =
    "A percentile of the population of the United States, medicated people included; not of the healthy.";
const LYING: &str =
    "The reference is of recordings of five minutes lying down; shorter ones give other values.";
const BOTH_SEXES: &str = "Compared with people of both sexes, as the profile names neither female nor male.";
const ALL_AGES: &str = "Compared with people of all ages of the reference, as the profile has no age.";

/// Compares a value with those of people of the same sex and age; of both sexes and all ages, where the profile does not tell these.
#[utoipa::path(tag = "face scan", operation_id = "compare_with_cohort",
    params(("vital" = inline(wire::ComparedName), Path, description = "The value's name"),
        ("value" = f64, Query, description = "The value, in its unit")),
    responses((status = 200, description = "The comparison; without a table the percentile is null", body = wire::CohortAnswer),
        (status = 400, description = "There is no such value, or the number is missing or none that a body can have", body = crate::vendors::smartscan::wire::Failure),
        (status = 401, description = "No session token that holds", body = crate::vendors::smartscan::wire::Failure)),
    security(("session_token" = [])))]
#[get("/api/face-scan/risk/cohort/{vital}")]
pub async fn compare_with_cohort(
    path: web::Path<String>,
    request: HttpRequest,
    signed_in: SessionCaller,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let vital = vital(&path)?;
    let (value, shown) = value(vital, query::one(&request, "value")?.as_deref())?;
    let known = known(&records, &signed_in).await?;
    records.audit_success(&signed_in.caller, operations::face_scan::COMPARE).await?;
    let age = known.age(records.now());
    let comparison = compared(vital, value, shown, &known, age);
    Ok(HttpResponse::Ok().json(wire::CohortAnswer { success: true, comparison }))
}

/// The value of this name that may be compared: those of a scan, and the body mass index.
fn vital(name: &str) -> Result<&'static Vital, Refusal> {
    vitals::compared().find(|vital| vital.name == name).ok_or_else(|| {
        let names: Vec<_> = vitals::compared().map(|vital| vital.name).collect();
        Refusal::Validation("vital", format!("must be one of {}", names.join(", ")))
    })
}

fn value(vital: &Vital, text: Option<&str>) -> Result<(f64, Number), Refusal> {
    let (least, most) = vital.bounds;
    let number = text.filter(|text| text.len() <= MOST_DIGITS).and_then(|text| text.parse::<Number>().ok());
    let value = number.as_ref().and_then(Number::as_f64).filter(|value| (least..=most).contains(value));
    value
        .zip(number)
        .ok_or_else(|| Refusal::Validation("value", format!("must be a number from {least} to {most}")))
}

fn compared(vital: &Vital, value: f64, shown: Number, known: &Known, age: Option<u16>) -> wire::Comparison {
    let told = known.sex().map(|(_, sex)| sex);
    // The tables know two sexes: whoever is neither is compared with all.
    let sex = told.filter(|sex| *sex != Sex::Other);
    let mut missing = Vec::new();
    missing.extend(age.is_none().then_some("age"));
    missing.extend(told.is_none().then_some("biological_sex"));
    let found = vital.measure.and_then(|measure| among(measure, value, sex, age.map(f64::from)).ok());
    let (percentile, text) = found.as_ref().map(|found| self::told(found.percentile)).unzip();
    let cohort = found.as_ref().map(|found: &Standing| found.cohort);
    wire::Comparison {
        vital: vital.name,
        value: shown,
        percentile,
        percentile_text: text,
        cohort: cohort.map(band),
        mean: cohort.map(|cohort| cohort.mean),
        sd: cohort.map(|cohort| cohort.sd),
        // What a scan estimates is no more measured for being sent here.
        band: vital.rating(value, vital.method == CAMERA_ESTIMATE, age.map(f64::from)).word(),
        higher_is_better: matches!(vital.measure, Some(Measure::Rmssd | Measure::Sdnn)),
        reason: found.is_none().then_some("no_reference_table"),
        missing: if vital.measure.is_some() { missing } else { Vec::new() },
        notes: notes(vital.measure, cohort.map(|_| (sex, age))),
    }
}

/// What to know of a comparison with people of this sex and age, where they are known.
fn notes(measure: Option<Measure>, with: Option<(Option<Sex>, Option<u16>)>) -> Vec<&'static str> {
    let reference = measure.map(|measure| match measure {
        Measure::Rmssd | Measure::Sdnn => LYING,
        Measure::HeartRate | Measure::Systolic | Measure::Diastolic | Measure::Bmi => POPULATION,
    });
    let sex = with.filter(|(sex, _)| sex.is_none()).map(|_| BOTH_SEXES);
    let age = with.filter(|(_, age)| age.is_none()).map(|_| ALL_AGES);
    reference.into_iter().chain(sex).chain(age).collect()
}

/// Beyond the published percentiles it is the last of these, and shown as beyond.
fn told(percentile: Percentile) -> (f64, String) {
    match percentile {
        Percentile::Below(lowest) => (lowest, format!("<{lowest}")),
        Percentile::Above(highest) => (highest, format!(">{highest}")),
        Percentile::At(percentile) => {
            let percentile = (percentile * 100.0).round() / 100.0;
            (percentile, percentile.to_string())
        }
    }
}

fn band(cohort: Cohort) -> wire::CohortBand {
    let Cohort { sex, ages: (from, to), n, source, .. } = cohort;
    let sex = sex.map(|sex| match sex {
        Sex::Female => "female",
        Sex::Male => "male",
        Sex::Other => "other",
    });
    wire::CohortBand { sex, age_from: from, age_to: (to < NO_END).then_some(to), n, source }
}
