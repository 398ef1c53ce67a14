//! Locks that are on no row, such as those of resources that are still to be made.

use diesel_async::RunQueryDsl;

use super::statement::{Parameter, Statement};
use super::{Connection, StorageError};

/// Waits until no other transaction holds the lock of this number, and holds it until this one ends.
///
/// # Errors
/// When the database fails, or another transaction holds it too long.
pub async fn hold(connection: &mut Connection, number: i64) -> Result<(), StorageError> {
    // Under READ COMMITTED, statements after this one see what the holder before had committed when it let go.
    const SQL: &str = "SELECT pg_advisory_xact_lock($1)";
    Statement::fixed(SQL, vec![Parameter::Number(number)]).execute(connection).await?;
    Ok(())
}
