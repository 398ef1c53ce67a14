//! Programs that ask for bulk data, out and in. <https://hl7.org/fhir/uv/bulkdata/STU2/export.html#privacy-and-security-considerations>
//!
//! Programs do, with `system/` scopes, as SMART Backend Services has it. Scopes of a person or of one patient do not count: they
//! are for an app that shows data to somebody.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Error;
use crate::fhir::definitions::is_resource_type;
use crate::fhir::outcome::IssueType;
use crate::identity::scopes::Scope;
use crate::identity::{Agent, Caller, Context, Scopes, Surface, TenantId};

/// The caller with those of its rights that count for bulk data.
pub fn program(caller: &Caller) -> Result<Caller, Error> {
    if caller.breaks_glass.is_some() {
        let text = "X-Break-The-Glass is for the record of a patient at hand: bulk data set no Consent aside";
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

/// With which rights it was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedBy {
    client: Uuid,
    person: Option<Uuid>,
    scope: String,
    actors: Vec<String>,
    purpose: String,
}

impl AskedBy {
    /// Of this program.
    pub fn of(program: &Caller) -> Result<Self, Error> {
        Ok(Self {
            client: program.agent.id().ok_or(Error::Forbidden)?,
            person: program.on_behalf_of,
            scope: program.scopes.to_string(),
            actors: program.actors.clone(),
            purpose: program.purpose.clone().into_owned(),
        })
    }

    /// The program again. It works quietly.
    pub fn caller(self, tenant: TenantId) -> Result<Caller, Error> {
        Ok(Caller {
            tenant,
            agent: Agent::Client(self.client),
            on_behalf_of: self.person,
            scopes: Scopes::parse(&self.scope, is_resource_type).map_err(Error::internal)?,
            actors: self.actors,
            purpose: Cow::Owned(self.purpose),
            quiet: true,
            ..Caller::anonymous(Surface::Fhir)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(scope: &str) -> Caller {
        let scopes = Scopes::parse(scope, |_| true).unwrap();
        let agent = Agent::Client(Uuid::nil());
        Caller { agent, scopes, ..Caller::system(TenantId::DEFAULT, Surface::Fhir) }
    }

    #[test]
    fn scopes_of_people_and_patients_do_not_count() {
        for scope in ["patient/*.rs", "user/*.rs", "openid fhirUser"] {
            let about = Caller { patient: Some("a".to_owned()), ..with(scope) };
            assert!(matches!(program(&about), Err(Error::Forbidden)), "{scope}");
        }
        let mixed = program(&with("user/*.rs system/Patient.rs system/Observation.r")).unwrap();
        assert_eq!(mixed.scopes.to_string(), "system/Patient.rs system/Observation.r");
    }

    #[test]
    fn nobody_asks_with_the_glass_broken() {
        let broken = Caller { breaks_glass: Some("unconscious".to_owned()), ..with("system/*.rs") };
        assert!(matches!(program(&broken), Err(Error::BadRequest(IssueType::NotSupported, _))));
    }

    #[test]
    fn a_program_for_a_person_is_another_than_the_program() {
        let program = with("system/*.rs");
        let of_person = Caller { on_behalf_of: Some(Uuid::max()), ..program.clone() };
        assert_ne!(owner(&program).unwrap(), owner(&of_person).unwrap());
        assert!(owner(&Caller::anonymous(Surface::Fhir)).is_err());
    }

    #[test]
    fn who_asked_is_the_same_after_being_kept() {
        let scope = "system/Patient.rs system/Observation.rs?category=laboratory";
        let caller = Caller {
            tenant: TenantId::DEFAULT,
            agent: Agent::Client(Uuid::max()),
            scopes: Scopes::parse(scope, is_resource_type).unwrap(),
            actors: vec!["Device/x".to_owned()],
            purpose: Cow::Borrowed("HRESCH"),
            ..Caller::anonymous(Surface::Fhir)
        };
        let kept = serde_json::to_string(&AskedBy::of(&caller).unwrap()).unwrap();
        let again: AskedBy = serde_json::from_str(&kept).unwrap();
        let again = again.caller(TenantId::DEFAULT).unwrap();
        assert_eq!((again.agent, again.scopes, again.actors), (caller.agent, caller.scopes, caller.actors));
        assert_eq!((again.purpose, again.patient, again.tenant), (caller.purpose, None, caller.tenant));
    }
}
