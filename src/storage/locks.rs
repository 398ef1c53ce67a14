//! Locks that are on no row, such as those of resources that are still to be made.

use diesel_async::RunQueryDsl;

use super::statement::{Parameter, Statement};
use super::{Connection, StorageError};

/// A lock by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lock {
    /// The number, which only transactions in the same schema share.
    pub number: i64,
    /// Whether others may hold it too, as long as all of them share it.
    pub shared: bool,
}

/// Waits for the locks in the order in which they are given, and holds them until the transaction ends.
///
/// # Errors
/// When the database fails, or another transaction holds one too long.
pub async fn hold(connection: &mut Connection, locks: &[Lock]) -> Result<(), StorageError> {
    // Under READ COMMITTED, statements after this one see what the holder before had committed when it let go.
    // Postgres keeps these locks for a database: the schema makes them those of one store in it.
    const SQL: &str = "
        SELECT CASE WHEN l.shared = 1 THEN pg_advisory_xact_lock_shared(l.number # s.number)
                    ELSE pg_advisory_xact_lock(l.number # s.number) END
        FROM unnest($1::bigint[], $2::bigint[]) AS l (number, shared),
             LATERAL (SELECT hashtext(current_schema()::text)::bigint AS number) AS s";
    if !locks.is_empty() {
        let column = |of: fn(&Lock) -> i64| Parameter::Numbers(locks.iter().map(of).collect());
        let parameters = vec![column(|lock| lock.number), column(|lock| i64::from(lock.shared))];
        Statement::fixed(SQL, parameters).execute(connection).await?;
    }
    Ok(())
}
