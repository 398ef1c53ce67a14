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
    /// Anything else that the database said.
    #[error("database: {0}")]
    Database(Diesel),
}

impl From<Diesel> for StorageError {
    fn from(error: Diesel) -> Self {
        match &error {
            Diesel::DatabaseError(DatabaseErrorKind::UniqueViolation, detail) => {
                Self::Duplicate(detail.constraint_name().unwrap_or_default().to_owned())
            }
            Diesel::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => Self::Contention,
            Diesel::DatabaseError(DatabaseErrorKind::ClosedConnection, detail) => {
                Self::Unreachable(detail.message().to_owned())
            }
            _ => Self::Database(error),
        }
    }
}
