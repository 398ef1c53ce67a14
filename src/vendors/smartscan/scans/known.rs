//! What is known of a person: the latest of each kind of Observation, by whichever way it came.

use serde_json::Value;

use super::{person, query, resource_type};
use crate::fhir::codes::hl7::v3_observation_value::ARTIFICIAL_INTELLIGENCE_ASSERTED;
use crate::fhir::codes::{Code, face_scan, loinc};
use crate::fhir::date::{self, Interval};
use crate::records::{Error, Records, Stored, history};
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::from_fhir::face_scan::profile::{Known, OnRecord};

/// Statuses of what a person vouches for.
const CONFIRMED: &str = "final,amended,corrected";

/// What is known of the caller.
///
/// # Errors
/// When it cannot be searched.
pub async fn known(records: &Records, signed_in: &SessionCaller) -> Result<Known, Refusal> {
    let Some(patient) = person::find(records, signed_in).await? else { return Ok(Known::default()) };
    let search = Search { records, signed_in, patient: &patient.id };
    let (age, is_birth_later) = search.age(&patient).await?;
    let on_record = OnRecord {
        age,
        is_birth_later,
        height: search.latest(&[loinc::BODY_HEIGHT]).await?,
        weight: search.latest(&[loinc::BODY_WEIGHT]).await?,
        factors: search.latest(&[face_scan::RISK_FACTORS]).await?,
        pressure: search.cuff().await?,
        has_estimate: search.estimate().await?.is_some(),
        total_cholesterol: search
            .latest(&[loinc::TOTAL_CHOLESTEROL_MASS, loinc::TOTAL_CHOLESTEROL_MOLES])
            .await?,
        hdl: search.latest(&[loinc::HDL_MASS, loinc::HDL_MOLES]).await?,
        egfr: search.latest(&[loinc::EGFR_CKD_EPI_2021, loinc::EGFR_CKD_EPI, loinc::EGFR_MDRD]).await?,
    };
    Ok(Known { patient: Some(patient.json()?), on_record })
}

/// The caller's age in full years, if it is known.
///
/// # Errors
/// When it cannot be searched.
pub async fn age(records: &Records, signed_in: &SessionCaller) -> Result<Option<u16>, Refusal> {
    let Some(patient) = person::find(records, signed_in).await? else { return Ok(None) };
    let (age, is_birth_later) = Search { records, signed_in, patient: &patient.id }.age(&patient).await?;
    let on_record = OnRecord { age, is_birth_later, ..OnRecord::default() };
    Ok(Known { patient: Some(patient.json()?), on_record }.age(records.now()))
}

struct Search<'a> {
    records: &'a Records,
    signed_in: &'a SessionCaller,
    patient: &'a str,
}

impl Search<'_> {
    /// The latest confirmed Observation with one of these codes.
    async fn latest(&self, codes: &[Code]) -> Result<Option<Value>, Refusal> {
        self.first(&[("code", any(codes)), ("status", CONFIRMED.to_owned())]).await
    }

    /// The age that was told, and whether the Patient's date of birth was recorded after that.
    async fn age(&self, patient: &Stored) -> Result<(Option<Value>, bool), Refusal> {
        let age = self.latest(&[loinc::AGE]).await?;
        let Some(told_us) = age.as_ref().and_then(updated) else { return Ok((age, false)) };
        let born = birth(&patient.json()?);
        if born.is_none() || patient.updated.timestamp_micros() <= told_us {
            return Ok((age, false));
        }
        // What is changed of a Patient is seldom the date of birth: it is later only where another, or none, was there before.
        let of = history::Of::Instance(resource_type("Patient")?, patient.id.clone());
        let at = Some(Interval { low: told_us, high: told_us.saturating_add(1) });
        let query = history::Query { count: 1, since: None, at, after: None };
        let before = self.records.history(&self.signed_in.caller.quietly(), &of, &query).await?;
        let before = before.versions.into_iter().find_map(|version| version.body);
        let before = before.map(|body| serde_json::from_str(&body)).transpose().map_err(Error::internal)?;
        Ok((age, before.as_ref().and_then(birth) != born))
    }

    /// The latest blood pressure that was measured: confirmed, and by no machine's word alone. Whatever else its method is, it is not
    /// an estimate from a picture.
    async fn cuff(&self) -> Result<Option<Value>, Refusal> {
        let ai = ARTIFICIAL_INTELLIGENCE_ASSERTED;
        self.first(&[
            ("combo-code", any(&[loinc::SYSTOLIC_BLOOD_PRESSURE])),
            ("status", CONFIRMED.to_owned()),
            ("method:not", any(&[face_scan::CAMERA_ESTIMATE])),
            ("_security:not", format!("{}|{}", ai.system, ai.code)),
        ])
        .await
    }

    /// Any blood pressure that was estimated.
    async fn estimate(&self) -> Result<Option<Value>, Refusal> {
        self.first(&[
            ("combo-code", any(&[loinc::SYSTOLIC_BLOOD_PRESSURE])),
            ("method", any(&[face_scan::CAMERA_ESTIMATE])),
        ])
        .await
    }

    async fn first(&self, parameters: &[(&str, String)]) -> Result<Option<Value>, Refusal> {
        let of_patient = ("patient", format!("Patient/{}", self.patient));
        let parameters: Vec<_> = [of_patient].into_iter().chain(parameters.iter().cloned()).collect();
        let query = query(&parameters, Some("-date"), 1);
        let caller = self.signed_in.caller.quietly();
        let page = self.records.search(&caller, resource_type("Observation")?, &query).await?;
        Ok(page.resources.first().map(Stored::json).transpose()?)
    }
}

/// When a resource was written, in microseconds since 1970.
fn updated(resource: &Value) -> Option<i64> {
    Some(date::interval(resource.pointer("/meta/lastUpdated")?.as_str()?)?.low)
}

fn birth(patient: &Value) -> Option<String> {
    Some(patient.get("birthDate")?.as_str()?.to_owned())
}

/// A search value of any of these codes.
pub(super) fn any(codes: &[Code]) -> String {
    let tokens: Vec<_> = codes.iter().map(|code| format!("{}|{}", code.system, code.code)).collect();
    tokens.join(",")
}
