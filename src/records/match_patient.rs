//! `$match`: which patients a person may be. <https://hl7.org/fhir/R4/patient-operation-match.html>
//!
//! Those who share an identifier, or two of name, date of birth and contact, are looked for by searches of the caller's own, and each is
//! scored by what agrees and what does not. What is not said on either side says nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Number, Value};

use super::search::{Query, Total, escaped};
use super::{Error, Records, Stored};
use crate::fhir::ResourceType;
use crate::fhir::folding::fold;
use crate::fhir::outcome::IssueType;
use crate::identity::{Caller, Right};

/// So many are looked at of each search.
const CANDIDATES: u16 = 100;
/// So many values of one kind are looked at.
const MOST_VALUES: usize = 20;

/// How sure it is. <https://hl7.org/fhir/R4/valueset-match-grade.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// It may be.
    Possible,
    /// It is likely.
    Probable,
    /// It is.
    Certain,
}

impl Grade {
    /// The code for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Possible => "possible",
            Self::Probable => "probable",
            Self::Certain => "certain",
        }
    }
}

/// How well a patient matches: from 0 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Score(u8);

impl Score {
    /// As a part of 1, as FHIR tells it.
    #[must_use]
    pub fn value(self) -> Value {
        let text = if self.0 >= 100 { "1".to_owned() } else { format!("0.{:02}", self.0) };
        text.parse::<Number>().map_or(Value::Null, Value::Number)
    }

    /// How sure that is. Nobody is certain who shares no identifier and has not the same names, date of birth and gender.
    #[must_use]
    pub fn grade(self) -> Grade {
        match self.0 {
            95.. => Grade::Certain,
            70.. => Grade::Probable,
            _ => Grade::Possible,
        }
    }
}

/// Who scores less is somebody else.
const LEAST: u8 = 40;

impl Records {
    /// Those who may be this person, the likeliest first; where it must be certain, only one who surely is, and nobody where there are
    /// several.
    ///
    /// # Errors
    /// When the caller may not search and read patients, or nothing is said of the person.
    pub async fn match_patient(
        &self,
        caller: &Caller,
        person: &Value,
        certain: bool,
    ) -> Result<Vec<(Stored, Score)>, Error> {
        let of_type = ResourceType::parse("Patient").ok_or(Error::UnknownType)?;
        super::access::permit(caller, Right::Search, of_type)?;
        super::access::permit(caller, Right::Read, of_type)?;
        let wanted = Traits::of(person);
        let searches = wanted.searches();
        if searches.is_empty() {
            let text =
                "too little is said of the person: an identifier, or two of name, birthDate and telecom";
            return Err(Error::BadRequest(IssueType::Required, text.to_owned()));
        }
        let quiet = caller.quietly();
        let mut found: BTreeMap<String, (Stored, Score)> = BTreeMap::new();
        for parameters in searches {
            let query = Query { parameters, count: CANDIDATES, total: Total::Unwanted, ..Query::default() };
            for stored in self.search(&quiet, of_type, &query).await?.resources {
                let score = wanted.score(&Traits::of(&stored.json()?));
                if score >= Score(LEAST) {
                    found.insert(stored.id.clone(), (stored, score));
                }
            }
        }
        let mut found: Vec<_> = found.into_values().collect();
        found.sort_by(|(one, a), (other, b)| b.cmp(a).then_with(|| one.id.cmp(&other.id)));
        if certain {
            found.retain(|(_, score)| score.grade() == Grade::Certain);
            if found.len() > 1 {
                found.clear();
            }
        }
        let answered: Vec<_> = found.iter().map(|(stored, _)| stored).collect();
        self.audit_answers(caller, "match", &answered).await?;
        Ok(found)
    }
}

/// What a person is known by, folded so that it can be compared.
#[derive(Debug, Default)]
struct Traits {
    identifiers: BTreeSet<(String, String)>,
    families: BTreeSet<String>,
    given: BTreeSet<String>,
    born: Option<String>,
    gender: Option<String>,
    contacts: BTreeSet<String>,
}

impl Traits {
    fn of(patient: &Value) -> Self {
        let list =
            |name: &str| patient.get(name).and_then(Value::as_array).into_iter().flatten().take(MOST_VALUES);
        let text = |value: &Value, name: &str| {
            value
                .get(name)
                .and_then(Value::as_str)
                .map(str::trim)
                .filter(|text| !text.is_empty())
                .map(str::to_owned)
        };
        let identifier =
            |value: &Value| Some((text(value, "system").unwrap_or_default(), text(value, "value")?));
        let given = |name: &Value| -> Vec<String> {
            let all = name.get("given").and_then(Value::as_array).into_iter().flatten();
            all.filter_map(Value::as_str).map(fold).take(MOST_VALUES).collect()
        };
        Self {
            identifiers: list("identifier").filter_map(identifier).collect(),
            families: list("name").filter_map(|name| text(name, "family")).map(|name| fold(&name)).collect(),
            given: list("name").flat_map(given).collect(),
            born: text(patient, "birthDate"),
            gender: text(patient, "gender").filter(|gender| gender != "unknown"),
            contacts: list("telecom")
                .filter_map(|one| text(one, "value"))
                .map(|value| contact(&value))
                .collect(),
        }
    }

    /// Searches of which one at least finds whoever it is.
    fn searches(&self) -> Vec<Vec<(String, String)>> {
        let one = |name: &str, values: Vec<String>| {
            (!values.is_empty()).then(|| (name.to_owned(), values.join(",")))
        };
        let tokens = self.identifiers.iter().map(|(system, value)| {
            if system.is_empty() { escaped(value) } else { format!("{}|{}", escaped(system), escaped(value)) }
        });
        let identifier = one("identifier", tokens.collect());
        let family = one("family", self.families.iter().map(|name| escaped(name)).collect());
        let given = one("given", self.given.iter().map(|name| escaped(name)).collect());
        let born = one("birthdate", self.born.iter().map(|date| escaped(date)).collect());
        let both = |a: &Option<(String, String)>, b: &Option<(String, String)>| {
            a.clone().zip(b.clone()).map(|(a, b)| vec![a, b])
        };
        let mut searches: Vec<_> = identifier.map(|identifier| vec![identifier]).into_iter().collect();
        searches.extend(both(&family, &born));
        searches.extend(both(&family, &given));
        searches.extend(both(&given, &born));
        searches
    }

    /// How well another matches.
    fn score(&self, other: &Self) -> Score {
        let shares = |one: &BTreeSet<String>, others: &BTreeSet<String>| {
            (!one.is_empty() && !others.is_empty()).then(|| !one.is_disjoint(others))
        };
        let same = |one: &Option<String>, others: &Option<String>| {
            one.as_ref().zip(others.as_ref()).map(|(one, other)| one == other)
        };
        let is_identified = !self.identifiers.is_disjoint(&other.identifiers);
        let systems: BTreeSet<_> = other.identifiers.iter().map(|(system, _)| system).collect();
        // Two numbers of one system are two people's, as far as that tells.
        let is_another = !is_identified
            && self.identifiers.iter().any(|(system, _)| !system.is_empty() && systems.contains(system));
        let parts = [
            (shares(&self.families, &other.families), 30_i16, 30_i16),
            (shares(&self.given, &other.given), 20, 20),
            (same(&self.born, &other.born), 35, 40),
            (same(&self.gender, &other.gender), 10, 25),
            (shares(&self.contacts, &other.contacts), 10, 0),
        ];
        let told: i16 = parts
            .iter()
            .map(|(agrees, more, less)| match agrees {
                Some(true) => *more,
                Some(false) => -less,
                None => 0,
            })
            .sum();
        let all = if is_identified { told.saturating_add(70) } else { told };
        let all = if is_another { all.saturating_sub(30) } else { all };
        let capped = if is_identified { all.min(100) } else { all.min(99) };
        Score(u8::try_from(capped.max(0)).unwrap_or_default())
    }
}

/// A telephone number is its digits; an address of mail is one whatever its case.
fn contact(value: &str) -> String {
    if value.contains('@') {
        return value.to_lowercase();
    }
    value.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn person() -> Value {
        json!({ "resourceType": "Patient", "identifier": [{ "system": "urn:mr", "value": "7" }],
            "name": [{ "family": "Liddell", "given": ["Alice"] }], "birthDate": "1852-05-04", "gender": "female",
            "telecom": [{ "system": "phone", "value": "+44 1865 1" }] })
    }

    fn grade(change: impl FnOnce(&mut Value)) -> Option<Grade> {
        let mut other = person();
        change(&mut other);
        let score = Traits::of(&person()).score(&Traits::of(&other));
        (score >= Score(LEAST)).then(|| score.grade())
    }

    #[test]
    fn what_agrees_makes_it_sure_and_what_does_not_makes_it_less_so() {
        let without =
            |name: &'static str| move |other: &mut Value| drop(other.as_object_mut().unwrap().remove(name));
        assert_eq!(grade(|_| {}), Some(Grade::Certain));
        assert_eq!(grade(without("telecom")), Some(Grade::Certain));
        assert_eq!(grade(without("identifier")), Some(Grade::Certain));
        assert_eq!(
            grade(|other| {
                without("identifier")(other);
                without("telecom")(other)
            }),
            Some(Grade::Certain)
        );
        assert_eq!(
            grade(|other| {
                without("identifier")(other);
                without("telecom")(other);
                without("gender")(other)
            }),
            Some(Grade::Probable)
        );
        assert_eq!(grade(|other| other["identifier"][0]["value"] = "8".into()), Some(Grade::Probable));
        assert_eq!(
            grade(|other| {
                without("identifier")(other);
                other["birthDate"] = "1990-01-01".into()
            }),
            None
        );
        assert_eq!(
            grade(|other| *other = json!({ "identifier": [{ "system": "urn:mr", "value": "7" }] })),
            Some(Grade::Probable)
        );
        assert_eq!(
            grade(|other| *other = json!({ "identifier": [{ "system": "urn:other", "value": "7" }] })),
            None
        );
        assert_eq!(grade(|other| *other = json!({})), None);
    }

    #[test]
    fn names_are_the_same_whatever_their_case_and_accents() {
        let mut other = person();
        other["name"] = json!([{ "family": "LÍDDELL", "given": ["alice"] }]);
        assert_eq!(
            Traits::of(&person()).score(&Traits::of(&other)),
            Traits::of(&person()).score(&Traits::of(&person()))
        );
    }

    #[test]
    fn too_little_is_no_question() {
        for little in [
            json!({}),
            json!({ "gender": "female" }),
            json!({ "birthDate": "1852-05-04" }),
            json!({ "name": [{ "family": "x" }] }),
        ] {
            assert!(Traits::of(&little).searches().is_empty(), "{little}");
        }
        assert_eq!(Traits::of(&person()).searches().len(), 4);
    }

    #[test]
    fn a_score_is_a_part_of_one() {
        assert_eq!(
            [Score(100), Score(95), Score(7)].map(|score| score.value().to_string()),
            ["1", "0.95", "0.07"]
        );
    }
}
