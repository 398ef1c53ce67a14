//! What the reading of a search may depend on beside its text.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use crate::fhir::ResourceType;
use crate::fhir::chain::Path;
use crate::fhir::outcome::IssueType;
use crate::fhir::value_set::{Fault, Known, Missing};
use crate::identity::{Caller, Right};
use crate::records::Error;
use crate::records::access::{Access, may};
use crate::records::parameters::Parameters;
use crate::storage::search::Condition;

/// So many conditions a search may come to, with those that chains, filters and places make.
pub(super) const MOST_CONDITIONS: usize = 512;
/// So many tests in one condition count as another.
const TESTS_A_CONDITION: usize = 1_000;

/// Who searches, where and when, and what is known of terminology.
pub(in crate::records) struct Context<'a> {
    /// Who searches.
    pub caller: &'a Caller,
    /// The search parameters of the tenant.
    pub parameters: &'a Parameters,
    /// The base of this server's own URLs.
    pub base_url: &'a str,
    /// The time, in microseconds since 1970.
    pub now_us: i64,
    /// Whether an unknown parameter is refused or passed over.
    pub strict: bool,
    /// Whether resources that others contain may be asked for.
    pub takes_contained: bool,
    /// Value sets and code systems.
    pub terminology: &'a Terminology,
}

/// Value sets and code systems, which more are needed, and how many conditions the search came to so far. Reading a search looks
/// nothing up: it is read again once what was missing is there.
#[derive(Default)]
pub(in crate::records) struct Terminology {
    known: Known,
    missing: RefCell<BTreeSet<Missing>>,
    conditions: Cell<usize>,
}

impl Terminology {
    pub(super) fn new(known: Known) -> Self {
        Self { known, ..Self::default() }
    }

    /// Whether something must be looked up before there is an answer.
    pub(in crate::records) fn is_missing(&self) -> bool {
        !self.missing.borrow().is_empty()
    }

    /// What is known, and what must be looked up.
    pub(super) fn into_parts(self) -> (Known, BTreeSet<Missing>) {
        (self.known, self.missing.into_inner())
    }

    /// The answer to a question; none, and noted, where something is missing.
    pub(in crate::records) fn ask<'k, T>(
        &'k self,
        question: impl FnOnce(&'k Known) -> Result<T, Fault>,
    ) -> Result<Option<T>, Error> {
        match question(&self.known) {
            Ok(answer) => Ok(Some(answer)),
            Err(Fault::Refused(fault)) => Err(fault.into()),
            Err(Fault::Missing(missing)) => {
                self.missing.borrow_mut().insert(missing);
                Ok(None)
            }
        }
    }
}

impl Context<'_> {
    /// Whether the caller may search resources of a type, and so may learn what they hold by a chain too.
    pub(super) fn permits(&self, resource_type: ResourceType) -> bool {
        may(self.caller, Right::Search, resource_type)
    }

    /// What a resource of the type must be like for the caller to find it, or anything by it.
    pub(super) fn limit(&self, resource_type: ResourceType) -> Option<Condition> {
        self.access().among(Right::Search, &[resource_type])
    }

    /// What the caller may search.
    pub(super) fn access(&self) -> Access<'_> {
        Access { caller: self.caller, parameters: self.parameters, now_us: self.now_us }
    }

    /// Where a name such as `subject:Patient.name` leads.
    pub(super) fn path(&self, resource_type: ResourceType, name: &str) -> Result<Path<'_>, Error> {
        let find = |of_type: ResourceType, code: &str| self.parameters.find(of_type, code);
        Ok(Path::parse(resource_type, name, &find)?)
    }

    /// Counts a condition.
    pub(super) fn count(&self) -> Result<(), Error> {
        self.count_some(1)
    }

    /// Counts the tests of a condition, of which it may have many.
    pub(super) fn count_tests(&self, tests: usize) -> Result<(), Error> {
        self.count_some(tests.checked_div(TESTS_A_CONDITION).unwrap_or_default())
    }

    fn count_some(&self, conditions: usize) -> Result<(), Error> {
        let counted = &self.terminology.conditions;
        counted.set(counted.get().saturating_add(conditions));
        if counted.get() <= MOST_CONDITIONS { Ok(()) } else { Err(too_many()) }
    }

    /// How many conditions were counted since this was last asked.
    pub(super) fn counted(&self) -> usize {
        self.terminology.conditions.take()
    }

    /// Refuses a type that the caller may not search.
    pub(super) fn require(&self, resource_type: ResourceType) -> Result<(), Error> {
        if self.permits(resource_type) { Ok(()) } else { Err(Error::Forbidden) }
    }
}

/// The search comes to more than [`MOST_CONDITIONS`].
pub(super) fn too_many() -> Error {
    let text = format!("the search comes to more than {MOST_CONDITIONS} conditions");
    Error::BadRequest(IssueType::TooCostly, text)
}
