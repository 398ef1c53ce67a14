//! What one request is answered with, where that is several resources.

use super::of_several;
use crate::identity::Caller;
use crate::records::{Error, Records, Stored};
use crate::storage::audit::{self as rows, AuditRow};

impl Records {
    /// Adds the row of a request that read these resources quietly, and is answered with them.
    ///
    /// # Errors
    /// When the row cannot be committed.
    pub(in crate::records) async fn audit_answers(
        &self,
        caller: &Caller,
        interaction: &'static str,
        read: &[&Stored],
    ) -> Result<(), Error> {
        let row_of = |stored: &&Stored| AuditRow {
            type_: Some(stored.resource_type.clone()),
            resource: Some(stored.id.clone()),
            version: Some(stored.version),
            patient: stored.patient(),
            ..self.audit_row(caller, interaction, None)
        };
        let Some(row) = of_several(read.iter().map(row_of).collect(), Some(interaction)) else {
            return self.record_read(caller, self.audit_row(caller, interaction, None)).await;
        };
        if caller.quiet {
            return Ok(());
        }
        // A row of several things has no place among those that share a statement.
        let mut connection = self.store.alone(caller.tenant).await?;
        let added = rows::insert(&mut connection, &row).await;
        Ok(connection.finish(added).await?)
    }
}
