//! The doctors whom a patient is assigned to as the members of a CareTeam.

use serde_json::{Value, json};

use super::{list, reference, set, set_list};
use crate::vendors::imagemedix::codes::CARE_TEAM;
use crate::vendors::imagemedix::from_fhir::care_team::members;
use crate::vendors::imagemedix::from_fhir::text;

/// The CareTeam of a first assignment.
#[must_use]
pub fn care_team(id: &str, patient: &str, vendor_id: &str, doctor: &str) -> Value {
    json!({
        "resourceType": "CareTeam",
        "id": id,
        "identifier": [{ "system": CARE_TEAM, "value": vendor_id }],
        "status": "active",
        "subject": reference(&format!("Patient/{patient}")),
        "participant": [{ "member": reference(doctor) }],
    })
}

/// The CareTeam with one doctor more; the same where it has the doctor. One that was ended begins anew: its former members stay ended.
#[must_use]
pub fn with(mut care_team: Value, doctor: &str) -> Value {
    let is_active = text(&care_team, "status") == Some("active");
    if is_active && members(&care_team).any(|member| member == doctor) {
        return care_team;
    }
    let mut participants = if is_active { list(&care_team, "participant") } else { Vec::new() };
    if !is_active {
        set(&mut care_team, "status", Some("active".into()));
        set(&mut care_team, "period", None);
    }
    participants.push(json!({ "member": reference(doctor) }));
    set_list(&mut care_team, "participant", participants);
    care_team
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fhir::validate::validate;

    #[test]
    fn a_doctor_is_a_member_once() {
        let team = care_team("t", "p", "67f46037df638f437b934206", "Practitioner/1");
        assert!(validate(&team).is_ok());
        assert_eq!(with(team.clone(), "Practitioner/1"), team);
        let mut both = with(team, "Practitioner/2");
        assert_eq!(members(&both).collect::<Vec<_>>(), ["Practitioner/1", "Practitioner/2"]);
        both["status"] = "inactive".into();
        both["period"] = json!({ "end": "2026-01-01" });
        let anew = with(both, "Practitioner/2");
        assert_eq!((members(&anew).collect::<Vec<_>>(), anew.get("period")), (vec!["Practitioner/2"], None));
    }
}
