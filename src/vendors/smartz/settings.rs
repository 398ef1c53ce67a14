//! By which numbers a patient's readings are judged: the defaults, what differs in the organisation, and what differs for the patient.
//!
//! What differs is a JSON merge patch in an extension of the Organization and of the Patient.

use std::collections::HashMap;

use serde_json::Value;

use super::codes::SETTINGS;
use super::store;
use super::text::{list, of};
use crate::clinical::continence::Settings;
use crate::identity::Caller;
use crate::records::{Error, Records};

/// So many patients are asked for at the same time.
const AT_ONCE: usize = 200;

/// The settings of an organisation and of its patients.
#[derive(Clone, Debug, Default)]
pub struct AllSettings {
    organisation: Settings,
    patients: HashMap<String, Settings>,
}

impl AllSettings {
    /// Those of a patient.
    #[must_use]
    pub fn of(&self, patient: &str) -> &Settings {
        self.patients.get(patient).unwrap_or(&self.organisation)
    }

    /// Those of an organisation and of these patients.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn read(
        records: &Records,
        caller: &Caller,
        organisation: &str,
        patients: &[&str],
    ) -> Result<Self, Error> {
        let stored = store::current(records, caller, "Organization", organisation).await?;
        let own = stored.map(|stored| stored.json()).transpose()?.as_ref().and_then(patch);
        let organisation = judged(own.as_ref().into_iter().collect(), "an organisation");
        let mut all = HashMap::new();
        for some in patients.chunks(AT_ONCE) {
            for stored in store::all(records, caller, "Patient", &[("_id", some.join(","))]).await? {
                let Some(differing) = patch(&stored.json()?) else { continue };
                let patches = own.as_ref().into_iter().chain([&differing]).collect();
                all.insert(stored.id, judged(patches, "a patient"));
            }
        }
        Ok(Self { organisation, patients: all })
    }
}

/// What an extension says; nothing where it is no JSON.
fn patch(resource: &Value) -> Option<Value> {
    let extension = list(resource, "extension").find(|one| of(one, "url") == Some(SETTINGS))?;
    serde_json::from_str(of(extension, "valueString")?).ok()
}

/// Settings that cannot be are the defaults: what is wrong with them must not keep alerts from being raised.
fn judged(patches: Vec<&Value>, whose: &'static str) -> Settings {
    Settings::of(patches).unwrap_or_else(|_| {
        tracing::warn!(whose, "settings for the judging of readings are wrong, and the defaults are taken");
        Settings::default()
    })
}
