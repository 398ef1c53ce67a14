//! Profiles: what a StructureDefinition demands of a resource beyond its type. <https://hl7.org/fhir/R4/profiling.html>
//!
//! A profile is read once, from its snapshot. Checked are cardinalities, types, fixed values and patterns, slices, bindings, what
//! references may point at, the profiles of extensions and datatypes, and the rules that the profile adds.

mod check;
mod node;
mod pattern;
mod read;
mod slices;

use std::collections::HashMap;
use std::sync::Arc;

pub use check::{Codes, Verdict, broken};
pub use node::Profile;
pub use read::NotAProfile;

/// Profiles at hand, by their canonical URLs, with and without version.
#[derive(Clone, Debug, Default)]
pub struct Profiles(HashMap<String, Arc<Profile>>);

impl Profiles {
    /// Adds one. Without a version, its URL means the one that was added last.
    pub fn add(&mut self, profile: Profile) {
        let profile = Arc::new(profile);
        if let Some(version) = &profile.version {
            self.0.insert(format!("{}|{version}", profile.url), Arc::clone(&profile));
        }
        self.0.insert(profile.url.clone(), profile);
    }

    /// The profile with this canonical URL.
    #[must_use]
    pub fn get(&self, canonical: &str) -> Option<&Arc<Profile>> {
        self.0.get(canonical)
    }

    /// Whether nothing is at hand.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests;
