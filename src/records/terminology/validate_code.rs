//! `ValueSet/$validate-code` and `CodeSystem/$validate-code`: whether a code is in it.
//! <https://hl7.org/fhir/R4/valueset-operation-validate-code.html>, <https://hl7.org/fhir/R4/codesystem-operation-validate-code.html>

use serde_json::{Value, json};

use super::{Coding, Source, concepts, not_yet, parameters};
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
        let (url, known) = source.known("ValueSet")?;
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
        let (url, known) = source.known("CodeSystem")?;
        let read = |terminology: &Terminology| {
            let Some(found) = terminology.ask(|known| known.concepts(&url))? else { return not_yet() };
            let judge = |coding: &Coding| {
                let is_other = coding.system.as_ref().is_some_and(|system| {
                    *system != url && !url.contains("CodeSystem/") && url != super::SENT
                });
                let is_valid = !is_other && found.concept(&coding.code).is_some();
                let no = || format!("the code {} is not in the code system", shown(&coding.code));
                judged(is_valid, found.display(&coding.code), coding, no)
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
    let no = || format!("the code {} is not in the value set", shown(code));
    let Some(system) = system else { return Ok(judged(false, None, coding, no)) };
    let coding = Coding { system: Some(system.clone()), ..coding.clone() };
    let concepts = concepts(terminology, &system)?;
    let display = concepts.and_then(|concepts| concepts.display(code));
    if codes.codes.contains(&(system.clone(), code.clone())) {
        return Ok(judged(true, display, &coding, no));
    }
    if !codes.systems.contains(&system) {
        return Ok(judged(false, display, &coding, no));
    }
    Ok(match concepts {
        Some(concepts) => judged(concepts.concept(code).is_some(), display, &coding, no),
        None => judged(false, None, &coding, || {
            format!("all codes of {} are in the value set, but they are not known here", shown(&system))
        }),
    })
}

/// A code that is there is judged by its text too, where one was sent and is known.
fn judged(is_valid: bool, display: Option<&str>, coding: &Coding, no: impl Fn() -> String) -> Judged {
    let wrong = coding
        .display
        .as_deref()
        .zip(display)
        .filter(|(sent, known)| is_valid && !sent.eq_ignore_ascii_case(known));
    let message = match (is_valid, wrong) {
        (false, _) => Some(no()),
        (true, Some((sent, known))) => {
            Some(format!("the display of {} is {}, not {}", shown(&coding.code), shown(known), shown(sent)))
        }
        (true, None) => None,
    };
    Judged {
        is_valid: is_valid && wrong.is_none(),
        message,
        display: display.map(str::to_owned).filter(|_| is_valid),
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
