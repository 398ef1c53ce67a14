//! How the audit trail is kept.

use std::num::NonZero;

use super::source::Source;
use crate::core::Secret;

/// How the audit trail is kept.
#[derive(Clone, Debug)]
pub struct AuditSettings {
    /// `HYGEIA_AUDIT_KEY`: the key that seals on the audit trail are coded with, as 64 hexadecimal digits; all replicas need the same. After
    /// it, keys from before may stand, parted by commas. Without it, one is made in the data folder.
    pub key: Option<Secret<String>>,
    /// `HYGEIA_AUDIT_READS`: whether what is read is in the audit trail `before` (default) or `after` it is answered. After, a server that
    /// is killed may have answered what its trail does not tell.
    pub reads: AuditReads,
    /// `HYGEIA_AUDIT_DAYS`: rows of the trail that are older are removed, and their seals stay; without it, all is kept.
    pub days: Option<NonZero<u16>>,
}

/// When what is read gets into the audit trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditReads {
    /// Before it is answered.
    Before,
    /// After it.
    After,
}

impl Default for AuditSettings {
    fn default() -> Self {
        Self { key: None, reads: AuditReads::Before, days: None }
    }
}

impl AuditSettings {
    /// Reads the settings.
    pub fn read(source: &mut Source) -> Self {
        let choices = [("before", AuditReads::Before), ("after", AuditReads::After)];
        Self {
            key: source.text("HYGEIA_AUDIT_KEY").map(Secret::new),
            reads: source.chosen("HYGEIA_AUDIT_READS", AuditReads::Before, &choices),
            days: source.optional("HYGEIA_AUDIT_DAYS", "a number of days from 1 to 65535"),
        }
    }
}
