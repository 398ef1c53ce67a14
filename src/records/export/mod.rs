//! `$export`: versions of many resources as files. <https://hl7.org/fhir/uv/bulkdata/STU2/export.html>
//!
//! An export is a list: of each resource that it holds, the version that was current at one moment. A job makes the list in one
//! transaction (`list`); a file is read from the versions themselves, batch by batch, when it is fetched (`file`). Both hold
//! every resource against `records/access`: the list by the rights with which it was asked for, the file by those with which it
//! is fetched, each with the Consents of its time. `docs/decisions/0025-bulk-export.md` has the reasons.

mod ask;
mod deletions;
mod file;
mod group;
mod list;
mod rights;
mod selection;
mod status;
mod wanted;

pub use ask::{Asked, Level};
pub(super) use file::shown;
pub use file::{Content, ExportFile};
pub(super) use list::Exports;
pub(super) use rights::{RIGHTS, may_export};
pub(super) use selection::{Selection, why_not};
pub use status::{Export, Listed, ListedFile, State};
pub(super) use wanted::{Tables, Wanted, WantedView, Whose};
