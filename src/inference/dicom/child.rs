//! What the child process does, and what it may.

use std::io::{self, Read, Write};

use nix::sys::prctl::set_dumpable;
use nix::sys::resource::{Resource, setrlimit};

use super::exchange::{Answer, Ask, head, part};
use super::{Colour, DicomError, MAX_FILE_BYTES, dataset, deidentify, frame, metadata, open, pixels};

/// Seconds of the processor that one file gets; the largest frame of JPEG 2000 takes a few.
const CPU_SECONDS: u64 = 20;
/// For so many bytes of a file it gets a second more.
const BYTES_A_SECOND: u64 = 16 * 1024 * 1024;
/// Bytes of address space: the largest file that a short one inflates to, some times over.
const ADDRESS_BYTES: u64 = 2 * 1024 * 1024 * 1024;
/// As often a file is in memory besides: as it came, as values, as samples, and as a copy.
const HELD_TIMES: u64 = 4;
/// Open files: the standard three, and what the runtime holds already.
const OPEN_FILES: u64 = 16;

/// Limits this process before it reads a byte of a file, for good. A file that is told to be long gets more.
///
/// The process sets its limits itself: it is our own program that does so, and a parent of many threads would need unsafe code
/// between fork and exec. Nothing can be written to a file or left in a core dump, and no other process of the same user may look
/// into this one.
///
/// # Errors
/// When the system refuses.
pub fn confine(length: u64) -> io::Result<()> {
    set_dumpable(false)?;
    let length = length.min(u64::try_from(MAX_FILE_BYTES).unwrap_or(u64::MAX));
    let seconds = CPU_SECONDS.saturating_add(length.checked_div(BYTES_A_SECOND).unwrap_or_default());
    let address = ADDRESS_BYTES.saturating_add(length.saturating_mul(HELD_TIMES));
    let limits = [
        (Resource::RLIMIT_CORE, 0),
        (Resource::RLIMIT_FSIZE, 0),
        (Resource::RLIMIT_NOFILE, OPEN_FILES),
        (Resource::RLIMIT_CPU, seconds),
        (Resource::RLIMIT_AS, address),
    ];
    for (resource, most) in limits {
        setrlimit(resource, most, most)?;
    }
    Ok(())
}

/// Reads what is asked and the file, and writes what was found.
///
/// # Errors
/// When the pipes fail, or nothing sensible was asked.
pub fn work(input: impl Read, mut output: impl Write) -> io::Result<()> {
    let invalid = || io::Error::from(io::ErrorKind::InvalidData);
    let most = u64::try_from(2 * MAX_FILE_BYTES).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    input.take(most).read_to_end(&mut bytes)?;
    let (ask, file) = part(&bytes).ok_or_else(invalid)?;
    let (answer, behind) = answer(&ask, file).unwrap_or_else(|error| (Answer::Refused(error), Vec::new()));
    output.write_all(&head(&answer).ok_or_else(invalid)?)?;
    output.write_all(&behind)?;
    output.flush()
}

fn answer(ask: &Ask, file: &[u8]) -> Result<(Answer, Vec<u8>), DicomError> {
    let opened = open::open(file)?;
    match ask {
        Ask::Describe => {
            let metadata = Box::new(metadata::describe(&opened)?);
            Ok((Answer::Described(metadata), Vec::new()))
        }
        Ask::Render { frame, window } => {
            let metadata = Box::new(metadata::describe(&opened)?);
            let raster = pixels::render(&opened, *frame, *window)?;
            let colours = raster.colour == Colour::Rgb;
            let answer = Answer::Rendered { metadata, width: raster.width, height: raster.height, colours };
            Ok((answer, raster.bytes))
        }
        Ask::Dataset => {
            metadata::describe(&opened)?;
            Ok((Answer::Dataset, dataset::json(opened)?))
        }
        Ask::Frame { frame, as_stored } => {
            metadata::describe(&opened)?;
            let (media_type, syntax, bytes) = frame::frame(&opened, *frame, *as_stored)?;
            Ok((Answer::Frame(media_type, syntax), bytes))
        }
        Ask::Deidentify(rules) => {
            // What no picture archive would take is not made up for here.
            metadata::describe(&opened)?;
            let burned_in = deidentify::burned_in(&opened.object);
            let file = deidentify::write(deidentify::deidentify(&opened.object, rules), opened.syntax)?;
            Ok((Answer::Deidentified(burned_in), file))
        }
    }
}
