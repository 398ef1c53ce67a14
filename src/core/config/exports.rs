//! How exports are kept.

use std::num::NonZero;

use super::source::Source;

/// How exports are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExportSettings {
    /// `HYGEIA_EXPORT_HOURS`, default 24: so many hours an export can be fetched.
    pub kept_h: NonZero<u16>,
    /// `HYGEIA_EXPORT_FILE_RESOURCES`, default 100000: about so many resources are in one file.
    pub file_resources: NonZero<u32>,
}

impl Default for ExportSettings {
    fn default() -> Self {
        Self {
            kept_h: NonZero::<u16>::MIN.saturating_add(23),
            file_resources: NonZero::<u32>::MIN.saturating_add(99_999),
        }
    }
}

impl ExportSettings {
    /// Reads the settings.
    pub fn read(source: &mut Source) -> Self {
        let default = Self::default();
        let wanted = "a number above 0";
        Self {
            kept_h: source.parsed("HYGEIA_EXPORT_HOURS", default.kept_h, wanted),
            file_resources: source.parsed("HYGEIA_EXPORT_FILE_RESOURCES", default.file_resources, wanted),
        }
    }
}
