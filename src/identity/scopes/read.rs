//! Scopes as texts.

use std::fmt;

use super::{Context, DataScope, NotAScope, RIGHTS, Scope, Scopes};

/// The scopes that are a word.
const WORDS: [(&str, Scope); 6] = [
    ("launch", Scope::Launch),
    ("launch/patient", Scope::LaunchPatient),
    ("openid", Scope::OpenId),
    ("fhirUser", Scope::FhirUser),
    ("offline_access", Scope::OfflineAccess),
    ("online_access", Scope::OnlineAccess),
];

const CONTEXTS: [(&str, Context); 3] =
    [("system", Context::System), ("user", Context::User), ("patient", Context::Patient)];

impl Scopes {
    /// Reads scopes that are separated by spaces. `known` tells whether a resource type exists.
    ///
    /// # Errors
    /// The first word that is not a scope.
    pub fn parse(text: &str, known: impl Fn(&str) -> bool) -> Result<Self, NotAScope> {
        text.split_whitespace()
            .map(|word| Scope::parse(word, &known).ok_or_else(|| NotAScope(word.to_owned())))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The scopes among the words; what is none is passed over.
    #[must_use]
    pub fn known_in(text: &str, known: impl Fn(&str) -> bool) -> Self {
        Self(text.split_whitespace().filter_map(|word| Scope::parse(word, &known)).collect())
    }
}

impl Scope {
    pub(super) fn parse(word: &str, known: impl Fn(&str) -> bool) -> Option<Self> {
        if let Some((_, scope)) = WORDS.iter().find(|(name, _)| *name == word) {
            return Some(scope.clone());
        }
        if !word.bytes().all(is_scope_token) {
            return None;
        }
        let (word, query) = match word.split_once('?') {
            Some((word, query)) => (word, Some(query)),
            None => (word, None),
        };
        let (context, rest) = word.split_once('/')?;
        let (_, context) = CONTEXTS.iter().find(|(name, _)| *name == context)?;
        let (resource_type, letters) = rest.split_once('.')?;
        let resource_type = match resource_type {
            "*" => None,
            name if known(name) => Some(name.to_owned()),
            _ => return None,
        };
        let letters = match letters {
            "read" => "rs",
            "write" => "cud",
            "*" => "cruds",
            "" => return None,
            letters => letters,
        };
        // The letters stand in the order of `cruds`; any other order is not a scope.
        let mut rest = RIGHTS.iter();
        let rights = letters
            .chars()
            .map(|letter| rest.by_ref().find(|(l, _)| *l == letter).map(|(_, right)| *right))
            .collect::<Option<_>>()?;
        let is_query = |query: &str| {
            query.split('&').all(|pair| {
                pair.split_once('=').is_some_and(|(name, value)| !name.is_empty() && !value.is_empty())
            })
        };
        if query.is_some_and(|query| !is_query(query)) {
            return None;
        }
        let query = query.map(str::to_owned);
        Some(Self::Data(DataScope { context: *context, resource_type, rights, query }))
    }
}

/// What a scope may be written with (RFC 6749, 3.3).
fn is_scope_token(byte: u8) -> bool {
    byte.is_ascii_graphic() && byte != b'"' && byte != b'\\'
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Data(data) = self else {
            let word = WORDS.iter().find(|(_, scope)| scope == self).map_or("", |(word, _)| *word);
            return f.write_str(word);
        };
        let context = CONTEXTS.iter().find(|(_, of)| *of == data.context).map_or("", |(name, _)| *name);
        let letters: String = RIGHTS
            .iter()
            .filter(|(_, right)| data.rights.contains(right))
            .map(|(letter, _)| letter)
            .collect();
        write!(f, "{context}/{}.{letters}", data.resource_type.as_deref().unwrap_or("*"))?;
        data.query.as_ref().map_or(Ok(()), |query| write!(f, "?{query}"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Right;
    use super::*;

    fn parse(text: &str) -> Result<Scopes, NotAScope> {
        Scopes::parse(text, |name| name == "Patient" || name == "Observation")
    }

    #[test]
    fn what_is_not_a_scope_is_named() {
        for word in [
            "system/Patient",
            "patients/Patient.rs",
            "system/Patient.sr",
            "system/Patient.x",
            "system/patient.r",
            "system/Patient.",
            "*",
            "system/*.rr",
            "launch/",
            "launch/practitioner",
            "OpenID",
            "patient/Observation.rs?",
            "patient/Observation.rs?category",
            "patient/Observation.rs?category=",
            "patient/Observation.rs?a=b&",
            "openid?a=b",
            "patient/Observation.rs?a=\u{0}",
            "patient/Observation.rs?a=\"b\"",
            "patient/Observation.rs?a=\\",
            "patient/Observation.rs?a=é",
        ] {
            assert_eq!(parse(word), Err(NotAScope(word.to_owned())), "{word}");
        }
        assert_eq!(
            Scopes::known_in("nonsense system/Patient.r profile", |_| true).to_string(),
            "system/Patient.r"
        );
    }

    #[test]
    fn a_scope_grants_its_letters_on_its_type_alone() {
        for scope in ["system/Patient.rs", "user/Patient.rs"] {
            let scopes = parse(scope).unwrap();
            assert!(scopes.permit(Right::Read, "Patient") && scopes.permit(Right::Search, "Patient"));
            assert!(!scopes.permit(Right::Create, "Patient") && !scopes.permit(Right::Read, "Observation"));
        }
    }

    #[test]
    fn what_grants_a_part_does_not_permit_the_whole() {
        for scope in
            ["patient/Patient.rs", "system/Patient.rs?_id=1", "user/*.cruds?_id=1", "patient/*.*", "launch"]
        {
            assert!(!parse(scope).unwrap().permit(Right::Read, "Patient"), "{scope}");
        }
    }

    #[test]
    fn version_1_words_stand_for_letters() {
        assert_eq!(parse("system/Patient.write"), parse("system/Patient.cud"));
        assert_eq!(parse("system/*.*"), Ok(Scopes::all()));
        assert_eq!(parse(""), Ok(Scopes::none()));
    }

    #[test]
    fn scopes_are_written_as_they_are_read() {
        let text = "launch launch/patient openid fhirUser offline_access online_access user/*.cruds \
            patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory&code=a";
        assert_eq!(parse(text).unwrap().to_string(), text);
        assert_eq!(parse("patient/*.read").unwrap().to_string(), "patient/*.rs");
    }
}
