//! `GET /api/face-scan/risk/cohort/:vital` (contract SS-77).

use actix_web::{HttpRequest, HttpResponse, get, web};
use serde_json::Number;

use crate::clinical::Sex;
use crate::clinical::percentiles::{Cohort, Measure, NoStanding, Percentile, Standing, standing};
use crate::fhir::codes::face_scan::CAMERA_ESTIMATE;
use crate::records::Records;
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::from_fhir::face_scan::profile::Known;
use crate::vendors::smartscan::scans::known::known;
use crate::vendors::smartscan::scans::readings;
use crate::vendors::smartscan::vitals::Vital;
use crate::vendors::smartscan::wire::face_scan as wire;
use crate::vendors::smartscan::{operations, query};

/// Longer numbers measure nothing.
const MOST_DIGITS: usize = 16;
/// From this age on a table has no end.
const NO_END: u16 = 150;

/// Compares a value with those of people of the same sex and age.
#[utoipa::path(tag = "face scan", operation_id = "compare_with_cohort",
    params(("vital" = inline(wire::VitalName), Path, description = "The value's name"),
        ("value" = f64, Query, description = "The value, in its unit")),
    responses((status = 200, description = "The comparison; without sex, age or a table the percentile is null", body = wire::CohortAnswer),
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
    let vital = readings::vital(&path)?;
    let (value, shown) = value(vital, query::one(&request, "value")?.as_deref())?;
    let known = known(&records, &signed_in).await?;
    records.audit_success(&signed_in.caller, operations::face_scan::COMPARE).await?;
    let age = known.age(records.now());
    let comparison = compared(vital, value, shown, &known, age);
    Ok(HttpResponse::Ok().json(wire::CohortAnswer { success: true, comparison }))
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
    let mut missing = Vec::new();
    missing.extend(age.is_none().then_some("age"));
    missing.extend(known.sex().is_none().then_some("biological_sex"));
    let person = known.sex().zip(age);
    let found = match (vital.measure, person) {
        (None, _) => Err("no_reference_table"),
        (Some(_), None) => Err("missing_profile"),
        (Some(measure), Some(((_, sex), age))) => {
            standing(measure, value, sex, f64::from(age)).map_err(|none| match none {
                NoStanding::SexNotSupported => "sex_not_supported",
                NoStanding::NoTable => "no_reference_table",
            })
        }
    };
    let (percentile, text) = found.as_ref().ok().map(|found| told(found.percentile)).unzip();
    let cohort = found.as_ref().ok().map(|found: &Standing| found.cohort);
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
        reason: found.err(),
        missing: if vital.measure.is_some() { missing } else { Vec::new() },
        notes: notes(vital.measure),
    }
}

fn notes(measure: Option<Measure>) -> Vec<&'static str> {
    match measure {
        Some(Measure::Rmssd | Measure::Sdnn) => {
            vec!["The reference is of recordings of five minutes lying down; shorter ones give other values."]
        }
        Some(Measure::HeartRate | Measure::Systolic | Measure::Diastolic | Measure::Bmi) => {
            vec![
                "A percentile of the population of the United States, medicated people included; not of the healthy.",
            ]
        }
        None => Vec::new(),
    }
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
    let sex = match sex {
        Sex::Female => "female",
        Sex::Male => "male",
        Sex::Other => "other",
    };
    wire::CohortBand { sex, age_from: from, age_to: (to < NO_END).then_some(to), n, source }
}
