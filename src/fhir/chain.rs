//! The names of search parameters, with chains and `_has`. <https://hl7.org/fhir/R4/search.html#chaining>, `#has`
//!
//! A name is followed from type to type by the definitions. Where a reference may point at several types and none is named,
//! each that has the rest of the chain is an alternative.

use super::definitions::resource_types;
use super::resource_type::ResourceType;
use super::search_fault::SearchFault;
use super::search_parameter::{SearchKind, SearchParameter};

/// So many references a chain may follow.
const MOST_LINKS: usize = 8;
/// So many ways a chain may take in all.
const MOST_WAYS: usize = 64;

/// Where a search looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Path<'p> {
    /// At a parameter of the resource itself.
    Own {
        /// The type that has it.
        resource_type: ResourceType,
        /// The parameter.
        parameter: &'p SearchParameter,
        /// What follows its name after a colon.
        modifier: Option<String>,
    },
    /// At what the resource points at.
    To {
        /// The type that points.
        resource_type: ResourceType,
        /// The reference.
        parameter: &'p SearchParameter,
        /// One way for each type that it may point at.
        ways: Vec<(ResourceType, Self)>,
    },
    /// At what points at the resource.
    From {
        /// The type that is pointed at.
        resource_type: ResourceType,
        /// The type that points.
        source: ResourceType,
        /// The reference.
        parameter: &'p SearchParameter,
        /// Where to look there.
        way: Box<Self>,
    },
}

/// Finds the search parameter of a type by its name; a fault where there is one that cannot be used yet.
pub type Find<'f, 'p> = dyn Fn(ResourceType, &str) -> Result<Option<&'p SearchParameter>, SearchFault> + 'f;

impl<'p> Path<'p> {
    /// Reads a name such as `code`, `subject:Patient.name:exact` or `_has:Observation:patient:code`.
    ///
    /// # Errors
    /// When a piece of it does not exist for the type it stands at, or it is too long.
    pub fn parse(resource_type: ResourceType, name: &str, find: &Find<'_, 'p>) -> Result<Self, SearchFault> {
        let mut reader = Reader { name, ways: 0, find, unready: None };
        let path = reader.path(resource_type, name, 0);
        // The other ways alone would lack what this one finds.
        reader.unready.map_or(path, Err)
    }
}

struct Reader<'r, 'p> {
    name: &'r str,
    ways: usize,
    find: &'r Find<'r, 'p>,
    /// Why a parameter on one of the ways cannot be used yet.
    unready: Option<SearchFault>,
}

impl<'p> Reader<'_, 'p> {
    fn path(&mut self, at: ResourceType, rest: &str, links: usize) -> Result<Path<'p>, SearchFault> {
        self.ways = self.ways.saturating_add(1);
        if links > MOST_LINKS {
            return Err(SearchFault::too_costly(format!("a chain follows at most {MOST_LINKS} references")));
        }
        if self.ways > MOST_WAYS {
            let text =
                format!("{} may go too many ways: name the types, as in subject:Patient", shown(self.name));
            return Err(SearchFault::too_costly(text));
        }
        if let Some(rest) = rest.strip_prefix("_has:") {
            return self.from(at, rest, links.saturating_add(1));
        }
        let Some((head, rest)) = rest.split_once('.') else { return self.own(at, rest) };
        let (code, target) = head.split_once(':').map_or((head, None), |(code, target)| (code, Some(target)));
        let parameter = self.reference(at, code)?;
        let links = links.saturating_add(1);
        let ways = match target {
            Some(name) => {
                let target = resource_type(name)?;
                if !points_at(at, parameter, target) {
                    return Err(SearchFault::unsupported(format!(
                        "{code} of {at} does not point at {target}"
                    )));
                }
                vec![(target, self.path(target, rest, links)?)]
            }
            None => self.ways(at, parameter, rest, links)?,
        };
        Ok(Path::To { resource_type: at, parameter, ways })
    }

    /// Every way that the rest of a chain can take when the type is not named.
    fn ways(
        &mut self,
        at: ResourceType,
        parameter: &'p SearchParameter,
        rest: &str,
        links: usize,
    ) -> Result<Vec<(ResourceType, Path<'p>)>, SearchFault> {
        let (mut ways, mut fault) = (Vec::new(), None);
        for target in resource_types().filter(|target| points_at(at, parameter, *target)) {
            match self.path(target, rest, links) {
                Ok(path) => ways.push((target, path)),
                Err(other) if other.code == super::outcome::IssueType::TooCostly => return Err(other),
                Err(other) => fault = Some(other),
            }
        }
        match (ways.is_empty(), fault) {
            (false, _) => Ok(ways),
            // With one type the fault says more.
            (true, Some(fault)) if parameter.targets.len() == 1 => Err(fault),
            (true, _) => {
                let text = format!("nothing that {} of {at} points at has {}", parameter.code, shown(rest));
                Err(SearchFault::unsupported(text))
            }
        }
    }

    /// `[type]:[reference]:[rest]`, after `_has:`.
    fn from(&mut self, at: ResourceType, text: &str, links: usize) -> Result<Path<'p>, SearchFault> {
        let mut parts = text.splitn(3, ':');
        let (Some(source), Some(code), Some(rest)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(SearchFault::malformed("_has is written _has:[type]:[reference]:[parameter]"));
        };
        let source = resource_type(source)?;
        let parameter = self.reference(source, code)?;
        if !points_at(source, parameter, at) {
            return Err(SearchFault::unsupported(format!("{code} of {source} does not point at {at}")));
        }
        let way = Box::new(self.path(source, rest, links)?);
        Ok(Path::From { resource_type: at, source, parameter, way })
    }

    fn own(&mut self, resource_type: ResourceType, name: &str) -> Result<Path<'p>, SearchFault> {
        let (code, modifier) =
            name.split_once(':').map_or((name, None), |(code, m)| (code, Some(m.to_owned())));
        let parameter = self.parameter(resource_type, code)?;
        Ok(Path::Own { resource_type, parameter, modifier })
    }

    fn reference(
        &mut self,
        resource_type: ResourceType,
        code: &str,
    ) -> Result<&'p SearchParameter, SearchFault> {
        let parameter = self.parameter(resource_type, code)?;
        if parameter.kind == SearchKind::Reference {
            return Ok(parameter);
        }
        let text =
            format!("{code} of {resource_type} is no reference, so nothing can be looked for behind it");
        Err(SearchFault::unsupported(text))
    }

    fn parameter(
        &mut self,
        resource_type: ResourceType,
        code: &str,
    ) -> Result<&'p SearchParameter, SearchFault> {
        match (self.find)(resource_type, code) {
            Ok(found) => found.ok_or_else(|| unknown(resource_type, code)),
            Err(unready) => {
                self.unready.get_or_insert_with(|| unready.clone());
                Err(unready)
            }
        }
    }
}

fn resource_type(name: &str) -> Result<ResourceType, SearchFault> {
    let fault = || SearchFault::unsupported(format!("{} is not a resource type of R4", shown(name)));
    ResourceType::parse(name).ok_or_else(fault)
}

fn unknown(resource_type: ResourceType, code: &str) -> SearchFault {
    SearchFault::unsupported(format!("{} is not a search parameter of {resource_type}", shown(code)))
}

/// Whether a reference of a type may point at another type.
#[must_use]
pub fn points_at(source: ResourceType, parameter: &SearchParameter, target: ResourceType) -> bool {
    let targets = &parameter.targets;
    if !(targets.is_empty() || targets.contains(&target.as_str())) {
        return false;
    }
    // A parameter that several types share lists the targets of all; its expression tells what this one has.
    let of_source = |branch: &&str| {
        let path = branch.trim_start().trim_start_matches('(').strip_prefix(source.as_str());
        path.is_some_and(|rest| rest.starts_with('.'))
    };
    let mut branches = parameter.expression.split('|').filter(of_source).peekable();
    let takes = |branch: &str| match branch.split_once("resolve() is ") {
        Some((_, type_name)) => type_name.trim().trim_end_matches(')') == target.as_str(),
        None => true,
    };
    branches.peek().is_none() || branches.any(takes)
}

/// What the client wrote, quoted and not at any length.
#[must_use]
pub fn shown(text: &str) -> String {
    let mut start: String = text.chars().take(64).collect();
    if start.len() < text.len() {
        start.push('…');
    }
    format!("{start:?}")
}

#[cfg(test)]
mod tests {
    use super::Path;
    use crate::fhir::ResourceType;
    use crate::fhir::definitions::search_parameter;
    use crate::fhir::search_fault::SearchFault;

    fn parse(resource_type: &str, name: &str) -> Result<Path<'static>, SearchFault> {
        let resource_type = ResourceType::parse(resource_type).unwrap();
        Path::parse(resource_type, name, &|of_type, code| Ok(search_parameter(of_type, code)))
    }

    fn refused(resource_type: &str, name: &str) -> String {
        let fault = parse(resource_type, name).unwrap_err();
        format!("{}: {}", fault.code.as_str(), fault.text)
    }

    /// The path, written with all that was found out about it.
    fn read(resource_type: &str, name: &str) -> String {
        written(&parse(resource_type, name).unwrap())
    }

    fn written(path: &Path<'_>) -> String {
        match path {
            Path::Own { resource_type, parameter, modifier } => {
                let modifier = modifier.as_ref().map(|modifier| format!(":{modifier}")).unwrap_or_default();
                format!("{resource_type}.{}{modifier}", parameter.code)
            }
            Path::To { resource_type, parameter, ways } => {
                let ways: Vec<_> = ways.iter().map(|(_, way)| written(way)).collect();
                format!("{resource_type}.{} -> ({})", parameter.code, ways.join(" | "))
            }
            Path::From { source, parameter, way, .. } => {
                format!("({source}.{} <- {})", parameter.code, written(way))
            }
        }
    }

    #[test]
    fn pieces_that_do_not_exist_are_refused() {
        for (name, refusal) in [
            ("colour", "not-supported: \"colour\" is not a search parameter of Observation"),
            ("", "not-supported: \"\" is not a search parameter of Observation"),
            (".", "not-supported: \"\" is not a search parameter of Observation"),
            ("subject.", "not-supported: nothing that subject of Observation points at has \"\""),
            ("subject..name", "not-supported: nothing that subject of Observation points at has \".name\""),
            (
                "code.name",
                "not-supported: code of Observation is no reference, so nothing can be looked for behind it",
            ),
            ("subject:Dog.name", "not-supported: \"Dog\" is not a resource type of R4"),
            ("subject:Account.name", "not-supported: subject of Observation does not point at Account"),
            ("device:Device.colour", "not-supported: \"colour\" is not a search parameter of Device"),
            ("device.colour", "not-supported: nothing that device of Observation points at has \"colour\""),
            ("_has:", "value: _has is written _has:[type]:[reference]:[parameter]"),
            ("_has:Observation:subject", "value: _has is written _has:[type]:[reference]:[parameter]"),
            ("_has:Dog:subject:code", "not-supported: \"Dog\" is not a resource type of R4"),
            (
                "_has:Encounter:subject:code",
                "not-supported: subject of Encounter does not point at Observation",
            ),
            (
                "_has:Observation:code:code",
                "not-supported: code of Observation is no reference, so nothing can be looked for behind it",
            ),
            ("_has", "not-supported: \"_has\" is not a search parameter of Observation"),
        ] {
            assert_eq!(refused("Observation", name), refusal, "{name}");
        }
    }

    #[test]
    fn a_way_that_cannot_be_gone_yet_is_not_left_out() {
        let find = |of_type: ResourceType, code: &str| match (of_type.as_str(), code) {
            ("Group", "name") => Err(SearchFault::unsupported("wait")),
            _ => Ok(search_parameter(of_type, code)),
        };
        let observation = ResourceType::parse("Observation").unwrap();
        let fault = Path::parse(observation, "subject.name", &find).unwrap_err();
        assert_eq!(fault.text, "wait");
        assert!(Path::parse(observation, "subject:Patient.name", &find).is_ok());
    }

    #[test]
    fn a_chain_is_bounded_in_length_and_in_ways() {
        let long = format!("{}status", "part-of.".repeat(1000));
        assert_eq!(refused("Procedure", &long), "too-costly: a chain follows at most 8 references");
        let long = format!("{}code", "_has:Observation:derived-from:".repeat(1000));
        assert_eq!(refused("Observation", &long), "too-costly: a chain follows at most 8 references");
        assert_eq!(
            refused("Provenance", "target._id"),
            "too-costly: \"target._id\" may go too many ways: name the types, as in subject:Patient"
        );
    }

    #[test]
    fn a_chain_is_followed_from_type_to_type() {
        for (resource_type, name, path) in [
            ("Patient", "name:exact", "Patient.name:exact"),
            ("Observation", "subject:Patient.name:exact", "Observation.subject -> (Patient.name:exact)"),
            ("Observation", "subject.name", "Observation.subject -> (Location.name | Patient.name)"),
            (
                "Observation",
                "patient.organization.partof.name",
                "Observation.patient -> (Patient.organization -> (Organization.partof -> (Organization.name)))",
            ),
            ("Patient", "_has:Observation:patient:code", "(Observation.patient <- Observation.code)"),
            (
                "Practitioner",
                "_has:Patient:general-practitioner:_has:Observation:patient:code:not",
                "(Patient.general-practitioner <- (Observation.patient <- Observation.code:not))",
            ),
            (
                "Encounter",
                "patient._has:Observation:patient:code",
                "Encounter.patient -> ((Observation.patient <- Observation.code))",
            ),
            (
                "Patient",
                "_has:Observation:subject:performer:Practitioner.family",
                "(Observation.subject <- Observation.performer -> (Practitioner.family))",
            ),
        ] {
            assert_eq!(read(resource_type, name), path, "{name}");
        }
    }
}
