//! Whose a file is: the Patient with the id of the hospital's that it names.

use serde_json::Value;

use crate::dicomweb::studies::{escaped, parameter, resource_type, search_by};
use crate::identity::Caller;
use crate::imaging::codes::PATIENT_ID;
use crate::imaging::dicom::contradictions;
use crate::imaging::resource::{list, text};
use crate::inference::dicom::Metadata;
use crate::records::{Error, Records, Stored};

/// What readers must know of a study with a file that calls the patient otherwise. Without a name: that is health data, and the file has
/// its own.
pub const CALLED_OTHERWISE: &str =
    "A file names another patient: its Patient's Name is not that of the patient with its Patient ID";

/// Finds the patient with this id of the hospital's.
#[must_use]
pub fn by_hospital_id(id: &str) -> (String, String) {
    parameter("identifier", format!("{PATIENT_ID}|{}", escaped(id)))
}

/// The Patient with this id of the hospital's; none where nobody has it.
///
/// # Errors
/// [`Error::Withheld`] where the caller may not see whose it is, [`Error::MultipleMatches`] where it is the id of several.
pub async fn person(records: &Records, caller: &Caller, id: &str) -> Result<Option<Stored>, Error> {
    let query = search_by(vec![by_hospital_id(id)], None);
    let page = records.search(&caller.quietly(), resource_type("Patient")?, &query).await?;
    match (page.resources.as_slice(), count(records, caller, id).await?) {
        ([], 0) => Ok(None),
        ([], _) => Err(Error::Withheld),
        ([one], 1) => Ok(Some(one.clone())),
        _ => Err(Error::MultipleMatches),
    }
}

/// Refuses a Patient who was just made, within the open transaction, where another has the same id of the hospital's: one whom the caller
/// may not see is not found by what makes sure that there is none.
///
/// # Errors
/// [`Error::Duplicate`] where there is another.
pub async fn refuse_another(records: &Records, caller: &Caller, id: &str) -> Result<(), Error> {
    if count(records, caller, id).await? > 1 { Err(Error::Duplicate("Patient ID")) } else { Ok(()) }
}

/// Whether a file calls the Patient by none of the names that are known; of a Patient without names, it does not.
#[must_use]
pub fn is_called_otherwise(told: &Metadata, patient: &Value) -> bool {
    let own = told.patient.id.as_ref().map(|id| id.as_str()).unwrap_or_default();
    let names: Vec<String> = list(patient, "name").flat_map(spellings).collect();
    !names.is_empty() && names.iter().all(|name| !contradictions(told, own, name).is_empty())
}

/// A name as it is written, and of its parts: without titles, and with them.
fn spellings(name: &Value) -> impl Iterator<Item = String> {
    let parts =
        |kind: &str| list(name, kind).filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>();
    let mut all = parts("given");
    all.extend(text(name, "family").map(str::to_owned));
    let plain = all.join(" ");
    all.extend(parts("prefix"));
    all.extend(parts("suffix"));
    let written = text(name, "text").map(str::to_owned);
    written.into_iter().chain([plain, all.join(" ")]).filter(|name| !name.is_empty())
}

/// How many patients of the tenant have this id of the hospital's, whoever may see them.
async fn count(records: &Records, caller: &Caller, id: &str) -> Result<usize, Error> {
    // Neither a Consent nor a narrow scope makes the id free for another.
    let all = Caller::system(caller.tenant, caller.surface).quietly();
    let query = search_by(vec![by_hospital_id(id)], None);
    Ok(records.search(&all, resource_type("Patient")?, &query).await?.resources.len())
}
