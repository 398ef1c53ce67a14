//! The patients of a Group. <https://hl7.org/fhir/R4/group.html>

use std::collections::BTreeSet;

use serde_json::Value;

use crate::fhir::ResourceType;
use crate::fhir::date;
use crate::fhir::outcome::{Issue, IssueType};
use crate::fhir::reference::Literal;
use crate::identity::{Agent, Caller};
use crate::records::access::PATIENT;
use crate::records::parameters::Parameters;
use crate::records::{Error, Records};

const GROUP: &str = "Group";
/// So many groups may be within one another.
const MOST_GROUPS: usize = 100;
/// So many patients may be asked for: each is a part of every search that lists what belongs to them.
pub(super) const MOST_PATIENTS: usize = 20_000;

impl Records {
    /// The ids of all patients who are members of a Group now, or of one that is a member of it and can be read.
    pub(in crate::records) async fn members(
        &self,
        exporter: &Caller,
        id: &str,
    ) -> Result<BTreeSet<String>, Error> {
        let group = ResourceType::parse(GROUP).ok_or_else(|| Error::internal("a type of R4"))?;
        // A Consent of one member keeps nobody from exporting the others: what belongs to him is withheld, not who else is a member.
        let caller = Caller { agent: Agent::System, ..exporter.quietly() };
        let now_us = self.clock.now().timestamp_micros();
        let (mut patients, mut seen) = (BTreeSet::new(), BTreeSet::from([id.to_owned()]));
        let mut waiting = vec![id.to_owned()];
        while let Some(next) = waiting.pop() {
            let stored = match self.read(&caller, group, &next).await {
                Ok(stored) => stored,
                // What is within and cannot be read has no members for this caller.
                Err(Error::NotFound | Error::Gone) if next != id => continue,
                Err(error) => return Err(error),
            };
            let parameters = self.known.last(caller.tenant);
            for (resource_type, member) in members(&stored.json()?, &parameters, now_us) {
                match resource_type.as_str() {
                    PATIENT => {
                        patients.insert(member);
                        if patients.len() > MOST_PATIENTS {
                            let text = format!("the Group has more than {MOST_PATIENTS} patients");
                            let issue = Issue::error(IssueType::TooCostly, text).at("Group.member");
                            return Err(Error::Unprocessable(vec![issue]));
                        }
                    }
                    GROUP if seen.insert(member.clone()) => waiting.push(member),
                    _ => {}
                }
            }
            if seen.len() > MOST_GROUPS {
                let text = format!("the Group has more than {MOST_GROUPS} groups within it");
                return Err(Error::Unprocessable(vec![
                    Issue::error(IssueType::TooCostly, text).at("Group.member"),
                ]));
            }
        }
        Ok(patients)
    }
}

/// Type and id of who is a member at the time.
fn members(group: &Value, parameters: &Parameters, now_us: i64) -> Vec<(ResourceType, String)> {
    let members = group.get("member").and_then(Value::as_array).into_iter().flatten();
    let named = members.filter(|member| is_member(member, now_us)).filter_map(|member| {
        let reference = member.pointer("/entity/reference")?.as_str()?;
        let (resource_type, id) = match Literal::parse(reference)? {
            Literal::Relative { resource_type, id, .. } => (resource_type, id),
            Literal::Absolute { url, .. } => parameters.local(url)?,
            Literal::Contained(_) | Literal::Conditional { .. } | Literal::Uri(_) => return None,
        };
        Some((resource_type, id.to_owned()))
    });
    named.collect()
}

/// Whether somebody is a member at the time: not one who was, or will be.
fn is_member(member: &Value, now_us: i64) -> bool {
    if member.get("inactive").and_then(Value::as_bool) == Some(true) {
        return false;
    }
    let time = |name: &str| member.get("period").and_then(|period| period.get(name)?.as_str());
    date::period(time("start"), time("end")).is_none_or(|period| period.low <= now_us && now_us < period.high)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn who_has_left_or_is_not_there_yet_is_no_member() {
        let now_us = date::interval("2026-11-22").unwrap().low;
        for (member, expected) in [
            (json!({}), true),
            (json!({ "inactive": false }), true),
            (json!({ "inactive": true }), false),
            (json!({ "period": { "start": "2026" } }), true),
            (json!({ "period": { "end": "2026-11-21" } }), false),
            (json!({ "period": { "start": "2026-12" } }), false),
            (json!({ "period": { "start": "2020", "end": "2026-11-22" } }), true),
        ] {
            assert_eq!(is_member(&member, now_us), expected, "{member}");
        }
    }

    #[test]
    fn members_are_named_by_references_to_this_server() {
        let entity = |reference: &str| json!({ "entity": { "reference": reference } });
        let group = json!({ "member": [entity("Patient/a"), entity("Group/g"), entity("http://other.example/Patient/b"),
            entity("#c"), entity("urn:uuid:d"), { "entity": { "display": "somebody" } }, {}] });
        let found = members(&group, &Parameters::default(), 0);
        let found: Vec<_> = found.iter().map(|(of, id)| format!("{of}/{id}")).collect();
        assert_eq!(found, ["Patient/a", "Group/g"]);
    }
}
