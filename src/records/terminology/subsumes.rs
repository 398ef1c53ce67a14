//! `CodeSystem/$subsumes`: how two codes stand to one another. <https://hl7.org/fhir/R4/codesystem-operation-subsumes.html>

use serde_json::{Value, json};

use super::{Coding, Source, not_found, not_yet, parameters};
use crate::fhir::chain::shown;
use crate::fhir::outcome::IssueType;
use crate::fhir::value_set::{Concepts, Kin};
use crate::identity::Caller;
use crate::records::search::Terminology;
use crate::records::{Error, Records};

impl Records {
    /// `equivalent`, `subsumes`, `subsumed-by` or `not-subsumed`, as a Parameters resource.
    ///
    /// # Errors
    /// When the code system or a code is not known, or the caller may not search code systems.
    pub async fn subsumes(
        &self,
        caller: &Caller,
        source: Source,
        a: &Coding,
        b: &Coding,
    ) -> Result<Value, Error> {
        let (url, known) = self.opened(caller, source, "CodeSystem").await?;
        let read = |terminology: &Terminology| {
            let Some(concepts) = terminology.ask(|known| known.concepts(&url))? else { return not_yet() };
            let own = concepts.url().unwrap_or(&url);
            if [a, b].iter().any(|coding| coding.system.as_deref().is_some_and(|system| system != own)) {
                return Err(Error::BadRequest(
                    IssueType::Value,
                    "a code is of another code system".to_owned(),
                ));
            }
            outcome(concepts, &a.code, &b.code)
        };
        let outcome = self.with_known(caller, known, read).await?;
        self.audit_success(caller, "subsumes").await?;
        Ok(parameters(vec![json!({ "name": "outcome", "valueCode": outcome })]))
    }
}

fn outcome(concepts: &Concepts, a: &str, b: &str) -> Result<&'static str, Error> {
    for code in [a, b] {
        if concepts.concept(code).is_none() {
            return Err(not_found(format!("the code system has no code {}", shown(code))));
        }
    }
    let found = match (concepts.kin(a, Kin::Below).contains(b), concepts.kin(b, Kin::Below).contains(a)) {
        _ if a == b => "equivalent",
        (true, _) => "subsumes",
        (false, true) => "subsumed-by",
        (false, false) => "not-subsumed",
    };
    if found == "not-subsumed" && !concepts.are_all() {
        let text = "not all codes of the code system are known here, so it cannot be told";
        return Err(Error::BadRequest(IssueType::NotSupported, text.to_owned()));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_stand_above_below_or_beside() {
        let concepts = json!({"content": "complete", "concept": [{"code": "a", "concept": [{"code": "b", "concept": [{"code": "c"}]}]}, {"code": "d"}]});
        let concepts = Concepts::of(concepts).unwrap();
        for (a, b, wanted) in [
            ("a", "a", "equivalent"),
            ("a", "c", "subsumes"),
            ("c", "b", "subsumed-by"),
            ("d", "a", "not-subsumed"),
        ] {
            assert_eq!(outcome(&concepts, a, b).unwrap(), wanted);
        }
        assert_eq!(
            outcome(&concepts, "a", "x").unwrap_err().to_string(),
            "the code system has no code \"x\""
        );
    }
}
