//! Who may export. <https://hl7.org/fhir/uv/bulkdata/STU2/export.html#privacy-and-security-considerations>
//!
//! Programs do, with `system/` scopes, as SMART Backend Services has it. Scopes of a person or of one patient do not count: they
//! are for an app that shows data to somebody.

use crate::fhir::ResourceType;
use crate::fhir::outcome::IssueType;
use crate::identity::scopes::Scope;
use crate::identity::{Agent, Caller, Context, Right};
use crate::records::Error;
use crate::records::access::may;

/// The caller with those of its rights that count for exports.
pub fn exporter(caller: &Caller) -> Result<Caller, Error> {
    if caller.breaks_glass.is_some() {
        let text =
            "X-Break-The-Glass is for the record of a patient at hand: an export sets no Consent aside";
        return Err(Error::BadRequest(IssueType::NotSupported, text.to_owned()));
    }
    let is_of_system = |scope: &Scope| matches!(scope, Scope::Data(data) if data.context == Context::System);
    let scopes = caller.scopes.clone().filtered(is_of_system);
    if scopes.data().next().is_none() {
        return Err(Error::Forbidden);
    }
    Ok(Caller { scopes, patient: None, ..caller.clone() })
}

/// The name of who asks: the program, with the person that it acts for.
pub fn owner(caller: &Caller) -> Result<String, Error> {
    match (&caller.agent, caller.on_behalf_of) {
        (Agent::Client(client), None) => Ok(client.to_string()),
        (Agent::Client(client), Some(person)) => Ok(format!("{client}/{person}")),
        (Agent::Account(_) | Agent::ApiKey(_) | Agent::Anonymous | Agent::System, _) => Err(Error::Forbidden),
    }
}

/// Whether the exporter may have any resources of the type: an export reads what a search finds.
pub fn may_export(exporter: &Caller, resource_type: ResourceType) -> bool {
    RIGHTS.iter().all(|right| may(exporter, *right, resource_type))
}

/// The rights that an export takes.
pub const RIGHTS: [Right; 2] = [Right::Search, Right::Read];

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::identity::{Scopes, Surface, TenantId};

    fn with(scope: &str) -> Caller {
        let scopes = Scopes::parse(scope, |_| true).unwrap();
        let agent = Agent::Client(Uuid::nil());
        Caller { agent, scopes, ..Caller::system(TenantId::DEFAULT, Surface::Fhir) }
    }

    #[test]
    fn scopes_of_people_and_patients_do_not_count() {
        for scope in ["patient/*.rs", "user/*.rs", "openid fhirUser"] {
            let about = Caller { patient: Some("a".to_owned()), ..with(scope) };
            assert!(matches!(exporter(&about), Err(Error::Forbidden)), "{scope}");
        }
        let mixed = exporter(&with("user/*.rs system/Patient.rs system/Observation.r")).unwrap();
        let may = |name: &str| may_export(&mixed, ResourceType::parse(name).unwrap());
        assert_eq!(["Patient", "Observation", "Encounter"].map(may), [true, false, false]);
    }

    #[test]
    fn nobody_exports_with_the_glass_broken() {
        let broken = Caller { breaks_glass: Some("unconscious".to_owned()), ..with("system/*.rs") };
        assert!(matches!(exporter(&broken), Err(Error::BadRequest(IssueType::NotSupported, _))));
    }

    #[test]
    fn a_program_for_a_person_is_another_than_the_program() {
        let program = with("system/*.rs");
        let of_person = Caller { on_behalf_of: Some(Uuid::max()), ..program.clone() };
        assert_ne!(owner(&program).unwrap(), owner(&of_person).unwrap());
        assert!(owner(&Caller::anonymous(Surface::Fhir)).is_err());
    }
}
