//! What a Consent says about who may use a patient's data. <https://hl7.org/fhir/R4/consent.html>
//!
//! A Consent is read into provisions that a server can hold. What of a provision cannot be held narrows nothing and makes it a
//! denial: nobody is let in because a restriction was not understood.

mod read;

use super::ResourceType;
use super::date::Interval;

/// What an active Consent about a patient says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// The id of the Patient.
    pub patient: String,
    /// Its provisions, each after the one that it is an exception of.
    pub provisions: Vec<Provision>,
}

/// Whether a provision lets somebody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It does.
    Permit,
    /// It keeps them out.
    Deny,
}

/// A rule with what it is limited to; an empty list limits nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provision {
    /// How many provisions it is an exception of: 0 for the first.
    pub depth: usize,
    /// What it says of those whom it is about; none for a first one that leaves it to the policy of the place.
    pub verdict: Option<Verdict>,
    /// When it holds.
    pub period: Option<Interval>,
    /// Whom it is about: `Practitioner/1`, `Organization/2` ...
    pub actors: Vec<String>,
    /// What they want to do.
    pub actions: Vec<Action>,
    /// What for: codes of HL7's ActReason.
    pub purposes: Vec<String>,
    /// To which resources.
    pub matter: Matter,
}

/// What somebody does with data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Gathers them.
    Collect,
    /// Sees them.
    Access,
    /// Changes them.
    Correct,
}

/// The resources that a provision is about; an empty list limits nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Matter {
    /// Of one of these types.
    pub types: Vec<ResourceType>,
    /// With one of these codes: system, which may be empty, and code.
    pub codes: Vec<(String, String)>,
    /// With one of these security labels.
    pub labels: Vec<(String, String)>,
    /// One of these very resources: type and id.
    pub resources: Vec<(ResourceType, String)>,
    /// About something at this time.
    pub period: Option<Interval>,
}

#[cfg(test)]
mod tests;
