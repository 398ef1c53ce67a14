//! Reading the stored resources of a table, portion by portion.
//!
//! A list of some thousands is made at a time, as an export's is, in one snapshot; the versions in it are then read, each portion by
//! the limits of just then. So neither memory nor a connection depends on how large a table is or how slowly it is taken.

use crate::fhir::ResourceType;
use crate::identity::Caller;
use crate::records::access::Access;
use crate::records::export::{Selection, Wanted, shown};
use crate::records::{Error, Records, Stored};
use crate::storage::exports::files;
use crate::storage::search::{self, listed};

/// So many resources are listed at a time.
const LISTED: i64 = 50_000;
/// So many are read at a time.
const READ: usize = 500;
/// So often a list is tried when what limits the reader changes meanwhile.
const TRIES: u8 = 3;

/// Stored resources that are being read.
pub(super) struct Reading {
    records: Records,
    reader: Caller,
    of_type: ResourceType,
    wanted: Wanted,
    /// What is left of the list: ordinals with versions.
    waiting: Vec<(i64, i64)>,
    /// All up to this ordinal are listed; none where no more are to be.
    reached: Option<i64>,
}

impl Reading {
    pub(super) fn of(records: Records, reader: Caller, of_type: ResourceType, wanted: Wanted) -> Self {
        Self { records, reader, of_type, wanted, waiting: Vec::new(), reached: Some(i64::MIN) }
    }

    /// The next resources, of which there may be none in a portion; none at the end.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<Stored>>, Error> {
        if self.waiting.is_empty() {
            let Some(reached) = self.reached else { return Ok(None) };
            self.waiting = self.list(reached).await?;
            let is_full = i64::try_from(self.waiting.len()).is_ok_and(|count| count >= LISTED);
            self.reached = self.waiting.last().map(|(ordinal, _)| *ordinal).filter(|_| is_full);
        }
        let tenant = self.reader.tenant;
        let portion = self.waiting.get(..READ).unwrap_or(&self.waiting);
        let mut snapshot = self.records.store.begin_snapshot(tenant).await?;
        let read = async {
            // Seen by the same snapshot: nothing is shown by the limits of before.
            let parameters = self.records.known.current(&mut snapshot, tenant).await?;
            let (versions, taken) = files::versions(&mut snapshot, tenant, portion).await?;
            Ok::<_, Error>((parameters, versions, taken))
        }
        .await;
        let (parameters, versions, taken) = snapshot.finish(read).await?;
        self.waiting.drain(..taken.min(self.waiting.len()));
        shown(&self.records, &self.reader, parameters, versions).await.map(Some)
    }

    async fn list(&self, reached: i64) -> Result<Vec<(i64, i64)>, Error> {
        for _ in 0..TRIES {
            match self.list_once(reached).await {
                Err(Error::Conflict) => {}
                done => return done,
            }
        }
        Err(Error::Conflict)
    }

    async fn list_once(&self, reached: i64) -> Result<Vec<(i64, i64)>, Error> {
        let (records, tenant) = (&self.records, self.reader.tenant);
        let parameters = records.current_parameters(tenant).await?;
        let now_us = records.now().timestamp_micros();
        let access = Access { caller: &self.reader, parameters: &parameters, now_us };
        let filters = Vec::new();
        let conditions = Selection { access, wanted: &self.wanted, filters: &filters }.current(self.of_type);
        let types = [self.of_type.as_str()];
        let wanted = search::Wanted { tenant, types: &types, conditions: &conditions };
        let mut snapshot = records.store.begin_snapshot(tenant).await?;
        let found = async {
            records.known.confirm(&mut snapshot, tenant, &parameters).await?;
            Ok::<_, Error>(listed(&mut snapshot, &wanted, reached, LISTED).await?)
        }
        .await;
        snapshot.finish(found).await
    }
}
