//! `PUT /api/face-scan/profile` (contract SS-70).

use actix_web::{HttpResponse, put, web};
use serde_json::Number;

use crate::fhir::codes::{Code, face_scan};
use crate::records::{Records, Write};
use crate::vendors::smartscan::body::{After, Json};
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::from_fhir::face_scan::profile::{Known, RACES, REGIONS, SEXES};
use crate::vendors::smartscan::operations;
use crate::vendors::smartscan::scans::{self, known, person};
use crate::vendors::smartscan::to_fhir::face_scan::profile::{
    self as to_fhir, Change, Changed, Factor, Pressures, Quantity,
};
use crate::vendors::smartscan::vitals::{DIASTOLIC, SYSTOLIC};
use crate::vendors::smartscan::wire::face_scan as wire;

/// Longer numbers measure nothing.
const MOST_DIGITS: usize = 16;

/// Changes what is sent of one's own profile, and leaves the rest.
#[utoipa::path(tag = "face scan", operation_id = "update_scan_profile", request_body = wire::ScanProfileChange,
    responses((status = 200, description = "The profile as it is now", body = wire::ScanProfileAnswer),
        (status = 400, description = "A field is wrong", body = crate::vendors::smartscan::wire::Failure),
        (status = 401, description = "No session token that holds", body = crate::vendors::smartscan::wire::Failure)),
    security(("session_token" = [])))]
#[put("/api/face-scan/profile")]
pub async fn update_scan_profile(
    After(signed_in, Json(sent)): After<SessionCaller, Json<wire::ScanProfileChange>>,
    records: web::Data<Records>,
) -> Result<HttpResponse, Refusal> {
    let change = checked(&sent)?;
    scans::repeated(async || {
        let before = known::known(&records, &signed_in).await?;
        let (patient, made) = person::found_or_made(&records, &signed_in).await?;
        let writes = writes(&records, &change, &before, &patient, made)?;
        if writes.is_empty() {
            records.audit_success(&signed_in.caller, operations::face_scan::UPDATE_PROFILE).await?;
            return Ok(Some(Vec::new()));
        }
        scans::written(&records, &signed_in, writes).await
    })
    .await?;
    let profile = known::known(&records, &signed_in).await?.profile(records.now());
    Ok(HttpResponse::Ok().json(wire::ScanProfileAnswer { success: true, profile }))
}

/// What a change writes: of what is as it was before, nothing.
fn writes(
    records: &Records,
    change: &Change,
    before: &Known,
    patient: &str,
    made: Option<Write>,
) -> Result<Vec<Write>, Refusal> {
    let now = records.now();
    let shown = before.profile(now);
    let created = |resource| Write::Create { resource, id: None };
    let mut writes = Vec::new();
    match (change.sex.filter(|sex| shown.biological_sex != *sex), made, &before.patient) {
        (None, made, _) => writes.extend(made),
        (Some(sex), Some(Write::Update { resource, id, precondition }), _) => {
            writes.push(Write::Update { resource: to_fhir::patient(resource, sex), id, precondition });
        }
        (Some(sex), _, Some(stored)) => {
            let version =
                stored.pointer("/meta/versionId").and_then(|version| version.as_str()?.parse().ok());
            let precondition = version.map(|version: i64| version.into());
            let resource = to_fhir::patient(stored.clone(), sex);
            writes.push(Write::Update { resource, id: patient.to_owned(), precondition });
        }
        (Some(_), _, None) => {}
    }
    for (quantity, value) in &change.numbers {
        let shown = match quantity {
            Quantity::Age => shown.age.map(Number::from),
            Quantity::Height => shown.height_cm.clone(),
            Quantity::Weight => shown.weight_kg.clone(),
        };
        if shown != *value {
            writes.push(created(to_fhir::number(*quantity, value.as_ref(), patient, now)));
        }
    }
    let pressure = shown.cuff_systolic_bp.clone().zip(shown.cuff_diastolic_bp.clone());
    let told = change.pressure.as_ref().map(|told| both(told.as_ref())).transpose()?;
    if let Some(told) = told.filter(|told| *told != pressure) {
        writes.push(created(to_fhir::pressure(told.as_ref(), patient, now)));
    }
    let is_new = |(code, factor): &&(Code, Option<Factor>)| !before.has_told(*code, factor.as_ref());
    let told: Vec<_> = change.factors.iter().filter(is_new).cloned().collect();
    if !told.is_empty() {
        let stored = before.on_record.factors.as_ref();
        writes.push(created(to_fhir::factors(stored, &told, patient, now)));
    }
    Ok(writes)
}

fn checked(sent: &wire::ScanProfileChange) -> Result<Change, Refusal> {
    let number = |field, quantity, sent: &Changed<Number>, range| {
        let checked =
            sent.as_ref().map(|value| value.as_ref().map(|value| in_range(field, value, range)).transpose());
        Ok::<_, Refusal>(checked.transpose()?.map(|value| (quantity, value.cloned())))
    };
    let age = match &sent.age {
        Some(Some(age)) => Some(Some(whole(age)?)),
        Some(None) => Some(None),
        None => None,
    };
    let numbers = [
        number("age", Quantity::Age, &age, (0.0, 130.0))?,
        number("height_cm", Quantity::Height, &sent.height_cm, (30.0, 275.0))?,
        number("weight_kg", Quantity::Weight, &sent.weight_kg, (1.0, 650.0))?,
    ];
    let flag = |code: Code, sent: Changed<bool>| sent.map(|is| (code, is.map(Factor::Is)));
    let factors = [
        flag(face_scan::SMOKER, sent.smoker),
        flag(face_scan::DIABETES, sent.diabetes),
        flag(face_scan::BP_TREATED, sent.bp_treated),
        flag(face_scan::PRIOR_CVD, sent.prior_cvd),
        flag(face_scan::STATIN, sent.statin),
        word("race", &sent.race, &RACES)?.map(|word| (face_scan::RACE, word.map(Factor::Word))),
        word("region", &sent.region, &REGIONS)?.map(|word| (face_scan::REGION, word.map(Factor::Word))),
    ];
    Ok(Change {
        sex: word("biological_sex", &sent.biological_sex, &SEXES)?,
        numbers: numbers.into_iter().flatten().collect(),
        pressure: pressure(sent)?,
        factors: factors.into_iter().flatten().collect(),
    })
}

/// A number of years, however JSON writes it: 42.0 is one.
fn whole(age: &Number) -> Result<Number, Refusal> {
    let is_whole = age.as_f64().is_some_and(|age| age >= 0.0 && age.fract() == 0.0);
    let plain = age.as_f64().filter(|_| is_whole && age.to_string().len() <= MOST_DIGITS);
    let plain = plain.and_then(|age| format!("{age:.0}").parse().ok());
    plain.ok_or_else(|| wrong("age", "must be a whole number of years"))
}

/// The pressures that were told, each alone or both; both are taken back together.
fn pressure(sent: &wire::ScanProfileChange) -> Result<Changed<Pressures>, Refusal> {
    let checked = |field, number: &Option<Number>, bounds| {
        number.as_ref().map(|number| in_range(field, number, bounds).cloned()).transpose()
    };
    match (&sent.cuff_systolic_bp, &sent.cuff_diastolic_bp) {
        (None, None) => Ok(None),
        (Some(None), Some(None)) => Ok(Some(None)),
        (Some(None), _) | (_, Some(None)) => {
            Err(wrong("cuff_systolic_bp", "and cuff_diastolic_bp are taken back together"))
        }
        (systolic, diastolic) => {
            let systolic = checked("cuff_systolic_bp", &systolic.clone().flatten(), SYSTOLIC.bounds)?;
            let diastolic = checked("cuff_diastolic_bp", &diastolic.clone().flatten(), DIASTOLIC.bounds)?;
            Ok(Some(Some((systolic, diastolic))))
        }
    }
}

/// Both pressures: one alone is no measurement of a cuff, and one of another day makes none with it.
fn both(told: Option<&Pressures>) -> Result<Option<(Number, Number)>, Refusal> {
    let Some((systolic, diastolic)) = told else { return Ok(None) };
    let both = systolic.as_ref().zip(diastolic.as_ref());
    let (systolic, diastolic) =
        both.ok_or_else(|| wrong("cuff_systolic_bp", "and cuff_diastolic_bp come together"))?;
    if systolic.as_f64() <= diastolic.as_f64() {
        return Err(wrong("cuff_systolic_bp", "must be above cuff_diastolic_bp"));
    }
    Ok(Some((systolic.clone(), diastolic.clone())))
}

fn in_range<'n>(
    field: &'static str,
    number: &'n Number,
    (least, most): (f64, f64),
) -> Result<&'n Number, Refusal> {
    let is_in = number.as_f64().is_some_and(|value| (least..=most).contains(&value));
    if is_in && number.to_string().len() <= MOST_DIGITS {
        return Ok(number);
    }
    Err(wrong(field, &format!("must be a number from {least} to {most}")))
}

fn word<T>(
    field: &'static str,
    sent: &Changed<String>,
    words: &'static [(&'static str, T)],
) -> Result<Changed<&'static str>, Refusal> {
    let Some(sent) = sent else { return Ok(None) };
    let Some(sent) = sent else { return Ok(Some(None)) };
    let lower = sent.trim().to_ascii_lowercase();
    match words.iter().find(|(word, _)| *word == lower) {
        Some((word, _)) => Ok(Some(Some(word))),
        None => {
            let words: Vec<_> = words.iter().map(|(word, _)| *word).collect();
            Err(wrong(field, &format!("must be one of {}", words.join(", "))))
        }
    }
}

fn wrong(field: &'static str, problem: &str) -> Refusal {
    Refusal::Validation(field, problem.to_owned())
}
