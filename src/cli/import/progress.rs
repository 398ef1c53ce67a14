//! How far an import is, for whoever watches it on a terminal; and what came of it at the end.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::{complain, say};
use crate::fhir::outcome::Issue;

/// So many refusals are told one by one.
const MOST_TOLD: u64 = 100;

/// How far it is.
pub(super) struct Progress {
    bar: ProgressBar,
    stored: u64,
    refused: u64,
}

impl Progress {
    /// Nothing of these files is done.
    pub(super) fn of(files: &[PathBuf]) -> anyhow::Result<Self> {
        let mut bytes = 0_u64;
        for file in files {
            let metadata = file.metadata().with_context(|| format!("{} cannot be read", file.display()))?;
            bytes = bytes.saturating_add(metadata.len());
        }
        let style = "{bar:40} {bytes} of {total_bytes}, {elapsed_precise}, {eta} left  {msg}";
        let bar = ProgressBar::new(bytes).with_style(ProgressStyle::with_template(style)?);
        Ok(Self { bar, stored: 0, refused: 0 })
    }

    /// So many bytes more were read.
    pub(super) fn read(&self, bytes: usize) {
        self.bar.inc(u64::try_from(bytes).unwrap_or(0));
    }

    /// So many resources more were stored.
    pub(super) fn stored(&mut self, count: u64) {
        self.stored = self.stored.saturating_add(count);
        self.bar.set_message(format!("{} stored, {} refused", self.stored, self.refused));
    }

    /// Something was refused: where, and why.
    pub(super) fn refused(&mut self, file: &Path, why: &str) {
        self.refused = self.refused.saturating_add(1);
        if self.refused <= MOST_TOLD {
            self.bar.suspend(|| complain(&format!("{}: {why}\n", file.display())));
        }
    }

    /// What came of all: an error where anything was refused.
    pub(super) fn end(self, what: &str) -> anyhow::Result<()> {
        self.bar.finish_and_clear();
        say(&format!("{} resources stored, {} {what} refused\n", self.stored, self.refused));
        if self.refused > MOST_TOLD {
            complain(&format!("of what was refused the first {MOST_TOLD} are told\n"));
        }
        anyhow::ensure!(self.refused == 0, "not all was stored");
        Ok(())
    }
}

/// What is wrong, and where.
pub(super) fn told(issues: &[Issue]) -> String {
    let one = |issue: &Issue| match &issue.expression {
        Some(place) => format!("{place}: {}", issue.diagnostics),
        None => issue.diagnostics.clone(),
    };
    issues.iter().map(one).collect::<Vec<_>>().join("; ")
}
