//! The code systems and value sets of the specification. <https://hl7.org/fhir/R4/terminologies-systems.html>
//!
//! `fhir-profiles/r4/README.md` describes the lines that they are kept in. They are unpacked when the first search asks for one, and
//! made into what a search uses one at a time: all of them at once would take many times the memory of their text.

use std::collections::HashMap;
use std::io::{self, Read};
use std::sync::LazyLock;

use serde_json::{Value, json};

use super::Concepts;

static PACKED: &[u8] = include_bytes!("../../../fhir-profiles/r4/terminology.txt.gz");

static PUBLISHED: LazyLock<Published> = LazyLock::new(|| match load() {
    Ok(published) => published,
    #[expect(clippy::panic, reason = "the text is part of the binary, and a test reads all of it")]
    Err(fault) => panic!("the embedded terminology is broken: {fault}"),
});

/// Where in the text each code system and value set is, by its URL.
#[derive(Default)]
struct Published {
    /// Whether the codes are all that there are, and the codes.
    code_systems: HashMap<&'static str, (bool, &'static str)>,
    /// A line for each part.
    value_sets: HashMap<&'static str, Vec<&'static str>>,
}

fn load() -> io::Result<Published> {
    let mut text = String::with_capacity(450_000);
    flate2::read::GzDecoder::new(PACKED).read_to_string(&mut text)?;
    let mut published = Published::default();
    let mut value_set = "";
    for line in text.leak().lines() {
        let Some((mark, rest)) = line.split_once('\t') else { continue };
        match mark {
            "C" | "F" => {
                let (url, codes) = rest.split_once('\t').unwrap_or((rest, ""));
                published.code_systems.insert(url, (mark == "C", codes));
            }
            "V" => {
                value_set = rest;
                published.value_sets.insert(rest, Vec::with_capacity(1));
            }
            _ => published.value_sets.entry(value_set).or_default().push(line),
        }
    }
    Ok(published)
}

/// Whether the specification has a code system with this URL.
#[must_use]
pub fn has_code_system(url: &str) -> bool {
    PUBLISHED.code_systems.contains_key(url)
}

/// The concepts of the code system with this URL: their codes and what stands above each.
#[must_use]
pub fn code_system(url: &str) -> Option<Concepts> {
    let (are_all, codes) = PUBLISHED.code_systems.get(url)?;
    Some(Concepts::bare(*are_all, codes.split('\t')))
}

/// What the value set with this URL is composed of, as in its resource.
#[must_use]
pub fn value_set(url: &str) -> Option<Value> {
    let (mut include, mut exclude) = (Vec::new(), Vec::new());
    for line in PUBLISHED.value_sets.get(url)? {
        let (mark, rest) = line.split_once('\t')?;
        let part = part(mark.get(1..)?, rest.split('\t'))?;
        if mark.starts_with('-') { exclude.push(part) } else { include.push(part) }
    }
    Some(json!({ "compose": { "include": include, "exclude": exclude } }))
}

fn part<'f>(mark: &str, mut fields: impl Iterator<Item = &'f str>) -> Option<Value> {
    Some(match mark {
        "v" => json!({ "valueSet": fields.collect::<Vec<_>>() }),
        "c" => {
            let system = fields.next()?;
            json!({ "system": system, "concept": fields.map(|code| json!({ "code": code })).collect::<Vec<_>>() })
        }
        "f" => {
            let (system, property, op, value) =
                (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
            json!({ "system": system, "filter": [{ "property": property, "op": op, "value": value }] })
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fhir::definitions::{definition, resource_types};
    use crate::fhir::value_set::{Fault, Kin, Known, Missing};

    #[test]
    fn what_the_specification_does_not_have_is_not_known() {
        assert!(!has_code_system("http://a.example/cs"));
        assert!(code_system("http://snomed.info/sct").is_none(), "it is only named");
        assert!(value_set("http://a.example/vs").is_none());
        assert!(value_set("http://hl7.org/fhir/ValueSet/example-filter").is_none());
        assert!(value_set("").is_none());
    }

    #[test]
    fn codes_stand_below_all_their_parents() {
        let concepts = code_system("http://terminology.hl7.org/CodeSystem/condition-clinical").unwrap();
        let kin = |code, kin| concepts.kin(code, kin).into_iter().collect::<Vec<_>>().join(" ");
        assert_eq!(kin("active", Kin::Below), "active recurrence relapse");
        assert_eq!(kin("remission", Kin::Above), "inactive remission");
        assert_eq!(kin("(", Kin::Below), "");
        let acts = code_system("http://terminology.hl7.org/CodeSystem/v3-ActCode").unwrap();
        assert!(acts.kin("AMB", Kin::Above).contains("_ActEncounterCode"));
    }

    /// Everything that is known of the specification.
    fn all() -> Known {
        let mut known = Known::default();
        for url in PUBLISHED.code_systems.keys() {
            known.code_systems.insert((*url).to_owned(), code_system(url));
        }
        for url in PUBLISHED.value_sets.keys() {
            known.value_sets.insert((*url).to_owned(), value_set(url));
        }
        known
    }

    #[test]
    fn every_value_set_is_composed_unless_it_asks_of_what_others_publish() {
        let known = all();
        assert_eq!((known.code_systems.len(), known.value_sets.len()), (1056, 1311));
        assert!(known.value_sets.values().all(Option::is_some));
        let mut missing: HashMap<_, u32> = HashMap::new();
        for url in PUBLISHED.value_sets.keys() {
            // Each by itself: one search may not compose so many.
            known.steps.set(0);
            match known.codes(url) {
                Ok(codes) => {
                    let is_told = |system: &String| code_system(system).is_some_and(|known| known.are_all());
                    assert!(!codes.systems.iter().any(is_told), "{url}");
                }
                Err(Fault::Missing(Missing::CodeSystem(of) | Missing::ValueSet(of))) => {
                    *missing.entry(of).or_default() += 1
                }
                Err(Fault::Refused(fault)) => panic!("{url}: {fault:?}"),
            }
        }
        let mut missing: Vec<_> = missing.iter().map(|(of, times)| format!("{of} {times}")).collect();
        missing.sort_unstable();
        let others = [
            "http://hl7.org/fhir/ValueSet/dicom-cid29 1",
            "http://hl7.org/fhir/ValueSet/usps-state 1",
            "http://loinc.org 2",
            "http://snomed.info/sct 46",
            "http://unitsofmeasure.org 2",
            "http://unstats.un.org/unsd/methods/m49/m49.htm 1",
            "urn:iso:std:iso:3166 2",
        ];
        assert_eq!(missing, others);
    }

    #[test]
    fn the_codes_that_elements_must_be_taken_from_are_those_of_the_index() {
        let known = all();
        let elements = resource_types().filter_map(definition).flat_map(|of_type| &of_type.elements);
        let mut compared = 0;
        for value_set in elements.filter_map(|element| element.value_set) {
            known.steps.set(0);
            let systems = value_set.systems.iter();
            let pairs = systems.flat_map(|(system, codes)| codes.iter().map(|code| (*system, *code)));
            let codes = known.codes(&value_set.url()).unwrap();
            let composed = codes.codes.iter().map(|(system, code)| (system.as_str(), code.as_str()));
            assert!(composed.eq(pairs.collect::<std::collections::BTreeSet<_>>()), "{}", value_set.url());
            compared += 1;
        }
        assert!(compared > 100);
    }
}
