//! What is Hemato's alone, beside its regions.

use super::source::Source;

/// What to do with a tag on a study that may name a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PersonalTags {
    /// Refuse it.
    #[default]
    Reject,
    /// Take it, and say so.
    Warn,
}

/// Settings of Hemato.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HematoSettings {
    /// `HYGEIA_HEMATO_PII_TAGS`: `reject` (default) or `warn`.
    pub personal_tags: PersonalTags,
}

impl HematoSettings {
    pub(super) fn read(source: &mut Source) -> Self {
        let words = [("reject", PersonalTags::Reject), ("warn", PersonalTags::Warn)];
        Self { personal_tags: source.chosen("HYGEIA_HEMATO_PII_TAGS", PersonalTags::Reject, &words) }
    }
}
