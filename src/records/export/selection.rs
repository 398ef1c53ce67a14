//! Which resources an export holds, as conditions of a search.

use super::ask::Level;
use super::rights::RIGHTS;
use super::wanted::{Wanted, Whose};
use crate::fhir::ResourceType;
use crate::fhir::definitions::resource_types;
use crate::fhir::outcome::IssueType;
use crate::fhir::search_values;
use crate::identity::Caller;
use crate::records::access::{Access, belongs, belongs_to_any};
use crate::records::index::{self, BINARY, SECURITY_CONTEXT};
use crate::records::parameters::Parameters;
use crate::records::{Error, Records};
use crate::storage::search::{Condition, DateTest, Relation, TermTest};

/// The type whose resources tell where others come from.
const PROVENANCE: &str = "Provenance";

/// Why resources of a type are not exported, where they are not.
pub fn why_not(level: &Level, resource_type: ResourceType) -> Option<String> {
    let of_patients = match level {
        Level::System => false,
        Level::Patients | Level::Group(_) => true,
    };
    match resource_type.as_str() {
        "AuditEvent" => Some("the audit trail is not exported: a search for AuditEvent finds it".to_owned()),
        BINARY if of_patients => Some(
            "Binary is not exported with patients: a DocumentReference has the address of its content"
                .to_owned(),
        ),
        _ if of_patients && belongs_to_any(resource_type).is_none() => {
            Some(format!("{resource_type} is in no patient's compartment"))
        }
        _ => None,
    }
}

/// What the queries ask of resources of each type; none of a type without queries.
pub type Filters = Vec<(ResourceType, Condition)>;

impl Records {
    /// What one query asks.
    pub(super) async fn filter(
        &self,
        parameters: &Parameters,
        exporter: &Caller,
        base_url: &str,
        (resource_type, query): (ResourceType, &str),
    ) -> Result<Condition, Error> {
        // What was escaped within the address has been read by now: a plus sign that is left is one.
        let query = query.replace('+', "%2B");
        let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        if pairs.iter().any(|(name, value)| name.contains('\0') || value.contains('\0')) {
            let text = "_typeFilter: a query holds a NUL character";
            return Err(Error::BadRequest(IssueType::Value, text.to_owned()));
        }
        let read = self.conditions_of_query(parameters, exporter, base_url, (resource_type, &pairs));
        let conditions = match read.await {
            Err(Error::BadRequest(code, text)) => {
                return Err(Error::BadRequest(code, format!("_typeFilter: {resource_type}: {text}")));
            }
            read => read?,
        };
        Ok(Condition::All(conditions))
    }

    /// What all queries ask.
    pub(super) async fn all_filters(
        &self,
        parameters: &Parameters,
        exporter: &Caller,
        wanted: &Wanted,
    ) -> Result<Filters, Error> {
        let mut all = Vec::new();
        for (name, query) in &wanted.filters {
            let resource_type = ResourceType::parse(name).ok_or_else(|| Error::internal("a type of R4"))?;
            let asked = (resource_type, query.as_str());
            all.push((resource_type, self.filter(parameters, exporter, &wanted.base_url, asked).await?));
        }
        Ok(all)
    }
}

/// What is exported, by rights as they are known.
pub struct Selection<'a> {
    pub access: Access<'a>,
    pub wanted: &'a Wanted,
    pub filters: &'a Filters,
}

impl Selection<'_> {
    /// What a resource of the type must be like now.
    pub fn current(&self, resource_type: ResourceType) -> Vec<Condition> {
        let mut conditions = self.asked(resource_type);
        for right in RIGHTS {
            let limit = self.access.among(right, &[resource_type]);
            conditions.extend(limit.filter(|limit| !conditions.contains(limit)));
        }
        let changed = |relation, at_us: i64| {
            let high = if relation == Relation::After { at_us.saturating_add(1) } else { at_us };
            Condition::Updated(vec![DateTest { relation, low: at_us, high }])
        };
        let Wanted { since, until, .. } = self.wanted;
        conditions.extend(since.map(|since| changed(Relation::After, since.timestamp_micros())));
        conditions.extend(until.map(|until| changed(Relation::Before, until.timestamp_micros())));
        conditions
    }

    /// The same but for the times and the rights.
    pub fn asked(&self, resource_type: ResourceType) -> Vec<Condition> {
        let mut conditions = Vec::new();
        if resource_type.as_str() == BINARY {
            // What belongs to somebody is found by a DocumentReference.
            let slot = index::slot(resource_type, SECURITY_CONTEXT);
            let of_any = Condition::Term(vec![TermTest { slot, value: None, qualifier: None }]);
            conditions.push(Condition::Not(Box::new(of_any)));
        }
        conditions.extend(match self.of_whom(resource_type) {
            Some(belongs) if resource_type.as_str() == PROVENANCE => {
                let about = self.about(resource_type);
                Some(Condition::any([belongs].into_iter().chain(about).collect()))
            }
            belongs => belongs,
        });
        let filters = self.filters.iter().filter(|(of, _)| *of == resource_type);
        let filters: Vec<_> = filters.map(|(_, asked)| asked.clone()).collect();
        if !filters.is_empty() {
            conditions.push(Condition::any(filters));
        }
        conditions
    }

    /// That a resource belongs to one of the patients; none where it may belong to nobody.
    fn of_whom(&self, resource_type: ResourceType) -> Option<Condition> {
        let nothing = || Condition::Term(Vec::new());
        match &self.wanted.whose {
            Whose::All => None,
            Whose::Patients => Some(belongs_to_any(resource_type).unwrap_or_else(nothing)),
            Whose::These(patients) => Some(belongs(resource_type, patients).unwrap_or_else(nothing)),
        }
    }

    /// That a Provenance is about what belongs to one of the patients.
    fn about(&self, provenance: ResourceType) -> Vec<Condition> {
        let slots = search_values::sources(provenance, "target");
        let slots: Vec<_> = slots.iter().map(|source| index::slot(provenance, source.code)).collect();
        let mut ways = Vec::new();
        let is_other =
            |one: &ResourceType| *one != provenance && !["AuditEvent", BINARY].contains(&one.as_str());
        for target in resource_types().filter(is_other) {
            let belongs = match &self.wanted.whose {
                Whose::All => continue,
                Whose::Patients => belongs_to_any(target),
                Whose::These(patients) => belongs(target, patients),
            };
            let Some(belongs) = belongs else { continue };
            let mut conditions = vec![belongs];
            for right in RIGHTS {
                conditions.extend(self.access.among(right, &[target]));
            }
            ways.push(Condition::PointsAt {
                slots: slots.clone(),
                names: None,
                target: target.as_str(),
                conditions,
            });
        }
        ways
    }
}
