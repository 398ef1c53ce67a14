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
use super::store::{AT_ONCE, bodies, escaped, numbered, query, resource_type};
use crate::identity::Caller;
use crate::records::conditional::Criteria;
use crate::records::search::Also;
use crate::records::{Error, Records, Stored};

/// The word for what is missing.
const WHAT: &str = "patient";
/// So many words of a name are looked for at most.
const MOST_WORDS: usize = 8;

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

/// How many patients of the tenant have this id of the hospital's, whoever may see them; more than one are two.
async fn count(records: &Records, signed_in: &SignedIn, patient_id: &str) -> Result<usize, Error> {
    // Neither a doctor's assignments nor a Consent make the id free for another.
    let all = Caller::system(signed_in.caller.tenant, signed_in.caller.surface).quietly();
    let query = query(&[by_patient_id(patient_id)], None, 2);
    Ok(records.search(&all, resource_type("Patient")?, &query).await?.resources.len())
}

/// Whether a patient of the tenant has this id of the hospital's, whoever may see them.
///
/// # Errors
/// When it cannot be searched.
pub async fn is_taken(records: &Records, signed_in: &SignedIn, patient_id: &str) -> Result<bool, Error> {
    Ok(count(records, signed_in, patient_id).await? > 0)
}

/// Refuses a patient who was just added, within the open transaction, where another has the same id of the hospital's: one whom the caller
/// may not see is not found by what makes sure that there is none.
///
/// # Errors
/// [`Error::Duplicate`] where there is another.
pub async fn refuse_another(records: &Records, signed_in: &SignedIn, patient_id: &str) -> Result<(), Error> {
    if count(records, signed_in, patient_id).await? > 1 { Err(Error::Duplicate("patientId")) } else { Ok(()) }
}

/// The patient to whom the hospital gave this id, if there is one.
///
/// # Errors
/// [`Refusal::NotFound`] where the caller may not see the patient.
pub async fn with_patient_id(
    records: &Records,
    signed_in: &SignedIn,
    patient_id: &str,
) -> Result<Option<Stored>, Refusal> {
    // Asked first: one who is added just after this is not one whom the caller may not see.
    if !is_taken(records, signed_in, patient_id).await? {
        return Ok(None);
    }
    let mut query = query(&[by_patient_id(patient_id)], None, 1);
    query.also = visible(signed_in)?;
    let page = records.search(&signed_in.caller.quietly(), resource_type("Patient")?, &query).await?;
    page.resources.into_iter().next().map(Some).ok_or(Refusal::NotFound(WHAT))
}

/// By what the patient with this id of the hospital's is made once only.
#[must_use]
pub fn criteria(patient_id: &str) -> Criteria {
    let (name, value) = by_patient_id(patient_id);
    Criteria { parameters: vec![(name.to_owned(), value)], base_url: String::new() }
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
    let mut query = query(&[("identifier", format!("{PATIENT}|"))], None, 0);
    query.parameters.extend(wanted.status.iter().flat_map(|status| status.parameters()));
    query.also = visible(signed_in)?;
    query.also.extend(wanted.search.as_deref().map(named));
    numbered(records, signed_in, "Patient", query, wanted.page).await
}

/// The name has each of the words, or the hospital's id has this part, or it is the patient's id with us. Of a name in parts, each part is
/// found by itself, so that only its words can be looked for; the last one is what is left of very many.
fn named(part: &str) -> Also {
    let words = part.splitn(MOST_WORDS, char::is_whitespace).map(str::trim).filter(|word| !word.is_empty());
    let name = words.map(|word| Also::Parameter("name:contains".to_owned(), escaped(word)));
    let mut either = vec![Also::All(name.collect()), Also::InIdentifier(PATIENT_ID, part.to_owned())];
    let part = part.trim().to_ascii_lowercase();
    if object_id::is_one(&part) {
        either.push(Also::Parameter("identifier".to_owned(), format!("{PATIENT}|{part}")));
    }
    Also::Either(either)
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
            teams.extend(bodies(records, &signed_in.caller, "CareTeam", &by).await?);
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
