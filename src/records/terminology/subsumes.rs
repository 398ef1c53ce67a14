//! `CodeSystem/$subsumes`: how two codes stand to one another. <https://hl7.org/fhir/R4/codesystem-operation-subsumes.html>

use serde_json::{Value, json};

use super::{Source, not_found, not_yet, parameters};
use crate::fhir::chain::shown;
use crate::fhir::value_set::{Concepts, Kin};
use crate::identity::Caller;
use crate::records::search::Terminology;
use crate::records::{Error, Records};

impl Records {
    /// `equivalent`, `subsumes`, `subsumed-by` or `not-subsumed`, as a Parameters resource.
    ///
    /// # Errors
    /// When the code system or a code is not known, or the caller may not search code systems.
    pub async fn subsumes(&self, caller: &Caller, source: Source, a: &str, b: &str) -> Result<Value, Error> {
        let (url, known) = source.known("CodeSystem")?;
        let read = |terminology: &Terminology| {
            let Some(concepts) = terminology.ask(|known| known.concepts(&url))? else { return not_yet() };
            outcome(concepts, a, b)
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
    Ok(match (concepts.kin(a, Kin::Below).contains(b), concepts.kin(b, Kin::Below).contains(a)) {
        _ if a == b => "equivalent",
        (true, _) => "subsumes",
        (false, true) => "subsumed-by",
        (false, false) => "not-subsumed",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_stand_above_below_or_beside() {
        let concepts = json!({"concept": [{"code": "a", "concept": [{"code": "b", "concept": [{"code": "c"}]}]}, {"code": "d"}]});
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
