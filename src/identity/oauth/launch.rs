//! An EHR's launch: where it launches a client from, for the client to ask with.
//! <https://hl7.org/fhir/smart-app-launch/STU2.2/app-launch.html#launch-app-ehr-launch>

use chrono::TimeDelta;
use serde_json::Value;
use uuid::Uuid;

use super::{LaunchContext, Refusal};
use crate::core::Secret;
use crate::identity::{Caller, Identity, fingerprint};
use crate::storage::oauth::launches::{self, LaunchRow};

/// How long a launch is good for.
pub const LIFETIME_S: i64 = 300;
/// Most resources of a context, and its longest text.
const MOST: usize = 50;
const LONGEST: usize = 16 * 1024;
const LONGEST_INTENT: usize = 200;
const INTENT: &str = "intent must have 1 to 200 characters, none of them a control character";

impl Identity {
    /// Keeps a launch of the caller's tenant, for one client or any; the value for the `launch` parameter.
    ///
    /// # Errors
    /// When the context is malformed.
    pub async fn make_launch(
        &self,
        caller: &Caller,
        client: Option<Uuid>,
        context: &LaunchContext,
    ) -> Result<Secret<String>, Refusal> {
        if let Some(fault) = fault(context) {
            return Err(Refusal::InvalidRequest(fault));
        }
        let value = self.ids.random(32);
        let row = LaunchRow {
            tenant: caller.tenant.number(),
            hash: fingerprint(&value),
            client,
            patient: context.patient.clone(),
            encounter: context.encounter.clone(),
            fhir_context: context.fhir_context.as_ref().map(Value::to_string),
            intent: context.intent.clone(),
            need_patient_banner: context.need_patient_banner,
            expires_at: self.clock.now() + TimeDelta::seconds(LIFETIME_S),
        };
        let mut transaction = self.store.begin(caller.tenant).await?;
        let kept = launches::insert(&mut transaction, &row).await;
        transaction.finish(kept).await?;
        Ok(Secret::new(value))
    }
}

fn fault(context: &LaunchContext) -> Option<&'static str> {
    let is_intent =
        |intent: &String| (1..=LONGEST_INTENT).contains(&intent.len()) && !intent.contains(char::is_control);
    if context.intent.as_ref().is_some_and(|intent| !is_intent(intent)) {
        return Some(INTENT);
    }
    let list = context.fhir_context.as_ref()?;
    let is_short = list.to_string().len() <= LONGEST;
    let is_list =
        list.as_array().is_some_and(|all| (1..=MOST).contains(&all.len()) && all.iter().all(is_item));
    (!is_short || !is_list).then_some(
        "fhirContext must be a list of 1 to 50 objects, each with a reference, canonical or identifier; Patient and Encounter have members of their own",
    )
}

fn is_item(item: &Value) -> bool {
    let reference = item.get("reference");
    let is_own = |text: &str| ["Patient/", "Encounter/"].iter().any(|kind| text.starts_with(kind));
    // A role of its own tells that it is not the patient or encounter in context.
    let is_repeated = reference.and_then(Value::as_str).is_some_and(is_own) && item.get("role").is_none();
    let is_text = |name: &str| item.get(name).is_some_and(Value::is_string);
    !is_repeated
        && (is_text("reference")
            || is_text("canonical")
            || item.get("identifier").is_some_and(Value::is_object))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_context_that_clients_cannot_read_is_refused() {
        let list = |value: Value| LaunchContext { fhir_context: Some(value), ..LaunchContext::default() };
        for wrong in [
            json!({}),
            json!([]),
            json!(["ImagingStudy/1"]),
            json!([{ "reference": 1 }]),
            json!([{ "type": "ImagingStudy" }]),
            json!([{ "reference": "Patient/1" }]),
            Value::from(vec![json!({ "reference": "ImagingStudy/1" }); 51]),
            json!([{ "reference": "x".repeat(20_000) }]),
        ] {
            assert!(fault(&list(wrong.clone())).is_some(), "{wrong}");
        }
        assert_eq!(
            fault(&list(
                json!([{ "reference": "ImagingStudy/1" }, { "canonical": "https://a.example/q|1" }])
            )),
            None
        );
        for wrong in ["", "\u{0}", "a\nb", &"x".repeat(201)] {
            let intent = LaunchContext { intent: Some(wrong.to_owned()), ..LaunchContext::default() };
            assert_eq!(fault(&intent), Some(INTENT), "{wrong:?}");
        }
    }
}
