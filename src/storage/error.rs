//! What can go wrong with the database.

use diesel::result::{DatabaseErrorKind, Error as Diesel};

/// A failed use of the database.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// A uniqueness rule was broken; the constraint's name.
    #[error("a row with this key is there already ({0})")]
    Duplicate(String),
    /// Two transactions were in each other's way; the same call may go through when repeated.
    #[error("the database asked to repeat the transaction")]
    Contention,
    /// No connection could be had in time.
    #[error("no database connection: {0}")]
    Unreachable(String),
    /// A row that makes no sense.
    #[error("{table}.{column} of row {row} makes no sense")]
    Corrupt {
        /// Table.
        table: &'static str,
        /// Column.
        column: &'static str,
        /// The row's key.
        row: String,
    },
    /// A statement that takes more values than one may.
    #[error("the statement asks for too much")]
    TooLarge,
    /// Anything else that the database said.
    #[error("database: {0}")]
    Database(Diesel),
}

impl From<Diesel> for StorageError {
    fn from(error: Diesel) -> Self {
        let Diesel::DatabaseError(kind, detail) = &error else { return Self::Database(error) };
        if matches!(kind, DatabaseErrorKind::UniqueViolation) {
            Self::Duplicate(detail.constraint_name().unwrap_or_default().to_owned())
        } else if matches!(kind, DatabaseErrorKind::SerializationFailure) {
            Self::Contention
        } else if matches!(kind, DatabaseErrorKind::ClosedConnection) || is_passing(detail.message()) {
            Self::Unreachable(detail.message().to_owned())
        } else if detail.message() == "deadlock detected" {
            Self::Contention
        } else {
            Self::Database(error)
        }
    }
}

/// Whether Postgres says that the same request may succeed later. diesel keeps the text, but not the SQLSTATE.
fn is_passing(message: &str) -> bool {
    const BEGINNINGS: [&str; 8] = [
        "terminating connection",
        "connection closed",
        "the database system is",
        "canceling statement due to",
        "out of memory",
        "out of shared memory",
        "sorry, too many clients already",
        "remaining connection slots are reserved",
    ];
    BEGINNINGS.iter().any(|beginning| message.starts_with(beginning))
        || ["No space left on device", "Disk quota exceeded"].iter().any(|end| message.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_by_itself_is_no_fault_of_the_server() {
        for message in [
            "could not extend file \"base/16384/16566\": No space left on device",
            "could not write to file \"pg_wal/xlogtemp.7\": No space left on device",
            "sorry, too many clients already",
            "the database system is starting up",
        ] {
            assert!(is_passing(message), "{message}");
        }
        for message in ["division by zero", "invalid byte sequence: No space left on device, she said", ""] {
            assert!(!is_passing(message), "{message}");
        }
    }
}
