//! By which numbers a patient's readings are judged: the defaults, what differs in the organisation, and what differs for the patient.
//!
//! What differs is a JSON merge patch in an extension of the Organization and of the Patient. How much the pad takes up is said by the product
//! that the patient's schedule names for the time of the day; it matters to those whose volumes are to be told (`pad.calibrated`).

use std::collections::HashMap;

use serde_json::{Value, json};

use super::codes::{SCHEDULE, SETTINGS};
use super::text::{list, of, referenced};
use super::to_fhir::set_element;
use super::{from_fhir, store};
use crate::clinical::continence::{Pad, Settings};
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
        // By which numbers somebody is judged does not hang on who asks.
        let caller = &Caller::system(caller.tenant, caller.surface);
        let stored = store::current(records, caller, "Organization", organisation).await?;
        let own = stored.map(|stored| stored.json()).transpose()?.as_ref().and_then(patch);
        let id = organisation;
        let organisation = judged(own.as_ref().into_iter().collect(), "an organisation");
        let mut all = HashMap::new();
        for some in patients.chunks(AT_ONCE) {
            for stored in store::all(records, caller, "Patient", &[("_id", some.join(","))]).await? {
                let Some(differing) = patch(&stored.json()?) else { continue };
                let patches = own.as_ref().into_iter().chain([&differing]).collect();
                all.insert(stored.id, judged(patches, "a patient"));
            }
        }
        let mut settings = Self { organisation, patients: all };
        settings.wear(records, caller, id, patients).await?;
        Ok(settings)
    }

    /// Has those whose volumes are to be told wear what their schedules say that they wear now.
    async fn wear(
        &mut self,
        records: &Records,
        caller: &Caller,
        organisation: &str,
        patients: &[&str],
    ) -> Result<(), Error> {
        let is_told = |patient: &&&str| self.of(patient).pad.is_some_and(|pad| pad.calibrated);
        let told: Vec<_> = patients.iter().filter(is_told).copied().collect();
        let now = records.now();
        for some in told.chunks(AT_ONCE) {
            let own = [
                ("patient", some.iter().map(|id| format!("Patient/{id}")).collect::<Vec<_>>().join(",")),
                ("identifier", format!("{SCHEDULE}|")),
                ("status", "active".to_owned()),
            ];
            for stored in store::all(records, caller, "DeviceRequest", &own).await? {
                let request = stored.json()?;
                let Some(patient) = referenced(&request, "subject", "Patient") else { continue };
                let mut settings = self.of(patient).clone();
                let product = from_fhir::schedule::at(&request, now.with_timezone(&settings.timezone).time());
                let Some(product) = product else { continue };
                let product = store::current(records, caller, "DeviceDefinition", &product).await?;
                let product = product.map(|stored| stored.json()).transpose()?;
                let absorbency = product
                    .filter(|product| from_fhir::catalogue::is_in(product, organisation))
                    .and_then(|product| from_fhir::catalogue::absorbency(&product)?.as_f64());
                if let Some(absorbency_ml) = absorbency {
                    settings.pad = Some(Pad { absorbency_ml, calibrated: true });
                    self.patients.insert(patient.to_owned(), settings);
                }
            }
        }
        Ok(())
    }
}

/// The resource with what differs, in the place of what did before.
#[must_use]
pub fn laid(mut resource: Value, differs: &Value) -> Value {
    let says = differs.as_object().is_some_and(|members| !members.is_empty());
    let extension = says.then(|| json!({ "url": SETTINGS, "valueString": differs.to_string() }));
    set_element(&mut resource, "extension", ("url", SETTINGS), extension);
    resource
}

/// What an extension says; nothing where it is no JSON.
#[must_use]
pub fn patch(resource: &Value) -> Option<Value> {
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
