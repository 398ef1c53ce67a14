//! `_include` and `_revinclude`: which resources are wanted beside those that match.
//! <https://hl7.org/fhir/R4/search.html#revinclude>

use super::chain::{Find, points_at, shown};
use super::resource_type::ResourceType;
use super::search_fault::SearchFault;
use super::search_parameter::{SearchKind, SearchParameter};

/// One wish for more resources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Include<'p> {
    /// Which way the references go.
    pub direction: Direction,
    /// The type that holds the references; none for all types.
    pub source: Option<ResourceType>,
    /// The reference; none for all of them.
    pub parameter: Option<&'p SearchParameter>,
    /// The type that is pointed at; none for all.
    pub target: Option<ResourceType>,
    /// Whether what was included is looked at too.
    pub iterate: bool,
}

/// Which way references are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// `_include`: to what the results point at.
    To,
    /// `_revinclude`: to what points at the results.
    From,
}

/// Whether a parameter of this name asks for more resources.
#[must_use]
pub fn is_include(name: &str) -> bool {
    direction(name.split_once(':').map_or(name, |(name, _)| name)).is_some()
}

fn direction(name: &str) -> Option<Direction> {
    match name {
        "_include" => Some(Direction::To),
        "_revinclude" => Some(Direction::From),
        _ => None,
    }
}

impl<'p> Include<'p> {
    /// Reads a parameter of a search; none where its name is neither of the two. `find` knows the references.
    ///
    /// # Errors
    /// When the name has an unknown modifier, or the value names what does not exist or cannot be used yet.
    pub fn parse(name: &str, value: &str, find: &Find<'_, 'p>) -> Option<Result<Self, SearchFault>> {
        let (name, modifier) = name.split_once(':').map_or((name, None), |(name, m)| (name, Some(m)));
        let direction = direction(name)?;
        let iterate = match modifier {
            None => false,
            // `recurse` is its name of old.
            Some("iterate" | "recurse") => true,
            Some(other) => {
                let text = format!("the modifier {} is not supported for {name}", shown(other));
                return Some(Err(SearchFault::unsupported(text)));
            }
        };
        Some(read(name, direction, iterate, value, find))
    }
}

fn read<'p>(
    name: &str,
    direction: Direction,
    iterate: bool,
    value: &str,
    find: &Find<'_, 'p>,
) -> Result<Include<'p>, SearchFault> {
    let parts: Vec<_> = value.split(':').collect();
    let (source, code, target) = match parts.as_slice() {
        ["*"] => return Ok(Include { direction, source: None, parameter: None, target: None, iterate }),
        [source, code] => (*source, *code, None),
        [source, code, target] => (*source, *code, Some(*target)),
        _ => {
            let form = "[type]:[parameter], [type]:[parameter]:[target type], [type]:* or *";
            return Err(SearchFault::malformed(format!("{name} must be {form}")));
        }
    };
    let source = resource_type(name, source)?;
    let target = target.map(|target| resource_type(name, target)).transpose()?;
    let parameter = if code == "*" { None } else { Some(reference(name, source, code, find)?) };
    if let (Some(parameter), Some(target)) = (parameter, target)
        && !points_at(source, parameter, target)
    {
        let text = format!("{name}: {code} of {source} does not point at {target}");
        return Err(SearchFault::unsupported(text));
    }
    Ok(Include { direction, source: Some(source), parameter, target, iterate })
}

fn resource_type(name: &str, text: &str) -> Result<ResourceType, SearchFault> {
    let fault = || SearchFault::unsupported(format!("{name}: {} is not a resource type of R4", shown(text)));
    ResourceType::parse(text).ok_or_else(fault)
}

fn reference<'p>(
    name: &str,
    source: ResourceType,
    code: &str,
    find: &Find<'_, 'p>,
) -> Result<&'p SearchParameter, SearchFault> {
    let parameter = find(source, code)?;
    parameter.filter(|parameter| parameter.kind == SearchKind::Reference).ok_or_else(|| {
        SearchFault::unsupported(format!("{name}: {} is not a reference parameter of {source}", shown(code)))
    })
}

#[cfg(test)]
mod tests {
    use super::{Direction, Include, SearchFault};
    use crate::fhir::definitions::search_parameter;

    fn parse(name: &str, value: &str) -> Option<Result<Include<'static>, SearchFault>> {
        Include::parse(name, value, &|source, code| Ok(search_parameter(source, code)))
    }

    fn read(name: &str, value: &str) -> Include<'static> {
        parse(name, value).unwrap().unwrap()
    }

    #[test]
    fn what_does_not_exist_is_refused() {
        let form =
            "value: _include must be [type]:[parameter], [type]:[parameter]:[target type], [type]:* or *";
        for (name, value, refusal) in [
            ("_include", "", form),
            ("_include", "Patient", form),
            ("_include", "a:b:c:d", form),
            ("_include", "Dog:owner", "not-supported: _include: \"Dog\" is not a resource type of R4"),
            (
                "_include",
                "Observation:subject:Dog",
                "not-supported: _include: \"Dog\" is not a resource type of R4",
            ),
            (
                "_include",
                "Observation:code",
                "not-supported: _include: \"code\" is not a reference parameter of Observation",
            ),
            (
                "_revinclude",
                "Observation:owner",
                "not-supported: _revinclude: \"owner\" is not a reference parameter of Observation",
            ),
            (
                "_include",
                "Observation:subject:Account",
                "not-supported: _include: subject of Observation does not point at Account",
            ),
            (
                "_include:twice",
                "Observation:subject",
                "not-supported: the modifier \"twice\" is not supported for _include",
            ),
        ] {
            let fault = parse(name, value).unwrap().unwrap_err();
            assert_eq!(format!("{}: {}", fault.code.as_str(), fault.text), refusal);
        }
        assert_eq!(parse("_included", "*"), None);
        assert!(super::is_include("_revinclude:iterate") && !super::is_include("_included"));
    }

    #[test]
    fn every_form_is_read() {
        let all = read("_include", "*");
        assert_eq!((all.source, all.parameter, all.target, all.iterate), (None, None, None, false));
        let one = read("_revinclude:iterate", "Observation:subject:Patient");
        assert_eq!(one.direction, Direction::From);
        assert_eq!(one.source.map(|source| source.as_str()), Some("Observation"));
        assert_eq!(one.parameter.map(|parameter| &*parameter.code), Some("subject"));
        assert_eq!(one.target.map(|target| target.as_str()), Some("Patient"));
        assert!(one.iterate && read("_include:recurse", "*").iterate);
        let wild = read("_include", "Observation:*:Patient");
        assert!(wild.parameter.is_none() && wild.target.is_some());
    }
}
