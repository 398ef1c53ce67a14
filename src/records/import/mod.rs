//! `$import` and `hygeia import ndjson`: resources out of lines of NDJSON.
//! <https://github.com/smart-on-fhir/bulk-import/blob/master/import-pnp.md>
//!
//! Lines come in (`lines`) and are stored some at a time, each portion in one transaction (`portion`). A line that is refused is told by its
//! number, and the rest goes on. An import that a program asks for (`ask`) is a job: files are fetched and stored (`work`), and how far each is
//! is written with what is stored, so that a process that ends loses nothing and doubles nothing. `docs/decisions/0053-bulk-import.md` has
//! the reasons.

mod ask;
mod lines;
mod portion;
mod work;

use chrono::TimeDelta;

use super::Records;
use crate::platform::egress::Egress;
use crate::platform::queue::Queue;

pub use ask::{Asked, AskedFile, Import, ImportedFile, State};
pub use lines::{Line, Lines, NotReadable, SLICE};
pub use portion::{Fault, Imported};

/// The kind of the jobs.
pub const KIND: &str = "import";
/// How long who takes a job has it, unless they hold it on.
pub const LEASE: TimeDelta = TimeDelta::seconds(30);

/// Imports that programs ask for.
#[derive(Clone)]
pub struct Imports {
    records: Records,
    queue: Queue,
    egress: Egress,
}

impl Imports {
    /// Imports into these records; this way out is for files.
    #[must_use]
    pub fn new(records: Records, queue: Queue, egress: Egress) -> Self {
        Self { records, queue, egress }
    }
}
