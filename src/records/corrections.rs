//! What models said and people corrected, as pairs to learn from: of patients who consent to that, without anything that names them.
//!
//! A model's Observation is labelled AIAST and preliminary; once a person amends or corrects it, by whichever API, its history has both
//! (<https://hl7.org/fhir/R4/valueset-observation-status.html>). A pair needs an active Consent of the patient for research that permits
//! the use of data, to all or for research, now, and forbids nothing; without a patient there is none. What leaves is a code, numbers,
//! codes and marks: no id, no time, no text.
//!
//! Of a cell in a smear a person says so in an Observation of its own, which says itself what a model had said: it is a pair by itself, with the
//! file's hash and the place. Counts that follow from it are none.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::history::{Of, Query as Versions};
use super::search::Query;
use super::{Error, Records};
use crate::fhir::ResourceType;
use crate::fhir::codes::hl7::v3_observation_value::ARTIFICIAL_INTELLIGENCE_ASSERTED;
use crate::fhir::codes::{Code, smear};
use crate::fhir::consent::{Action, Consent, Matter, Provision, Verdict};
use crate::identity::{Agent, Caller};

/// Resources of a page.
const PAGE: u16 = 100;
/// Versions of one Observation that are looked at, from the newest.
const VERSIONS: u16 = 50;
/// What a person makes of an Observation.
const CORRECTED: &str = "amended,corrected";
/// The scope of a Consent for research, by HL7's consentscope.
const RESEARCH_SCOPE: (&str, &str) = ("http://terminology.hl7.org/CodeSystem/consentscope", "research");
/// Healthcare research, by HL7's ActReason.
const RESEARCH: &str = "HRESCH";

impl Records {
    /// The corrections of a tenant, each as a pair of what was read and what is right.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for anybody but the server itself; when the database fails.
    pub async fn corrections(&self, caller: &Caller) -> Result<Vec<Value>, Error> {
        if !matches!(caller.agent, Agent::System) {
            return Err(Error::Forbidden);
        }
        let observation = ResourceType::parse("Observation").ok_or(Error::UnknownType)?;
        let mut query = asked(&[("status", CORRECTED)]);
        let (mut pairs, mut verdicts) = (Vec::new(), HashMap::new());
        loop {
            let page = self.search(caller, observation, &query).await?;
            for stored in &page.resources {
                let after = stored.json()?;
                let Some(patient) = patient(&after) else { continue };
                let known = verdicts.get(patient).copied();
                let is_allowed = match known {
                    Some(is_allowed) => is_allowed,
                    None => self.consents(caller, patient).await?,
                };
                verdicts.entry(patient.to_owned()).or_insert(is_allowed);
                if !is_allowed {
                    continue;
                }
                if is_of_a_smear(&after) {
                    pairs.extend(of_a_cell(&after));
                    continue;
                }
                let of = Of::Instance(observation, stored.id.clone());
                if let Some(before) = self.said_by_a_model(caller, &of).await?
                    // It may have been taken for somebody else's before.
                    && before.pointer("/subject/reference") == after.pointer("/subject/reference")
                {
                    pairs.extend(pair(&before, &after));
                }
            }
            query.after = page.next;
            if query.after.is_none() {
                return Ok(pairs);
            }
        }
    }

    /// Whether a patient lets research have the data, and nothing of what they signed says no.
    async fn consents(&self, caller: &Caller, patient: &str) -> Result<bool, Error> {
        let consent = ResourceType::parse("Consent").ok_or(Error::UnknownType)?;
        let query = asked(&[("patient", patient), ("status", "active")]);
        let page = self.search(&caller.quietly(), consent, &query).await?;
        let now_us = self.now().timestamp_micros();
        let mut is_allowed = false;
        for stored in &page.resources {
            let json = stored.json()?;
            let read = Consent::read(&json, "");
            if is_for_research(&json) {
                if !permits(read.as_ref(), now_us) {
                    return Ok(false);
                }
                is_allowed = true;
            } else if read
                .is_some_and(|one| one.provisions.iter().any(|of| of.verdict == Some(Verdict::Deny)))
            {
                // What a patient denies elsewhere is not to leave for research either.
                return Ok(false);
            }
        }
        Ok(page.next.is_none() && is_allowed)
    }

    /// The latest version that a model made and nobody had looked at.
    async fn said_by_a_model(&self, caller: &Caller, of: &Of) -> Result<Option<Value>, Error> {
        let query = Versions { count: VERSIONS, since: None, at: None, after: None };
        let history = self.history(&caller.quietly(), of, &query).await?;
        for body in history.versions.into_iter().filter_map(|version| version.body) {
            let body: Value = serde_json::from_str(&body).map_err(Error::internal)?;
            if is_of_a_model(&body) {
                return Ok(Some(body));
            }
        }
        Ok(None)
    }
}

fn asked(parameters: &[(&str, &str)]) -> Query {
    let parameters =
        parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Query { parameters, count: PAGE, ..Query::default() }
}

fn patient(observation: &Value) -> Option<&str> {
    let reference = observation.pointer("/subject/reference")?.as_str()?;
    reference.strip_prefix("Patient/").filter(|id| !id.contains('/'))
}

fn is_for_research(consent: &Value) -> bool {
    let (system, code) = RESEARCH_SCOPE;
    let codings = consent.pointer("/scope/coding").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    codings.iter().any(|coding| coding["system"] == system && coding["code"] == code)
}

/// Whether a Consent lets research have all, now. A limit to some callers, data or deeds is no consent to this; nor is one not understood.
fn permits(consent: Option<&Consent>, now_us: i64) -> bool {
    let Some(consent) = consent else { return false };
    let is_open = |one: &Provision| {
        one.verdict == Some(Verdict::Permit)
            && one.actors.is_empty()
            && one.matter == Matter::default()
            && (one.actions.is_empty() || one.actions.contains(&Action::Access))
            && (one.purposes.is_empty() || one.purposes.iter().any(|purpose| purpose == RESEARCH))
            && one.period.is_none_or(|period| period.low <= now_us && now_us < period.high)
    };
    let denies = consent.provisions.iter().any(|one| one.verdict == Some(Verdict::Deny));
    !denies && consent.provisions.iter().any(is_open)
}

fn is_of_a_model(observation: &Value) -> bool {
    let ai = ARTIFICIAL_INTELLIGENCE_ASSERTED;
    let labels =
        observation.pointer("/meta/security").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let is_said = labels.iter().any(|label| label["system"] == ai.system && label["code"] == ai.code);
    is_said && observation["status"] == "preliminary"
}

/// Whether it is counted or seen in a smear.
fn is_of_a_smear(observation: &Value) -> bool {
    let codings =
        observation.pointer("/code/coding").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    codings.iter().any(|coding| coding["system"] == smear::SYSTEM)
}

/// What a model had said of a cell and what is right, where these differ: the file's hash and the place beside both.
fn of_a_cell(observation: &Value) -> Option<Value> {
    let code = |code: Code| format!("{}|{}", code.system, code.code);
    let mut right = values(observation);
    let (kind, said) = (code(smear::CELL), code(smear::SAID_BY_A_MODEL));
    let mut read = right.clone();
    let was = right.shift_remove(&said)?;
    read.shift_remove(&said);
    let is_corrected = *right.get(&kind)? != was;
    read.insert(kind, was);
    is_corrected.then(
        || json!({ "code": codings(&observation["code"]), "model": [], "read": read, "corrected": right }),
    )
}

/// What was read and what is right, where these differ.
fn pair(before: &Value, after: &Value) -> Option<Value> {
    let (read, right) = (values(before), values(after));
    (read != right && !right.is_empty()).then(|| {
        json!({
            "code": codings(&after["code"]),
            "model": codings(&before["method"]),
            "read": read,
            "corrected": right,
        })
    })
}

/// The values of an Observation and of its components, by code. Texts and times may name somebody, and stay.
fn values(observation: &Value) -> Map<String, Value> {
    let components = observation["component"].as_array().map_or(&[][..], Vec::as_slice);
    std::iter::once(observation)
        .chain(components)
        .filter_map(|holder| Some((name(&holder["code"])?, value(holder)?)))
        .collect()
}

fn value(holder: &Value) -> Option<Value> {
    let quantity = &holder["valueQuantity"];
    if quantity.is_object() {
        let unit = quantity.get("code").and_then(Value::as_str);
        return Some(json!({ "value": quantity.get("value")?, "unit": unit }));
    }
    let plain = ["valueInteger", "valueBoolean"].into_iter().find_map(|name| holder.get(name)).cloned();
    let coded = codings(&holder["valueCodeableConcept"]);
    plain.or_else(|| (!coded.is_empty()).then(|| coded.into()))
}

fn name(concept: &Value) -> Option<String> {
    codings(concept).first()?.as_str().map(str::to_owned)
}

/// `system|code` of each coding; neither its display nor its text.
fn codings(concept: &Value) -> Vec<Value> {
    let codings = concept["coding"].as_array().map_or(&[][..], Vec::as_slice);
    let of = |coding: &Value| {
        let (system, code) = (coding["system"].as_str()?, coding["code"].as_str()?);
        Some(format!("{system}|{code}").into())
    };
    codings.iter().filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(depth: usize, verdict: Option<Verdict>) -> Provision {
        let (actors, actions, purposes) = (Vec::new(), Vec::new(), Vec::new());
        Provision { depth, verdict, period: None, actors, actions, purposes, matter: Matter::default() }
    }

    fn provision(change: impl Fn(&mut Provision)) -> Consent {
        let mut provision = all(0, Some(Verdict::Permit));
        change(&mut provision);
        Consent { patient: "a".to_owned(), provisions: vec![provision] }
    }

    #[test]
    fn a_consent_that_is_limited_or_denies_is_none() {
        let is_refused = |consent: &Consent| !permits(Some(consent), 100);
        assert!(!permits(None, 100));
        assert!(is_refused(&provision(|one| one.verdict = None)));
        assert!(is_refused(&provision(|one| one.verdict = Some(Verdict::Deny))));
        assert!(is_refused(&provision(|one| one.actors.push("Organization/1".to_owned()))));
        assert!(is_refused(&provision(|one| one.purposes.push("TREAT".to_owned()))));
        assert!(is_refused(&provision(|one| one.matter.types.extend(ResourceType::parse("Condition")))));
        let mut excepted = provision(|_| ());
        excepted.provisions.push(all(1, Some(Verdict::Deny)));
        assert!(is_refused(&excepted));
    }

    #[test]
    fn a_consent_to_all_or_to_research_is_one() {
        assert!(permits(Some(&provision(|_| ())), 100));
        assert!(permits(Some(&provision(|one| one.purposes.push(RESEARCH.to_owned()))), 100));
    }

    #[test]
    fn a_cell_is_a_pair_by_itself_and_counts_are_none() {
        let code = |code: &str| json!({ "coding": [{ "system": smear::SYSTEM, "code": code, "display": "secret" }] });
        let kind = |kind: &str| json!({ "coding": [{ "system": "k", "code": kind }], "text": "secret" });
        let cell = |was: &str, is: &str| {
            json!({
                "id": "secret", "subject": { "reference": "Patient/secret" }, "issued": "2020-01-01T00:00:00Z",
                "performer": [{ "display": "secret" }], "code": code("cell"), "valueCodeableConcept": kind(is),
                "component": [
                    { "code": code("said-by-model"), "valueCodeableConcept": kind(was) },
                    { "code": code("in-file"), "valueCodeableConcept": { "coding": [{ "system": "f", "code": "sha224-i-ab" }] } },
                    { "code": code("cell-x"), "valueInteger": 7 },
                ],
            })
        };
        assert_eq!(of_a_cell(&cell("a", "a")), None, "it was taken back");
        assert_eq!(of_a_cell(&json!({ "code": code("finding"), "valueQuantity": { "value": 9 } })), None);
        let of = |name: &str| format!("{}|{name}", smear::SYSTEM);
        let said = |is: &str| json!({ of("cell"): [format!("k|{is}")], of("in-file"): ["f|sha224-i-ab"], of("cell-x"): 7 });
        let told = of_a_cell(&cell("a", "b")).unwrap();
        assert_eq!(
            told,
            json!({ "code": [of("cell")], "model": [], "read": said("a"), "corrected": said("b") })
        );
        assert!(is_of_a_smear(&cell("a", "b")) && !told.to_string().contains("secret"));
    }

    #[test]
    fn a_pair_holds_neither_texts_nor_times_nor_ids() {
        let observation = |value: u32| {
            json!({
                "id": "secret", "subject": { "reference": "Patient/secret", "display": "secret" },
                "effectiveDateTime": "2020-01-01", "note": [{ "text": "secret" }],
                "code": { "coding": [{ "system": "s", "code": "c", "display": "secret" }], "text": "secret" },
                "method": { "coding": [{ "system": "m", "code": "net@1" }], "text": "secret" },
                "valueQuantity": { "value": value, "unit": "secret", "code": "mm[Hg]" },
                "component": [{ "code": { "coding": [{ "system": "s", "code": "t" }] }, "valueString": "secret" }],
            })
        };
        assert_eq!(pair(&observation(1), &observation(1)), None, "confirmed, not corrected");
        let pair = pair(&observation(1), &observation(2)).unwrap();
        assert_eq!(
            pair,
            json!({
                "code": ["s|c"], "model": ["m|net@1"],
                "read": { "s|c": { "value": 1, "unit": "mm[Hg]" } },
                "corrected": { "s|c": { "value": 2, "unit": "mm[Hg]" } },
            })
        );
    }
}
