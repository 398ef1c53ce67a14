//! A medical history from Conditions and what is done about them, whoever wrote these.

use serde_json::Value;

use super::{list, said, text};
use crate::vendors::imagemedix::{time, wire};

/// The medical history that these Conditions are, by its dates. `treatments` are CarePlans and MedicationStatements.
#[must_use]
pub fn history(conditions: &[Value], treatments: &[Value]) -> Vec<wire::Entry> {
    let mut entries: Vec<_> = conditions.iter().map(|condition| entry(condition, treatments)).collect();
    // Those of one moment stay in the order of their making.
    entries.sort_by(|one, other| one.date.cmp(&other.date));
    entries
}

fn entry(condition: &Value, treatments: &[Value]) -> wire::Entry {
    let reference = format!("Condition/{}", text(condition, "id").unwrap_or_default());
    let is_for = |treatment: &Value| {
        ["addresses", "reasonReference"]
            .iter()
            .flat_map(|name| list(treatment, name))
            .any(|one| text(one, "reference") == Some(reference.as_str()))
    };
    let done: Vec<_> = treatments.iter().filter(|one| is_for(one)).filter_map(treatment).collect();
    let concept = condition.get("code");
    let code = concept.and_then(said).unwrap_or_default();
    let noted: Vec<_> = list(condition, "note").filter_map(|note| text(note, "text")).collect();
    // What is coded and also told in words says the condition twice, once in full.
    let coded = || {
        let coding = concept.into_iter().flat_map(|concept| list(concept, "coding"));
        coding
            .filter_map(|coding| text(coding, "display"))
            .find(|display| *display != code)
            .map(str::to_owned)
    };
    let date = ["recordedDate", "onsetDateTime"].into_iter().find_map(|name| text(condition, name));
    let updated = || text(condition.get("meta")?, "lastUpdated");
    wire::Entry {
        diagnosis: Some(noted.join("\n")).filter(|noted| !noted.is_empty()).or_else(coded),
        condition: code,
        treatment: Some(done.join("\n")).filter(|done| !done.is_empty()),
        date: date.and_then(time::of_fhir).or_else(|| updated().and_then(time::of_fhir)),
    }
}

fn treatment(resource: &Value) -> Option<String> {
    let plan = text(resource, "description").or_else(|| text(resource, "title")).map(str::to_owned);
    plan.or_else(|| resource.get("medicationCodeableConcept").and_then(said))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fhir::validate::validate;
    use crate::vendors::imagemedix::to_fhir::Context;
    use crate::vendors::imagemedix::to_fhir::history::New;

    #[test]
    fn an_entry_comes_back_as_it_was_sent() {
        let sent = json!({ "condition": "Migraine", "diagnosis": "Migraine without aura", "treatment": "Sumatriptan as needed" });
        let new = New::checked(&serde_json::from_value(sent.clone()).unwrap()).unwrap();
        let now = "2025-05-05T14:30:00Z".parse().unwrap();
        let context = Context { now, author: "Practitioner/1".to_owned() };
        let mut condition = new.condition("c", "Patient/p", &context);
        condition["id"] = "c".into();
        let plan = new.care_plan("c", "Patient/p", &context).unwrap();
        assert!(validate(&condition).is_ok() && validate(&plan).is_ok());
        let other = json!({ "id": "d", "code": { "text": "Flu" }, "recordedDate": "2020-01-01" });
        let mut expected = sent;
        expected["date"] = "2025-05-05T14:30:00.000Z".into();
        assert_eq!(
            serde_json::to_value(history(&[condition, other], &[plan])).unwrap(),
            json!([{ "condition": "Flu", "diagnosis": null, "treatment": null, "date": "2020-01-01T00:00:00.000Z" }, expected])
        );
    }

    #[test]
    fn what_others_coded_is_told() {
        let condition = json!({
            "id": "c", "meta": { "lastUpdated": "2025-01-01T10:00:00.5Z" },
            "code": { "text": "High blood pressure", "coding": [{ "code": "I10", "display": "Essential (primary) hypertension" }] },
        });
        let medication = json!({
            "resourceType": "MedicationStatement", "reasonReference": [{ "reference": "Condition/c" }],
            "medicationCodeableConcept": { "coding": [{ "display": "Lisinopril 10 MG" }] },
        });
        assert_eq!(
            serde_json::to_value(history(&[condition], &[medication])).unwrap(),
            json!([{ "condition": "High blood pressure", "diagnosis": "Essential (primary) hypertension",
                "treatment": "Lisinopril 10 MG", "date": "2025-01-01T10:00:00.500Z" }])
        );
    }
}
