//! How far the caller's scopes go.
//! <https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html#scopes-for-requesting-fhir-resources>

use super::compartment::{belongs, is_about, is_of_nobody, patient};
use super::{Access, Limit, Part};
use crate::fhir::ResourceType;
use crate::identity::{Caller, Context as Whose, DataScope, Right};
use crate::records::search::{Context, Terminology, conditions};
use crate::storage::search::Condition;

impl Access<'_> {
    /// How far the scopes go that grant the right: what one of them grants is granted.
    pub(super) fn limit_of_scopes(&self, right: Right, resource_type: ResourceType) -> Limit {
        let Caller { scopes, patient, .. } = self.caller;
        if scopes.permit(right, resource_type.as_str()) {
            return Limit::All;
        }
        let mut ways = Vec::new();
        for scope in scopes.grants(right, resource_type.as_str(), patient.is_some()) {
            match self.limit_of_scope(right, resource_type, scope) {
                Limit::Nothing => {}
                Limit::All => return Limit::All,
                Limit::Part(Part { within, .. }) => ways.extend(within),
            }
        }
        if ways.is_empty() {
            return Limit::Nothing;
        }
        Limit::Part(Part { within: Some(Condition::any(ways)), kept: None })
    }

    fn limit_of_scope(&self, right: Right, resource_type: ResourceType, scope: &DataScope) -> Limit {
        let mut all = Vec::new();
        if scope.context == Whose::Patient {
            // What is written must be about the patient: to have been there gives nobody's record away.
            let belongs = if matches!(right, Right::Create | Right::Update) { is_about } else { belongs };
            let whose = self.caller.patient.as_deref();
            match whose.and_then(|id| belongs(resource_type, &[patient(id)])) {
                Some(belongs) => all.push(belongs),
                // What is about nobody is there to be read with what refers to it.
                None if is_of_nobody(resource_type) && matches!(right, Right::Read | Right::Search) => {}
                None => return Limit::Nothing,
            }
        }
        if let Some(query) = &scope.query {
            match self.query_of_scope(resource_type, query) {
                Some(conditions) => all.extend(conditions),
                None => return Limit::Nothing,
            }
        }
        if all.is_empty() {
            return Limit::All;
        }
        Limit::Part(Part { within: Some(Condition::all(all)), kept: None })
    }

    /// What the query of a scope says. None where it cannot be read, or needs more than a resource itself to tell: then the scope
    /// grants nothing.
    fn query_of_scope(&self, resource_type: ResourceType, query: &str) -> Option<Vec<Condition>> {
        // Its parameters are read as the server's own: what the caller may search does not matter here.
        let caller = &Caller::system(self.caller.tenant, self.caller.surface);
        let terminology = &Terminology::default();
        let context = Context {
            caller,
            parameters: self.parameters,
            base_url: "",
            now_us: self.now_us,
            strict: true,
            takes_contained: false,
            terminology,
        };
        let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let (conditions, _) = conditions(&context, resource_type, &pairs).ok()?;
        let is_told = !terminology.is_missing() && !conditions.is_empty();
        (is_told && conditions.iter().all(Condition::is_told_alone)).then_some(conditions)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{access, observation, patient_named};
    use super::*;
    use crate::identity::Right;

    /// Whether a caller with these scopes, launched about Patient/a, may read the resource.
    fn reads(scope: &str, resource: &serde_json::Value) -> bool {
        access(scope, Some("a")).reads(resource)
    }

    #[test]
    fn a_scope_of_a_patient_goes_to_that_patient_alone() {
        let [mine, other] = ["a", "b"].map(|id| observation(id, "vital-signs"));
        assert!(reads("patient/*.rs", &mine) && reads("patient/Observation.r", &mine));
        assert!(!reads("patient/*.rs", &other) && !reads("patient/Condition.r", &mine));
        assert!(reads("patient/Patient.r", &patient_named("a")));
        assert!(!reads("patient/Patient.r", &patient_named("b")));
        assert!(!access("patient/*.rs", None).reads(&mine), "a launch without a patient");
        assert!(!reads("patient/Observation.s", &mine), "to search is not to read");
    }

    #[test]
    fn what_is_about_nobody_may_be_read_with_a_scope_of_a_patient_and_not_changed() {
        let access = access("patient/*.cruds", Some("a"));
        let of = |name: &str| ResourceType::parse(name).unwrap();
        assert_eq!(access.limit(Right::Read, of("Practitioner")), Limit::All);
        assert_eq!(access.limit(Right::Update, of("Practitioner")), Limit::Nothing);
    }

    #[test]
    fn the_query_of_a_scope_narrows_it() {
        let [vital, laboratory] = ["vital-signs", "laboratory"].map(|of| observation("a", of));
        let system = "http://terminology.hl7.org/CodeSystem/observation-category";
        for query in ["category=laboratory".to_owned(), format!("category={system}%7Claboratory")] {
            for context in ["patient", "system", "user"] {
                let scope = format!("{context}/Observation.rs?{query}");
                assert!(reads(&scope, &laboratory) && !reads(&scope, &vital), "{scope}");
            }
        }
        let both = "patient/Observation.rs?category=laboratory patient/Observation.rs?category=vital-signs";
        assert!(reads(both, &laboratory) && reads(both, &vital));
        assert!(!reads("patient/Observation.rs?category=laboratory&code=x", &laboratory), "both must hold");
    }

    #[test]
    fn a_query_that_cannot_be_held_grants_nothing() {
        let laboratory = observation("a", "laboratory");
        for query in
            ["nonsense=1", "subject:Patient.name=a", "_has:Provenance:target:agent=a", "_text=a", "date=x"]
        {
            assert!(!reads(&format!("system/Observation.rs?{query}"), &laboratory), "{query}");
        }
    }
}
