//! The address of an entry's request, relative to the base. <https://hl7.org/fhir/R4/bundle.html>, `Bundle.entry.request.url`

use crate::fhir::ResourceType;
use crate::fhir::outcome::IssueType;
use crate::records::Error;

/// An address, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// What it names.
    pub path: Path,
    /// The query string, without the question mark.
    pub query: Option<String>,
}

/// What an address names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Path {
    /// The server itself.
    System,
    /// All of a type.
    Type(ResourceType),
    /// One resource.
    Instance(ResourceType, String),
    /// Those of a type, or of all, in the compartment of one resource.
    Compartment(ResourceType, String, Option<ResourceType>),
    /// One version.
    Version(ResourceType, String, String),
    /// The versions of one resource.
    History(ResourceType, String),
    /// The versions of all resources of a type.
    TypeHistory(ResourceType),
    /// The versions of all resources.
    SystemHistory,
    /// The CapabilityStatement.
    Metadata,
}

impl Address {
    /// Reads an address below the base; it may also be written out with the base.
    ///
    /// # Errors
    /// When it is none of this server, or of what a Bundle cannot ask for.
    pub fn read(url: &str, base: &str) -> Result<Self, Error> {
        let local = url.strip_prefix(base).unwrap_or(url);
        let (path, query) = local.split_once('?').map_or((local, None), |(path, query)| (path, Some(query)));
        let segments: Vec<_> = path.trim_matches('/').split('/').collect();
        let refused = |code, text: &str| Err(Error::BadRequest(code, text.to_owned()));
        let path = match segments.as_slice() {
            [""] => Path::System,
            ["metadata"] => Path::Metadata,
            ["_history"] => Path::SystemHistory,
            segments if segments.iter().any(|part| part.starts_with('$')) => {
                return refused(IssueType::NotSupported, "an operation cannot be part of a Bundle");
            }
            [_, "_search"] => {
                return refused(IssueType::NotSupported, "a search within a Bundle is asked for by GET");
            }
            segments if segments.iter().any(|part| part.contains(':')) => {
                return refused(IssueType::Value, "the address is not below the base of this server");
            }
            [name, rest @ ..] => {
                let resource_type = ResourceType::parse(name).ok_or(Error::UnknownType)?;
                of_type(resource_type, rest).ok_or(Error::NotFound)?
            }
            [] => Path::System,
        };
        Ok(Self { path, query: query.map(str::to_owned) })
    }
}

fn of_type(resource_type: ResourceType, rest: &[&str]) -> Option<Path> {
    Some(match rest {
        [] => Path::Type(resource_type),
        ["_history"] => Path::TypeHistory(resource_type),
        [id] => Path::Instance(resource_type, (*id).to_owned()),
        [id, "_history"] => Path::History(resource_type, (*id).to_owned()),
        [id, "*"] => Path::Compartment(resource_type, (*id).to_owned(), None),
        [id, name] => Path::Compartment(resource_type, (*id).to_owned(), Some(ResourceType::parse(name)?)),
        [id, "_history", version] => Path::Version(resource_type, (*id).to_owned(), (*version).to_owned()),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "http://h/fhir";

    #[test]
    fn addresses_of_elsewhere_or_nowhere_are_refused() {
        for (url, status) in [
            ("Nope", 404),
            ("Nope/1", 404),
            ("Patient/1/x", 404),
            ("Patient/1/_history/1/2", 404),
            ("Patient//1", 404),
            ("http://other/fhir/Patient/1", 400),
            ("urn:uuid:1", 400),
            ("Patient/1/$everything", 400),
            ("$process", 400),
            ("Patient/_search", 400),
        ] {
            assert_eq!(Address::read(url, BASE).map_err(|e| e.status().0), Err(status), "{url}");
        }
    }

    #[test]
    fn addresses_name_what_they_name() {
        let patient = ResourceType::parse("Patient").unwrap();
        let one = || "1".to_owned();
        for (url, path, query) in [
            ("", Path::System, None),
            ("/", Path::System, None),
            ("?_type=Patient", Path::System, Some("_type=Patient")),
            ("metadata", Path::Metadata, None),
            ("_history?_count=1", Path::SystemHistory, Some("_count=1")),
            ("Patient", Path::Type(patient), None),
            ("/Patient?a=b?c", Path::Type(patient), Some("a=b?c")),
            ("http://h/fhir/Patient/1", Path::Instance(patient, one()), None),
            ("Patient/1/*", Path::Compartment(patient, one(), None), None),
            ("Patient/1/Patient?a=b", Path::Compartment(patient, one(), Some(patient)), Some("a=b")),
            ("Patient/1/_history", Path::History(patient, one()), None),
            ("Patient/1/_history/2", Path::Version(patient, one(), "2".to_owned()), None),
            ("Patient/_history", Path::TypeHistory(patient), None),
        ] {
            let read = Address::read(url, BASE).unwrap();
            assert_eq!((read.path, read.query.as_deref()), (path, query), "{url}");
        }
    }
}
