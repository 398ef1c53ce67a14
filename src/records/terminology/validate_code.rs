//! `ValueSet/$validate-code` and `CodeSystem/$validate-code`: whether a code is in it.
//! <https://hl7.org/fhir/R4/valueset-operation-validate-code.html>, <https://hl7.org/fhir/R4/codesystem-operation-validate-code.html>

use serde_json::{Value, json};

use super::{Coding, Source, called, concepts, not_yet, parameters};
use crate::fhir::chain::shown;
use crate::fhir::value_set::Codes;
use crate::identity::Caller;
use crate::records::search::Terminology;
use crate::records::{Error, Records};

/// What came of one code.
#[derive(Default)]
struct Judged {
    is_valid: bool,
    message: Option<String>,
    display: Option<String>,
    coding: Coding,
}

impl Records {
    /// Whether one of these codes is in a value set, as a Parameters resource.
    ///
    /// # Errors
    /// When the value set is not known, or the caller may not search value sets.
    pub async fn validate_code_of_value_set(
        &self,
        caller: &Caller,
        source: Source,
        codings: Vec<Coding>,
    ) -> Result<Value, Error> {
        let (url, known) = self.opened(caller, source, "ValueSet").await?;
        let read = |terminology: &Terminology| {
            let Some(codes) = terminology.ask(|known| known.codes(&url))? else { return not_yet() };
            codings
                .iter()
                .map(|coding| in_value_set(terminology, &codes, coding))
                .collect::<Result<Vec<_>, _>>()
        };
        let judged = self.with_known(caller, known, read).await?;
        self.audit_success(caller, "validate-code").await?;
        Ok(told(judged))
    }

    /// Whether one of these codes is in a code system, as a Parameters resource.
    ///
    /// # Errors
    /// When the code system is not known, or the caller may not search code systems.
    pub async fn validate_code_of_code_system(
        &self,
        caller: &Caller,
        source: Source,
        codings: Vec<Coding>,
    ) -> Result<Value, Error> {
        let (url, known) = self.opened(caller, source, "CodeSystem").await?;
        let read = |terminology: &Terminology| {
            let Some(found) = terminology.ask(|known| known.concepts(&url))? else { return not_yet() };
            let own = found.url().unwrap_or(&url);
            let judge = |coding: &Coding| {
                let is_of = coding.system.as_ref().is_none_or(|system| system == own);
                let is_valid = is_of && found.concept(&coding.code).is_some();
                judged(is_valid, found.texts(&coding.code).collect(), coding, || {
                    absent(coding, "system", is_of && !found.are_all())
                })
            };
            Ok(codings.iter().map(judge).collect::<Vec<_>>())
        };
        let judged = self.with_known(caller, known, read).await?;
        self.audit_success(caller, "validate-code").await?;
        Ok(told(judged))
    }
}

fn in_value_set(terminology: &Terminology, codes: &Codes, coding: &Coding) -> Result<Judged, Error> {
    let Coding { system, code, .. } = coding;
    // Without a system: the first that has such a code.
    let system = match system {
        Some(system) => Some(system.clone()),
        None => {
            let listed =
                codes.codes.iter().find(|(_, found)| found == code).map(|(system, _)| system.clone());
            let mut whole = None;
            for one in codes.systems.iter().filter(|_| listed.is_none()) {
                if concepts(terminology, one)?.is_some_and(|concepts| concepts.concept(code).is_some()) {
                    whole = Some(one.clone());
                }
            }
            listed.or(whole)
        }
    };
    let no = || absent(coding, "set", false);
    let Some(system) = system else { return Ok(judged(false, Vec::new(), coding, no)) };
    let coding = Coding { system: Some(system.clone()), ..coding.clone() };
    let concepts = concepts(terminology, &system)?;
    let mut texts: Vec<&str> =
        terminology.ask(|known| Ok(called(known, &system, code).collect()))?.unwrap_or_default();
    texts.extend(concepts.into_iter().flat_map(|concepts| concepts.texts(code)));
    if codes.codes.contains(&(system.clone(), code.clone())) {
        return Ok(judged(true, texts, &coding, no));
    }
    if !codes.systems.contains(&system) {
        return Ok(judged(false, texts, &coding, no));
    }
    let is_known = concepts.is_some_and(|concepts| concepts.concept(code).is_some());
    let is_open = concepts.is_none_or(|concepts| !concepts.are_all());
    Ok(judged(is_known, texts, &coding, || absent(&coding, "set", is_open)))
}

/// Why a code is not valid; `is_open` where it may be there, as not all codes are known.
fn absent(Coding { code, .. }: &Coding, kind: &str, is_open: bool) -> String {
    let of = if kind == "set" { "value set" } else { "code system" };
    if is_open {
        return format!(
            "the code {} is not among those that are known here, which are not all of the {of}",
            shown(code)
        );
    }
    format!("the code {} is not in the {of}", shown(code))
}

/// A code that is there is judged by its text too, where one was sent and any is known; the first of these is told.
fn judged(is_valid: bool, texts: Vec<&str>, coding: &Coding, no: impl Fn() -> String) -> Judged {
    let is_known = |sent: &&str| texts.is_empty() || texts.iter().any(|text| sent.eq_ignore_ascii_case(text));
    let wrong = coding.display.as_deref().filter(|sent| is_valid && !is_known(sent));
    let first = texts.first().copied();
    let message = match (is_valid, wrong) {
        (false, _) => Some(no()),
        (true, Some(sent)) => {
            let known = shown(first.unwrap_or_default());
            Some(format!("the display of {} is {known}, not {}", shown(&coding.code), shown(sent)))
        }
        (true, None) => None,
    };
    Judged {
        is_valid: is_valid && wrong.is_none(),
        message,
        display: first.map(str::to_owned).filter(|_| is_valid),
        coding: coding.clone(),
    }
}

/// The first that is valid, else what is wrong with the first.
fn told(judged: Vec<Judged>) -> Value {
    let at = judged.iter().position(|one| one.is_valid).unwrap_or_default();
    let Judged { is_valid, message, display, coding } = judged.into_iter().nth(at).unwrap_or_default();
    let mut told = vec![json!({ "name": "result", "valueBoolean": is_valid })];
    told.extend(message.map(|text| json!({ "name": "message", "valueString": text })));
    told.extend(display.map(|text| json!({ "name": "display", "valueString": text })));
    if is_valid {
        told.push(json!({ "name": "code", "valueCode": coding.code }));
        told.extend(coding.system.map(|system| json!({ "name": "system", "valueUri": system })));
    }
    parameters(told)
}
