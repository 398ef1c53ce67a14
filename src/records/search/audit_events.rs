//! The server's own AuditEvents among what a search finds: they are in no table of resources.
//! <https://hl7.org/fhir/R4/auditevent.html>

use super::cursor::Place;
use super::{Found, Search};
use crate::fhir::ResourceType;
use crate::fhir::outcome::IssueType;
use crate::identity::Caller;
use crate::records::{Error, Records};
use crate::storage::search::{SortBy, SortKey};

impl Records {
    /// Puts them between those that are stored, where AuditEvents alone are searched.
    pub(super) async fn add_audit_events(
        &self,
        caller: &Caller,
        audit_events: ResourceType,
        search: &Search<'_>,
        found: &mut Found,
    ) -> Result<(), Error> {
        let limit = usize::from(search.query.count).saturating_add(1);
        let after = search.after.as_ref().and_then(|place| place.keys.first()?.as_deref());
        let own = self
            .search_audit_events(caller, search.parameters, audit_events, &search.conditions, after, limit)
            .await?;
        // Behind all with this id: the next page must not begin with what ended this one.
        let place = |id: &str| Place { keys: vec![Some(id.to_owned())], ordinal: i64::MAX };
        found.matches.extend(own.events.into_iter().map(|event| {
            let place = place(&event.id);
            (event, place)
        }));
        found.matches.sort_by(|(a, _), (b, _)| a.id.cmp(&b.id));
        // What was not looked at yet might stand between what was found.
        let cut_at = found.broken_off_at.take().and_then(|at| at.keys.into_iter().next().flatten());
        let ends = [own.broken_off_at, cut_at];
        let end = ends.into_iter().flatten().min();
        found.matches.retain(|(event, _)| end.as_ref().is_none_or(|end| event.id <= *end));
        found.broken_off_at = end.as_deref().map(place);
        found.total = None;
        Ok(())
    }

    /// Adds them behind all that is stored, where other types are searched too.
    pub(super) async fn add_audit_events_behind(
        &self,
        caller: &Caller,
        audit_events: ResourceType,
        search: &Search<'_>,
        found: &mut Found,
    ) -> Result<(), Error> {
        found.total = None;
        let room = usize::from(search.query.count).saturating_add(1).saturating_sub(found.matches.len());
        // Where a page was broken off, what is stored is not all shown yet.
        if room == 0 || found.broken_off_at.is_some() {
            return Ok(());
        }
        let after = search.after.as_ref().filter(|_| search.is_past_stored());
        let after = after.and_then(|place| place.keys.first()?.as_deref());
        let own = self
            .search_audit_events(caller, search.parameters, audit_events, &search.conditions, after, room)
            .await?;
        // Of several types, no place of what is stored has a key.
        let place = |id: &str| Place { keys: vec![Some(id.to_owned())], ordinal: i64::MAX };
        found.matches.extend(own.events.into_iter().map(|event| {
            let place = place(&event.id);
            (event, place)
        }));
        found.broken_off_at = own.broken_off_at.as_deref().map(place);
        Ok(())
    }
}

/// The order of AuditEvents: that of their ids, in which the server's own are read.
pub(super) fn order(sort: Option<&str>) -> Result<Vec<SortKey>, Error> {
    if sort.is_some_and(|sort| sort != "_id") {
        let text = "_sort: AuditEvents come in the order of their ids, which is that of their time";
        return Err(Error::BadRequest(IssueType::NotSupported, text.to_owned()));
    }
    Ok(vec![SortKey { by: SortBy::Id, descending: false }])
}
