//! `hygeia decode-dicom`: the child process in which one DICOM file is read.

use std::io::{stdin, stdout};
use std::process::ExitCode;

use crate::inference::dicom;

/// Reads what is asked and the file from stdin, and answers on stdout. It says nothing of a failure: that may be health data.
pub(super) fn run() -> ExitCode {
    let done = dicom::confine().and_then(|()| dicom::work(stdin().lock(), stdout().lock()));
    if done.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
