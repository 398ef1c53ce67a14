//! The RiskAssessments of a session: what the equations say of its person now.

use serde_json::Value;

use super::{Session, current};
use crate::clinical::risk::{Person, Reason};
use crate::records::{Precondition, Records, Stored, Write};
use crate::vendors::smartscan::caller::SessionCaller;
use crate::vendors::smartscan::errors::Refusal;
use crate::vendors::smartscan::from_fhir::face_scan::risk::{Said, number, predictions};
use crate::vendors::smartscan::to_fhir::face_scan::risk::{self, Computed};

/// Writes of those RiskAssessments that do not say what the equations say now. One that tells no risk says why.
///
/// # Errors
/// When those that are there cannot be read.
pub async fn changed(
    records: &Records,
    signed_in: &SessionCaller,
    session: &Session,
    said: &[Said],
    person: &Person,
    basis: &[String],
) -> Result<Vec<Write>, Refusal> {
    let scan = session.scan(signed_in, records.now());
    let mut writes = Vec::new();
    for one in said {
        let id = risk::id(one.equation, session.id());
        let stored = current(records, signed_in, "RiskAssessment", &id).await?;
        let before = stored.as_ref().map(Stored::json).transpose()?;
        let computed = Computed {
            equation: one.equation,
            risks: predictions(one, person),
            withheld: one.outcome.reasons().iter().map(|reason| Reason::code(*reason)).collect(),
            age: person.age.and_then(|age| number(age, 0)),
            basis,
        };
        let assessment = risk::assessment(&computed, &scan);
        // What was told once is taken back, not made as if it never had been.
        let was_told = before.as_ref().is_some_and(risk::was_told);
        let resource =
            if computed.risks.is_empty() && was_told { risk::cancelled(assessment) } else { assessment };
        if before.as_ref().is_some_and(|before| is_same(before, &resource)) {
            continue;
        }
        let precondition = stored.map_or(Precondition::Absent, |stored| stored.version.into());
        writes.push(Write::Update { resource, id, precondition: Some(precondition) });
    }
    Ok(writes)
}

/// Whether both say the same, whenever they say it.
fn is_same(stored: &Value, wanted: &Value) -> bool {
    ["status", "prediction", "note", "basis", "subject", "encounter", "method"]
        .iter()
        .all(|name| stored.get(name) == wanted.get(name))
}
