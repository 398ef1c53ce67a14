//! What people read of patients and scopes.

use serde_json::Value;

use crate::fhir::definitions;
use crate::identity::oauth::authorization::Authorization;
use crate::identity::scopes::{Context, DataScope, Right, Scope};
use crate::identity::{Scopes, purposes};
use crate::records::{Error, Stored};

/// A patient, as people tell one from another.
pub struct ShownPatient {
    /// The Patient's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What else tells it from another.
    pub about: String,
}

impl ShownPatient {
    /// A Patient.
    ///
    /// # Errors
    /// When what is stored is not JSON.
    pub fn of(stored: &Stored) -> Result<Self, Error> {
        let patient = stored.json()?;
        let text = |name: &str| patient.get(name).and_then(Value::as_str);
        let born = text("birthDate").map(|date| format!("born {date}"));
        let about = [born, text("gender").map(str::to_owned)];
        let name = first_name(&patient);
        Ok(Self {
            id: stored.id.clone(),
            name: name.unwrap_or_else(|| "Without a name".to_owned()),
            about: about.into_iter().flatten().collect::<Vec<_>>().join(", "),
        })
    }
}

/// The name of the person that a resource is about, where it has one.
///
/// # Errors
/// When what is stored is not JSON.
pub fn name_of(stored: &Stored) -> Result<Option<String>, Error> {
    Ok(first_name(&stored.json()?))
}

fn first_name(resource: &Value) -> Option<String> {
    let names = resource.get("name").and_then(Value::as_array);
    names.and_then(|names| names.first()).map(name).filter(|name| !name.is_empty())
}

/// A HumanName, as it is spoken.
fn name(name: &Value) -> String {
    if let Some(text) = name.get("text").and_then(Value::as_str) {
        return text.to_owned();
    }
    let given = name.get("given").and_then(Value::as_array).into_iter().flatten();
    let parts = given.chain(name.get("family")).filter_map(Value::as_str);
    parts.collect::<Vec<_>>().join(" ")
}

/// A scope, as people read it.
pub struct ShownScope {
    /// As the client wrote it.
    pub word: String,
    /// What it lets the client do.
    pub meaning: String,
}

/// The scopes that a person is asked about. Those that only say how the client was launched come with the launch.
#[must_use]
pub fn scopes(asked: &Authorization) -> Vec<ShownScope> {
    let pairs = asked.words.iter().zip(asked.scopes.iter());
    pairs
        .filter_map(|(word, scope)| Some(ShownScope { word: word.clone(), meaning: meaning(scope)? }))
        .collect()
}

/// Scopes that were granted, as people read them.
#[must_use]
pub fn meanings(scope: &str) -> Vec<String> {
    Scopes::known_in(scope, definitions::is_resource_type).iter().filter_map(meaning).collect()
}

/// What a client wants data for, as people read it; nothing where that is treatment alone, which goes without saying.
#[must_use]
pub fn purposes(codes: &[String]) -> Option<String> {
    let is_treatment_alone = codes.iter().all(|code| code == purposes::TREATMENT);
    let words: Vec<_> = codes.iter().map(|code| purposes::in_words(code)).collect();
    (!is_treatment_alone).then(|| words.join(", "))
}

fn meaning(scope: &Scope) -> Option<String> {
    match scope {
        Scope::Launch | Scope::LaunchPatient => None,
        Scope::OpenId => Some("know that it is you, and know you again".to_owned()),
        Scope::FhirUser => Some("know which record stands for you".to_owned()),
        Scope::OfflineAccess => Some("go on when you are not signed in".to_owned()),
        Scope::OnlineAccess => Some("go on for as long as you stay signed in".to_owned()),
        Scope::Data(data) => Some(of_data(data)),
    }
}

fn of_data(scope: &DataScope) -> String {
    let verbs: Vec<_> = scope.rights.iter().map(|right| verb(*right)).collect();
    let verbs = match verbs.as_slice() {
        [all @ .., last] if !all.is_empty() => format!("{} and {last}", all.join(", ")),
        verbs => verbs.join(""),
    };
    let what = scope.resource_type.as_deref().unwrap_or("all kinds of");
    let whose = match scope.context {
        Context::Patient => "of this patient",
        Context::User => "of everybody whose records you may see",
        Context::System => "of everybody",
    };
    let only = scope.query.as_ref().map(|query| format!(", only those with {query}")).unwrap_or_default();
    format!("{verbs} {what} records {whose}{only}")
}

fn verb(right: Right) -> &'static str {
    match right {
        Right::Create => "create",
        Right::Read => "read",
        Right::Update => "change",
        Right::Delete => "delete",
        Right::Search => "search",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn scopes_are_put_in_words() {
        for (scope, words) in [
            (
                "user/*.cruds",
                "create, read, change, delete and search all kinds of records of everybody whose records you may see",
            ),
            (
                "patient/Observation.r?category=a",
                "read Observation records of this patient, only those with category=a",
            ),
            ("offline_access", "go on when you are not signed in"),
        ] {
            let scopes = Scopes::known_in(scope, |_| true);
            assert_eq!(scopes.iter().filter_map(meaning).collect::<Vec<_>>(), [words]);
        }
    }

    #[test]
    fn a_name_is_spoken_given_name_first() {
        assert_eq!(name(&json!({ "family": "Liddell", "given": ["Alice", "P."] })), "Alice P. Liddell");
        assert_eq!(name(&json!({ "text": "Dr. A", "family": "x" })), "Dr. A");
        assert_eq!(name(&json!({ "family": 1 })), "");
    }
}
