//! The text of `Reference.reference`. <https://hl7.org/fhir/R4/references.html#literal>

use super::primitive::is_id;
use super::resource_type::ResourceType;

/// A reference, by the way it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Literal<'a> {
    /// `#id`: a resource contained in the same one; `#` alone is the container itself.
    Contained(&'a str),
    /// `Type/id`, perhaps with a version: a resource of this server.
    Relative {
        /// Its type.
        resource_type: ResourceType,
        /// Its id.
        id: &'a str,
        /// The version, where one is given.
        version: Option<&'a str>,
    },
    /// `Type?query`: the one resource that the query finds when a transaction runs.
    Conditional {
        /// Its type.
        resource_type: ResourceType,
        /// The search.
        query: &'a str,
    },
    /// A URL of any server; where it ends as a FHIR URL does, also the type and id that it names.
    Absolute {
        /// The whole of it, without a version.
        url: &'a str,
        /// Type and id at its end.
        named: Option<(ResourceType, &'a str)>,
    },
    /// Any other URI, such as `urn:uuid:...`.
    Uri(&'a str),
}

impl<'a> Literal<'a> {
    /// Reads a reference; `None` where it is written in no such way.
    pub fn parse(text: &'a str) -> Option<Self> {
        if let Some(id) = text.strip_prefix('#') {
            return (id.is_empty() || is_id(id)).then_some(Self::Contained(id));
        }
        if text.contains(char::is_whitespace) {
            return None;
        }
        if text.starts_with("http://") || text.starts_with("https://") {
            return Some(Self::absolute(text));
        }
        if let Some((name, query)) = text.split_once('?')
            && let Some(resource_type) = ResourceType::parse(name)
        {
            return (!query.is_empty()).then_some(Self::Conditional { resource_type, query });
        }
        match relative(text) {
            Some((resource_type, id, version)) => Some(Self::Relative { resource_type, id, version }),
            None => is_uri(text).then_some(Self::Uri(text)),
        }
    }

    fn absolute(text: &'a str) -> Self {
        let url = text.split_once("/_history/").map_or(text, |(url, _)| url);
        let mut parts = url.rsplitn(3, '/');
        let named = match (parts.next(), parts.next().and_then(ResourceType::parse)) {
            (Some(id), Some(resource_type)) if is_id(id) => Some((resource_type, id)),
            _ => None,
        };
        Self::Absolute { url, named }
    }

    /// The type that it says it points at.
    pub fn type_name(self) -> Option<ResourceType> {
        match self {
            Self::Relative { resource_type, .. } | Self::Conditional { resource_type, .. } => {
                Some(resource_type)
            }
            Self::Absolute { named, .. } => named.map(|(resource_type, _)| resource_type),
            Self::Contained(_) | Self::Uri(_) => None,
        }
    }
}

fn relative(text: &str) -> Option<(ResourceType, &str, Option<&str>)> {
    let mut parts = text.split('/');
    let (resource_type, id) = (ResourceType::parse(parts.next()?)?, parts.next().filter(|id| is_id(id))?);
    match (parts.next(), parts.next(), parts.next()) {
        (None, ..) => Some((resource_type, id, None)),
        (Some("_history"), Some(version), None) if is_id(version) => Some((resource_type, id, Some(version))),
        _ => None,
    }
}

/// A scheme and something after it.
fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
    is_scheme && !rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::{Literal, ResourceType};

    #[test]
    fn what_is_written_in_no_known_way_is_refused() {
        for text in [
            "",
            "Patient",
            "Patient/",
            "Patient/a b",
            "Unknown/1",
            "Patient/1/2",
            "#a/b",
            "patient/1",
            "Patient?",
            "/Patient/1",
            "1:2",
        ] {
            assert_eq!(Literal::parse(text), None, "{text}");
        }
    }

    #[test]
    fn every_way_to_write_a_reference_is_told_apart() {
        let patient = ResourceType::parse("Patient").unwrap();
        assert_eq!(Literal::parse("#p1"), Some(Literal::Contained("p1")));
        assert_eq!(
            Literal::parse("Patient/1"),
            Some(Literal::Relative { resource_type: patient, id: "1", version: None })
        );
        assert_eq!(
            Literal::parse("Patient/1/_history/2"),
            Some(Literal::Relative { resource_type: patient, id: "1", version: Some("2") })
        );
        assert_eq!(
            Literal::parse("Patient?identifier=a|b"),
            Some(Literal::Conditional { resource_type: patient, query: "identifier=a|b" })
        );
        assert_eq!(
            Literal::parse("https://a.example/fhir/Patient/1/_history/3"),
            Some(Literal::Absolute { url: "https://a.example/fhir/Patient/1", named: Some((patient, "1")) })
        );
        assert_eq!(
            Literal::parse("http://a.example/x"),
            Some(Literal::Absolute { url: "http://a.example/x", named: None })
        );
        assert_eq!(Literal::parse("urn:uuid:1"), Some(Literal::Uri("urn:uuid:1")));
    }
}
