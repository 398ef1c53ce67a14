//! `hygeia decode-dicom`: the child process in which one DICOM file is read.

use std::io::{stdin, stdout};
use std::process::ExitCode;

use crate::inference::dicom;

/// Reads what is asked and a file of about this length from stdin, and answers on stdout. It says nothing of a failure: that may be
/// health data.
pub(super) fn run(length: u64) -> ExitCode {
    let done = dicom::confine(length).and_then(|()| dicom::work(stdin().lock(), stdout().lock()));
    if done.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
