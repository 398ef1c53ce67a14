//! The server's own audit rows as AuditEvents. <https://hl7.org/fhir/R4/auditevent.html>
//!
//! They are rendered when they are read, and searched by the same values as a stored AuditEvent would be.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::rendered::audit_event;

use crate::fhir::{ResourceType, date::Interval};
use crate::identity::Caller;
use crate::records::meets::Candidate;
use crate::records::parameters::Parameters;
use crate::records::{Error, Method, Records, Stored, Version, index};
use crate::storage::address::address;
use crate::storage::audit::seals::Numbered;
use crate::storage::audit::search::{self, Wanted};
use crate::storage::audit::{self as rows, AuditRow};
use crate::storage::search::Condition;

/// So many rows are looked at for one page at most; a page may then be short, and the next goes on from there.
const LOOKED_AT: usize = 5_000;
/// So many are looked at first.
const FEW: usize = 50;

/// What is asked of the server's own AuditEvents.
pub(in crate::records) struct Asked<'a> {
    pub parameters: &'a Parameters,
    pub resource_type: ResourceType,
    /// What must hold of each.
    pub conditions: &'a [Condition],
    /// What the database can tell of that, and the order.
    pub wanted: Wanted,
    pub limit: usize,
}

/// Some of the server's own AuditEvents.
pub(in crate::records) struct Found {
    pub events: Vec<Event>,
    /// Where the search was broken off; none when all rows were looked at or enough were found.
    pub broken_off_at: Option<OwnPlace>,
}

/// One of them.
pub(in crate::records) struct Event {
    pub stored: Stored,
    pub place: OwnPlace,
}

/// Where it stands.
#[derive(Clone, Copy, Debug)]
pub(in crate::records) struct OwnPlace {
    pub id: Uuid,
    pub recorded: DateTime<Utc>,
    pub ordinal: i64,
}

impl Records {
    pub(in crate::records) async fn find_audit_event(
        &self,
        caller: &Caller,
        id: &str,
    ) -> Result<Option<Version>, Error> {
        let wanted = id;
        let Ok(id) = Uuid::try_parse(id) else { return Ok(None) };
        let mut transaction = self.store.begin(caller.tenant).await?;
        let row = rows::find(&mut transaction, caller.tenant, id).await;
        // An id in capitals is another id.
        Ok(transaction.finish(row).await?.map(|row| self.version(&row)).filter(|event| event.id == wanted))
    }

    /// The server's own AuditEvents that are asked for, in the order of their ids, which open with the time.
    pub(in crate::records) async fn search_audit_events(
        &self,
        caller: &Caller,
        asked: Asked<'_>,
    ) -> Result<Found, Error> {
        let Asked { parameters, resource_type, conditions, mut wanted, limit } = asked;
        let (mut events, mut looked_at) = (Vec::new(), 0_usize);
        let mut transaction = self.store.begin(caller.tenant).await?;
        let found = async {
            // Where the columns tell all that is asked, the first rows are enough.
            let mut next = limit.max(FEW);
            loop {
                wanted.limit = i64::try_from(next).map_err(Error::internal)?;
                let page = search::page(&mut transaction, caller.tenant, &wanted).await?;
                looked_at = looked_at.saturating_add(page.rows.len());
                let last = page.rows.last().map(Event::place);
                for row in page.rows {
                    if events.len() < limit && self.is_met(parameters, resource_type, conditions, &row) {
                        events.extend(self.event(&row));
                    }
                }
                if events.len() >= limit || !page.is_cut {
                    return Ok(None);
                }
                let Some(last) = last.filter(|_| looked_at < LOOKED_AT) else { return Ok::<_, Error>(last) };
                wanted.after = Some(last.id);
                next = LOOKED_AT.saturating_sub(looked_at);
            }
        }
        .await;
        let broken_off_at = transaction.finish(found).await?;
        Ok(Found { events, broken_off_at })
    }

    /// The id of the row with this ordinal, if it is there.
    pub(in crate::records) async fn audit_event_at(
        &self,
        caller: &Caller,
        ordinal: i64,
    ) -> Result<Option<Uuid>, Error> {
        let mut connection = self.store.alone(caller.tenant).await?;
        let found = search::id_of(&mut connection, caller.tenant, ordinal).await;
        Ok(connection.finish(found).await?)
    }

    fn event(&self, row: &Numbered) -> Option<Event> {
        Some(Event { stored: Stored::from_version(self.version(&row.row))?, place: Event::place(row) })
    }

    fn is_met(
        &self,
        parameters: &Parameters,
        resource_type: ResourceType,
        conditions: &[Condition],
        Numbered { row, .. }: &Numbered,
    ) -> bool {
        if conditions.is_empty() {
            return true;
        }
        let entries = index::entries(parameters, resource_type, &audit_event(row, &self.trail.site));
        let (id, point) = (row.id.to_string(), row.recorded.timestamp_micros());
        let updated = Interval { low: point, high: point.saturating_add(1) };
        let address = address("AuditEvent", &id);
        let candidate = Candidate { resource_type: "AuditEvent", address, updated, entries: &entries };
        conditions.iter().all(|condition| candidate.meets(condition))
    }

    fn version(&self, row: &AuditRow) -> Version {
        Version {
            resource_type: "AuditEvent".to_owned(),
            id: row.id.to_string(),
            number: 1,
            updated: row.recorded,
            method: Method::Post,
            body: Some(audit_event(row, &self.trail.site).to_string()),
        }
    }
}

impl Event {
    fn place(row: &Numbered) -> OwnPlace {
        OwnPlace { id: row.row.id, recorded: row.row.recorded, ordinal: row.ordinal }
    }
}
