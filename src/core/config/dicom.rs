//! Which DICOM files are taken, and how they are kept.

use super::source::Source;

/// Bytes of a megabyte, as limits count them.
const MEGABYTE: usize = 1024 * 1024;
/// The most that is read of one file.
const MOST_MB: usize = 512;

/// Which DICOM files are taken, and how they are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DicomSettings {
    /// `HYGEIA_DICOM_MB`, default 512 and at most that: so many megabytes a file may have.
    pub limit_mb: usize,
    /// `HYGEIA_IMAGEMEDIX_DEIDENTIFY`: `off` (default), or `on`: of DICOM files that come as scans, only copies that name nobody are kept.
    pub deidentify: bool,
}

impl Default for DicomSettings {
    fn default() -> Self {
        Self { limit_mb: MOST_MB, deidentify: false }
    }
}

impl DicomSettings {
    /// Reads the settings.
    pub fn read(source: &mut Source) -> Self {
        let limit_mb = source.parsed("HYGEIA_DICOM_MB", MOST_MB, "a number from 1 to 512");
        if !(1..=MOST_MB).contains(&limit_mb) {
            source.fault("HYGEIA_DICOM_MB", "must be a number from 1 to 512");
        }
        let deidentify =
            source.chosen("HYGEIA_IMAGEMEDIX_DEIDENTIFY", false, &[("off", false), ("on", true)]);
        Self { limit_mb, deidentify }
    }

    /// So many bytes a file may have.
    #[must_use]
    pub fn limit_bytes(&self) -> usize {
        self.limit_mb.saturating_mul(MEGABYTE)
    }
}
