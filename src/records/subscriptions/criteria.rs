//! What a resource must be like for somebody to be told of it: searches, and FHIRPath, read.

use std::sync::Arc;

use super::wanted::{Wanted, Watch};
use crate::fhir::ResourceType;
use crate::fhir::chain::shown;
use crate::fhir::fhirpath::Expression;
use crate::fhir::include::is_include;
use crate::fhir::outcome::IssueType;
use crate::identity::{Caller, Right};
use crate::records::access::{Access, permit};
use crate::records::parameters::Parameters;
use crate::records::search::{Context, Terminology, check_words, conditions};
use crate::records::{Error, Records};
use crate::storage::search::Condition;

/// What a resource must be like, as conditions.
pub(super) struct Watched {
    /// Its type.
    pub of_type: ResourceType,
    /// As it is.
    pub current: Vec<Condition>,
    /// As it was before.
    pub before: Option<Vec<Condition>>,
    /// As it is, or was where it is gone, whatever else.
    pub always: Vec<Condition>,
    /// What must hold of both.
    pub fhirpath: Option<Arc<Expression>>,
}

/// What becomes of changes to what somebody watches.
pub(super) enum Reading {
    /// They are held against this, for each watch.
    Ready(Vec<Watched>),
    /// A search parameter is being indexed: they wait.
    Waits,
    /// They cannot be held against it; why not.
    Fault(String),
}

impl Watched {
    /// Whether a resource tells by itself whether it is like that.
    pub(super) fn is_told_alone(&self) -> bool {
        let mut all = self.current.iter().chain(self.before.iter().flatten()).chain(&self.always);
        all.all(Condition::is_told_alone)
    }
}

impl Records {
    /// What resources must be like for somebody to be told of them, with what is left of the caller's rights.
    pub(super) fn reading(&self, parameters: &Parameters, caller: &Caller, wanted: &Wanted) -> Reading {
        if let Some(fault) = withdrawn(caller, wanted) {
            return Reading::Fault(fault);
        }
        let mut ready = Vec::with_capacity(wanted.watches.len());
        for watch in &wanted.watches {
            match self.watched(parameters, caller, watch) {
                Ok(watched) => ready.push(watched),
                Err(_) if parameters.is_building() => {
                    match self.watched(&parameters.for_single_ones(), caller, watch) {
                        Ok(watched) if watched.is_told_alone() => ready.push(watched),
                        Ok(_) => return Reading::Waits,
                        Err(error) => return Reading::Fault(unread(&error)),
                    }
                }
                Err(error) => return Reading::Fault(unread(&error)),
            }
        }
        Reading::Ready(ready)
    }

    /// What a resource must be like for the caller to be told of it.
    ///
    /// # Errors
    /// When the criteria cannot be read.
    pub(super) fn watched(
        &self,
        parameters: &Parameters,
        caller: &Caller,
        watch: &Watch,
    ) -> Result<Watched, Error> {
        let of_type = ResourceType::parse(&watch.of_type).ok_or(Error::UnknownType)?;
        let read = |query: &str| self.conditions_of_criteria(parameters, caller, (of_type, query));
        let current = read(&watch.query)?;
        let before = watch.before.as_ref().map(|before| read(&before.query)).transpose()?;
        let mut always = Vec::new();
        for filter in &watch.filters {
            always.extend(read(filter)?);
        }
        let access = Access { caller, parameters, now_us: self.clock.now().timestamp_micros() };
        always.extend(access.among(Right::Search, &[of_type]));
        let refused = || {
            let text = "the expression of the topic cannot be read";
            Error::BadRequest(IssueType::Value, text.to_owned())
        };
        let fhirpath = watch.fhirpath.as_deref().map(Expression::parse).transpose().map_err(|_| refused())?;
        Ok(Watched { of_type, current, before, always, fhirpath: fhirpath.map(Arc::new) })
    }

    /// One search of them.
    fn conditions_of_criteria(
        &self,
        parameters: &Parameters,
        caller: &Caller,
        (of_type, query): (ResourceType, &str),
    ) -> Result<Vec<Condition>, Error> {
        // Criteria are no part of an address: a plus sign is one.
        let query = query.replace('+', "%2B");
        let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        if pairs.iter().any(|(name, value)| name.contains('\0') || value.contains('\0')) {
            return Err(Error::BadRequest(IssueType::Value, "the criteria hold a NUL character".to_owned()));
        }
        let only_shows = |name: &str| is_include(name) || name.starts_with("_contained");
        if let Some((name, _)) = pairs.iter().find(|(name, _)| only_shows(name)) {
            let text = format!("{} tells no resource from another", shown(name));
            return Err(Error::BadRequest(IssueType::NotSupported, text));
        }
        let (now_us, terminology) = (self.clock.now().timestamp_micros(), &Terminology::default());
        let base_url = parameters.base_url();
        let context = Context {
            caller,
            parameters,
            base_url,
            now_us,
            strict: true,
            takes_contained: false,
            terminology,
        };
        let (conditions, _) = conditions(&context, of_type, &pairs)?;
        check_words(&conditions)?;
        if terminology.is_missing() {
            let text = "the criteria of a Subscription cannot ask for value sets";
            return Err(Error::BadRequest(IssueType::NotSupported, text.to_owned()));
        }
        Ok(conditions)
    }
}

/// What is told where the caller may not read any of what is watched any more.
pub(super) fn withdrawn(caller: &Caller, wanted: &Wanted) -> Option<String> {
    let may = |watch: &&Watch| {
        ResourceType::parse(&watch.of_type).is_some_and(|of_type| {
            [Right::Search, Right::Read].iter().all(|right| permit(caller, *right, of_type).is_ok())
        })
    };
    let withdrawn = wanted.watches.iter().find(|watch| !may(watch));
    withdrawn.map(|watch| format!("who asked for it may not read {} any more", watch.of_type))
}

/// What is told of criteria that cannot be read.
fn unread(error: &Error) -> String {
    error.log();
    format!("the criteria cannot be read any more: {error}")
}
