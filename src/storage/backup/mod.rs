//! Backups: the whole cluster as Postgres copies it, with the write-ahead log that the copy needs, in one dated folder.
//!
//! A backup is whole or not there: it is written aside and renamed. It holds `manifest.json` (what it is of), `SHA256SUMS` (in the form of
//! `sha256sum -c`) and `postgres.tar.gz`, which ends with `.sealed` where a key was given. The bytes of Binaries are in Postgres, and so
//! in the copy. How Postgres makes it: <https://www.postgresql.org/docs/current/app-pgbasebackup.html>

mod copy;
mod error;
mod folder;
mod manifest;
mod programs;
mod restore;
mod sealed;
mod sums;
mod take;

pub use error::BackupError;
pub use folder::{age_out, newest};
pub use restore::{AuditKey, Restored, Wanted, restore};
pub use sealed::SealKey;
pub use take::{Order, Taken, cluster, take};
