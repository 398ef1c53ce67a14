//! The server's own AuditEvents among what a search finds: they are in no table of resources.
//! <https://hl7.org/fhir/R4/auditevent.html>

use std::cmp::Ordering;

use chrono::DateTime;
use uuid::Uuid;

use super::audit_narrow::narrow;
use super::cursor::Place;
use super::{Found, Search, sort};
use crate::fhir::ResourceType;
use crate::fhir::outcome::IssueType;
use crate::identity::Caller;
use crate::records::audit::events::{Asked, OwnPlace};
use crate::records::parameters::Parameters;
use crate::records::{Error, Records};
use crate::storage::audit::search::{Narrow, Wanted};
use crate::storage::search::{SortBy, SortKey};

/// An own AuditEvent has its row's ordinal above this in its place, which is above those of all that is stored.
const OWN: i64 = 1 << 62;

impl Records {
    /// Puts them between those that are stored, where AuditEvents alone are searched.
    pub(super) async fn add_audit_events(
        &self,
        caller: &Caller,
        audit_events: ResourceType,
        search: &Search<'_>,
        found: &mut Found,
    ) -> Result<(), Error> {
        let order = Order::of(search.sort.first());
        let limit = usize::from(search.query.count).saturating_add(1);
        let mut wanted = Wanted { descending: order.descending, ..Wanted::default() };
        wanted.narrow = narrow(search.query, &search.conditions);
        if let Some(after) = &search.after {
            self.go_on(caller, order, after, &mut wanted).await?;
        }
        let (parameters, conditions) = (search.parameters, search.conditions.as_slice());
        let asked = Asked { parameters, resource_type: audit_events, conditions, wanted, limit };
        let own = self.search_audit_events(caller, asked).await?;
        found.matches.extend(own.events.into_iter().map(|event| (event.stored, order.place(event.place))));
        found.matches.sort_by(|(_, a), (_, b)| order.compare(a, b));
        // What was not looked at yet might stand between what was found.
        let ends = [own.broken_off_at.map(|at| order.place(at)), found.broken_off_at.take()];
        let end = ends.into_iter().flatten().min_by(|a, b| order.compare(a, b));
        found.matches.retain(|(_, place)| end.as_ref().is_none_or(|end| order.compare(place, end).is_le()));
        found.broken_off_at = end;
        found.total = None;
        Ok(())
    }

    /// Goes on after a place, which may be that of a stored resource.
    async fn go_on(
        &self,
        caller: &Caller,
        order: Order,
        after: &Place,
        wanted: &mut Wanted,
    ) -> Result<(), Error> {
        let key = after.keys.first().and_then(Option::as_deref);
        if order.by_id {
            wanted.after = key.map(|id| place_of_id(id, order.descending));
            return Ok(());
        }
        let own = after.ordinal.checked_sub(OWN).filter(|ordinal| *ordinal >= 0);
        if let Some(ordinal) = own
            && let Some(id) = self.audit_event_at(caller, ordinal).await?
        {
            wanted.after = Some(id);
            return Ok(());
        }
        // Of the same time, what is stored comes first, or last where the order is the other way round.
        let time = key.and_then(|key| key.parse().ok()).and_then(DateTime::from_timestamp_micros);
        let Narrow { from, until, .. } = &mut wanted.narrow;
        if order.descending {
            *until = [*until, time].into_iter().flatten().min();
        } else {
            *from = (*from).max(time);
        }
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
        let limit = usize::from(search.query.count).saturating_add(1).saturating_sub(found.matches.len());
        // Where a page was broken off, what is stored is not all shown yet.
        if limit == 0 || found.broken_off_at.is_some() {
            return Ok(());
        }
        let after = search.after.as_ref().filter(|_| search.is_past_stored());
        let after = after.and_then(|place| place.keys.first()?.as_deref());
        let wanted = Wanted { after: after.and_then(|id| Uuid::try_parse(id).ok()), ..Wanted::default() };
        let (parameters, conditions) = (search.parameters, search.conditions.as_slice());
        let asked = Asked { parameters, resource_type: audit_events, conditions, wanted, limit };
        let own = self.search_audit_events(caller, asked).await?;
        // Of several types, no place of what is stored has a key.
        let by_id = Order { by_id: true, descending: false };
        found.matches.extend(own.events.into_iter().map(|event| (event.stored, by_id.place(event.place))));
        found.broken_off_at = own.broken_off_at.map(|at| by_id.place(at));
        Ok(())
    }
}

/// The order of AuditEvents.
#[derive(Clone, Copy, Debug)]
struct Order {
    /// By their ids, or by their time.
    by_id: bool,
    descending: bool,
}

impl Order {
    fn of(key: Option<&SortKey>) -> Self {
        let by_id = key.is_none_or(|key| key.by == SortBy::Id);
        Self { by_id, descending: key.is_some_and(|key| key.descending) }
    }

    fn place(self, of: OwnPlace) -> Place {
        if self.by_id {
            // Behind all with this id: the next page must not begin with what ended this one.
            return Place { keys: vec![Some(of.id.to_string())], ordinal: i64::MAX };
        }
        let time = of.recorded.timestamp_micros().to_string();
        Place { keys: vec![Some(time)], ordinal: OWN.saturating_add(of.ordinal) }
    }

    fn compare(self, a: &Place, b: &Place) -> Ordering {
        let key = |place: &Place| place.keys.first().cloned().flatten();
        let time = |place: &Place| key(place).and_then(|key| key.parse::<i64>().ok());
        let order = if self.by_id { key(a).cmp(&key(b)) } else { time(a).cmp(&time(b)) };
        let order = order.then(a.ordinal.cmp(&b.ordinal));
        if self.descending { order.reverse() } else { order }
    }
}

/// The place of an id, of whatever form, among UUIDs: in the order, those after it are all that come after the id.
fn place_of_id(id: &str, descending: bool) -> Uuid {
    const DIGITS: &[u8] = b"0123456789abcdef";
    let uuid = Uuid::try_parse(id).ok().filter(|uuid| uuid.to_string() == id);
    if let Some(uuid) = uuid {
        return uuid;
    }
    // The least UUID above the id, or the greatest below it.
    let (mut text, mut fill) = (String::new(), '0');
    for (at, byte) in id.bytes().enumerate().take(36) {
        if [8, 13, 18, 23].contains(&at) {
            text.push('-');
            if byte != b'-' {
                // No other letter of an id comes before a hyphen.
                fill = 'f';
                break;
            }
        } else if let Some(digit) = DIGITS.iter().find(|digit| **digit >= byte) {
            text.push(char::from(*digit));
            if *digit != byte {
                break;
            }
        } else {
            fill = 'f';
            break;
        }
    }
    let is_below = fill == 'f' || text.len() == 36 && id.len() > 36;
    let digits: String = text.chars().filter(|c| *c != '-').chain(std::iter::repeat(fill)).take(32).collect();
    let number = u128::from_str_radix(&digits, 16).unwrap_or_default();
    Uuid::from_u128(match (is_below, descending) {
        (true, false) | (false, true) => number,
        (true, true) => number.saturating_add(1),
        (false, false) => number.saturating_sub(1),
    })
}

/// The order of AuditEvents: by their ids, in which the server's own are read, or by their time, which is the same for those.
pub(super) fn order(
    parameters: &Parameters,
    types: &[ResourceType],
    sort: Option<&str>,
) -> Result<Vec<SortKey>, Error> {
    let sort = sort.unwrap_or("_id");
    if !["_id", "date", "_lastUpdated"].contains(&sort.strip_prefix('-').unwrap_or(sort)) {
        let text = "_sort: AuditEvents come in the order of _id, date or _lastUpdated";
        return Err(Error::BadRequest(IssueType::NotSupported, text.to_owned()));
    }
    sort::keys_of_all(parameters, types, Some(sort))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_id_has_its_place_among_uuids() {
        let uuids = [
            "00000000-0000-0000-0000-000000000001",
            "0199aaaa-0000-7000-8000-000000000000",
            "0199aaab-0000-7000-8000-000000000000",
            "9fffffff-ffff-ffff-ffff-ffffffffffff",
            "a0000000-0000-0000-0000-000000000000",
            "fffffff0-ffff-ffff-ffff-fffffffffff0",
        ];
        let ids = [
            "-",
            ".",
            "0",
            "00",
            "0199aaaa",
            "0199aaaa-",
            "0199aaaa.",
            "0199aaaa0",
            "0199aaaa-0000-7000-8000-0000000000000",
            "0199AAAA",
            "0199aaaa-0000-7000-8000-000000000000",
            "0199aaaaz",
            "9",
            "9g",
            "A",
            "Z",
            "a",
            "a0",
            "audit-1",
            "f",
            "g",
            "z",
            "0199aaaa-0000-7000-8000-00000000000-",
            "0199aaab-0000-7000-8000-00000000000",
        ];
        for id in ids {
            for uuid in uuids {
                let value = Uuid::try_parse(uuid).unwrap();
                assert_eq!(value > place_of_id(id, false), uuid > id, "{uuid} after {id}");
                assert_eq!(value < place_of_id(id, true), uuid < id, "{uuid} before {id}");
            }
        }
    }
}
