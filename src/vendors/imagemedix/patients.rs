//! Finding patients, and who may see them (contract IM-09): a doctor those who are assigned to them, an administrator all.
//!
//! A patient of this surface is a Patient with an identifier of [`PATIENT`]. A doctor is assigned by being a member of an active
//! CareTeam for the Patient, whoever wrote that.

use serde_json::Value;

use super::caller::{Role, SignedIn};
use super::codes::{PATIENT, PATIENT_ID};
use super::errors::Refusal;
use super::from_fhir::care_team::{members, subject};
use super::object_id;
use super::query::Page;
use super::status::Status;
use super::store::{AT_ONCE, bodies, escaped, query, resource_type};
use crate::records::search::{Also, Total};
use crate::records::{Error, Records, Stored};

/// The word for what is missing.
const WHAT: &str = "patient";

/// The patient with this id, whom the caller may see.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none.
pub async fn find(records: &Records, signed_in: &SignedIn, id: &str) -> Result<Stored, Refusal> {
    if !object_id::is_one(id) {
        return Err(Refusal::NotFound(WHAT));
    }
    let mut query = query(&[("identifier", format!("{PATIENT}|{id}"))], None, 1);
    query.also = visible(signed_in)?;
    let page = records.search(&signed_in.caller.quietly(), resource_type("Patient")?, &query).await?;
    page.resources.into_iter().next().ok_or(Refusal::NotFound(WHAT))
}

/// Whether a patient of the tenant has this id of the hospital's, whoever may see them.
///
/// # Errors
/// When it cannot be searched.
pub async fn is_taken(records: &Records, signed_in: &SignedIn, patient_id: &str) -> Result<bool, Error> {
    let query = query(&[by_patient_id(patient_id)], None, 1);
    let page = records.search(&signed_in.caller.quietly(), resource_type("Patient")?, &query).await?;
    Ok(!page.resources.is_empty())
}

/// What searches for the patient with this id of the hospital's.
#[must_use]
pub fn by_patient_id(patient_id: &str) -> (&'static str, String) {
    ("identifier", format!("{PATIENT_ID}|{}", escaped(patient_id)))
}

/// What patients are listed.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The page.
    pub page: Page,
    /// Only those in this state.
    pub status: Option<Status>,
    /// Only those whose name or id has this part.
    pub search: Option<String>,
}

/// The patients on a page, and how many there are in all.
///
/// # Errors
/// When they cannot be searched.
pub async fn list(
    records: &Records,
    signed_in: &SignedIn,
    wanted: &Wanted,
) -> Result<(Vec<Value>, i64), Refusal> {
    let limit = u16::try_from(wanted.page.limit).unwrap_or(u16::MAX);
    let mut query = query(&[("identifier", format!("{PATIENT}|"))], None, limit);
    query.parameters.extend(wanted.status.iter().flat_map(|status| status.parameters()));
    query.also = visible(signed_in)?;
    query.also.extend(wanted.search.as_deref().map(named));
    (query.total, query.skip) = (Total::Exact, wanted.page.skipped());
    let found = records.search(&signed_in.caller, resource_type("Patient")?, &query).await?;
    let total = found.total.unwrap_or_default();
    let mut patients = found.resources;
    // A page of very large resources comes in parts.
    let there = total.saturating_sub(i64::from(query.skip)).clamp(0, i64::from(limit));
    query.total = Total::Unwanted;
    while i64::try_from(patients.len()).unwrap_or(i64::MAX) < there {
        let got = u32::try_from(patients.len()).unwrap_or(u32::MAX);
        query.skip = wanted.page.skipped().saturating_add(got);
        query.count = limit.saturating_sub(u16::try_from(got).unwrap_or(u16::MAX));
        let rest = records.search(&signed_in.caller.quietly(), resource_type("Patient")?, &query).await?;
        if rest.resources.is_empty() {
            break;
        }
        patients.extend(rest.resources);
    }
    Ok((patients.iter().map(Stored::json).collect::<Result<_, _>>()?, total))
}

/// The name or the hospital's id has this part.
fn named(part: &str) -> Also {
    let name = Also::Parameter("name:contains".to_owned(), escaped(part));
    Also::Either(vec![name, Also::InIdentifier(PATIENT_ID, part.to_owned())])
}

/// What must hold of a patient whom the caller may see.
///
/// # Errors
/// When there is no such type.
pub fn visible(signed_in: &SignedIn) -> Result<Vec<Also>, Error> {
    let parameter = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Ok(match signed_in.role {
        Role::Admin => Vec::new(),
        Role::Doctor => vec![Also::PointedAtFrom {
            source: resource_type("CareTeam")?,
            by: "patient",
            parameters: vec![parameter("participant", &signed_in.reference()), parameter("status", "active")],
        }],
    })
}

/// Whom patients are assigned to.
#[derive(Debug)]
pub struct Assignments(Vec<Value>);

impl Assignments {
    /// Those of the Patients with these ids.
    ///
    /// # Errors
    /// When they cannot be searched.
    pub async fn of(records: &Records, signed_in: &SignedIn, patients: &[&str]) -> Result<Self, Error> {
        let mut teams = Vec::new();
        for some in patients.chunks(AT_ONCE) {
            let of: Vec<_> = some.iter().map(|id| format!("Patient/{id}")).collect();
            let by = [("patient", of.join(",")), ("status", "active".to_owned())];
            teams.extend(bodies(records, signed_in, "CareTeam", &by).await?);
        }
        Ok(Self(teams))
    }

    /// Ids of the Practitioners whom the Patient with this id is assigned to, each once.
    #[must_use]
    pub fn doctors(&self, patient: &str) -> Vec<&str> {
        let reference = format!("Patient/{patient}");
        let teams = self.0.iter().filter(|team| subject(team) == Some(reference.as_str()));
        let mut doctors = Vec::new();
        for doctor in teams.flat_map(members).filter_map(|one| one.strip_prefix("Practitioner/")) {
            if !doctors.contains(&doctor) {
                doctors.push(doctor);
            }
        }
        doctors
    }

    /// Ids of all the Practitioners, each once.
    #[must_use]
    pub fn all(&self) -> Vec<&str> {
        let members = self.0.iter().flat_map(members);
        let mut all: Vec<_> = members.filter_map(|one| one.strip_prefix("Practitioner/")).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}
