//! What the reading of a search may depend on beside its text.

use std::cell::RefCell;
use std::collections::BTreeSet;

use crate::fhir::ResourceType;
use crate::fhir::value_set::{Fault, Known, Missing};
use crate::identity::{Caller, Right};
use crate::records::Error;
use crate::records::parameters::Parameters;

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
    /// Value sets and code systems.
    pub terminology: &'a Terminology,
}

/// Value sets and code systems, and which more are needed. Reading a search looks nothing up: it is read again once what was
/// missing is there.
#[derive(Default)]
pub(in crate::records) struct Terminology {
    known: Known,
    missing: RefCell<BTreeSet<Missing>>,
}

impl Terminology {
    pub(super) fn new(known: Known) -> Self {
        Self { known, missing: RefCell::default() }
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
    pub(super) fn ask<'k, T>(
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
        self.caller.scopes.permit(Right::Search, resource_type.as_str())
    }

    /// Refuses a type that the caller may not search.
    pub(super) fn require(&self, resource_type: ResourceType) -> Result<(), Error> {
        if self.permits(resource_type) { Ok(()) } else { Err(Error::Forbidden) }
    }
}
