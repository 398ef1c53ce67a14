//! The doctors of a CareTeam.

use serde_json::Value;

use super::{list, text};

/// References to the Practitioners in the team.
pub fn members(care_team: &Value) -> impl Iterator<Item = &str> {
    let members = list(care_team, "participant").filter_map(|one| text(one.get("member")?, "reference"));
    members.filter(|member| member.starts_with("Practitioner/"))
}

/// The reference to the patient whom the team is for.
#[must_use]
pub fn subject(care_team: &Value) -> Option<&str> {
    text(care_team.get("subject")?, "reference")
}
