//! The Consents of a tenant, as this process knows them, and what they keep a caller from. <https://hl7.org/fhir/R4/consent.html>
//!
//! Of one Consent the deeper provision decides, at the same depth a denial; of several Consents any denial. What a Consent says about
//! the data of a patient holds for all that belongs to the patient, but for Consents themselves, which must be seen to be kept,
//! and for the audit trail. Patients are not kept from what is their own.

mod effect;
mod follow;
mod known;
mod shape;

pub use effect::Kept;
pub use known::Consents;

use std::sync::LazyLock;

use crate::fhir::ResourceType;
use crate::fhir::codes::audit::{ACT_REASON, BREAKING_THE_GLASS};
use crate::fhir::consent::Action;
use crate::fhir::value_set::{Concepts, Kin, published};
use crate::identity::{Agent, Caller, Right};

/// The type whose resources are Consents.
pub const CONSENT: &str = "Consent";
/// The purposes, with what each is a part of.
static PURPOSES: LazyLock<Concepts> =
    LazyLock::new(|| published::code_system(ACT_REASON).unwrap_or_default());

/// What matters of a caller to Consents.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Viewer {
    actors: Vec<String>,
    purpose: String,
    breaks_glass: bool,
    action: Action,
}

impl Viewer {
    /// None of the server itself, which Consents do not bind.
    pub fn of(caller: &Caller, right: Right) -> Option<Self> {
        if caller.agent == Agent::System {
            return None;
        }
        let breaks_glass = caller.breaks_glass.is_some();
        Some(Self {
            actors: caller.actors.clone(),
            purpose: if breaks_glass {
                BREAKING_THE_GLASS.code.to_owned()
            } else {
                caller.purpose.clone().into_owned()
            },
            breaks_glass,
            action: match right {
                Right::Create => Action::Collect,
                Right::Read | Right::Search => Action::Access,
                Right::Update | Right::Delete => Action::Correct,
            },
        })
    }

    /// Whether a provision for these purposes is about the viewer: its purposes include all that is below them.
    fn has_purpose(&self, purposes: &[String]) -> bool {
        purposes.is_empty() || purposes.contains(&self.purpose) || {
            let above = PURPOSES.kin(&self.purpose, Kin::Above);
            purposes.iter().any(|purpose| above.contains(purpose.as_str()))
        }
    }

    /// Whether a denial for these purposes is set aside: who breaks the glass is denied only by what names just that.
    fn sets_aside(&self, purposes: &[String]) -> bool {
        self.breaks_glass && !purposes.iter().any(|purpose| purpose == BREAKING_THE_GLASS.code)
    }
}

/// Whether Consents say nothing about resources of the type.
fn is_exempt(resource_type: ResourceType) -> bool {
    [CONSENT, "AuditEvent"].contains(&resource_type.as_str())
}
