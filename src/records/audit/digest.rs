//! What a seal says of a row, and what a seal's own hash covers. Neither may ever change: old seals would hold no more.

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::storage::audit::seals::{Numbered, SealRow};

/// So many bytes of a row's hash are kept. To find another row with the same takes 2^128 attempts.
const KEPT: usize = 16;
/// So many bytes a row takes in a seal: its id and its digest.
pub(super) const ENTRY: usize = 16 + KEPT;
/// The hash before a tenant's first seal.
pub(super) const NOTHING: [u8; 32] = [0; 32];

/// A row as a seal has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub id: Uuid,
    pub digest: [u8; KEPT],
}

impl Entry {
    pub(super) fn of(numbered: &Numbered) -> Self {
        let Numbered { ordinal, row } = numbered;
        let mut fields = Fields(Sha256::new());
        fields.number("tenant", Some(row.tenant));
        fields.number("ordinal", Some(*ordinal));
        fields.bytes("id", Some(row.id.as_bytes()));
        fields.number("recorded", Some(row.recorded.timestamp_micros()));
        fields.text("surface", Some(&row.surface));
        fields.text("interaction", Some(&row.interaction));
        fields.text("outcome", Some(&row.outcome));
        fields.text("agent_kind", Some(&row.agent_kind));
        fields.text("agent", row.agent.as_deref());
        fields.text("on_behalf_of", row.on_behalf_of.as_deref());
        fields.text("address", row.address.as_deref());
        fields.text("request", row.request.as_deref());
        fields.text("query", row.query.as_deref());
        fields.text("purpose", row.purpose.as_deref());
        fields.text("reason", row.reason.as_deref());
        fields.text("type", row.type_.as_deref());
        fields.text("resource", row.resource.as_deref());
        fields.number("version", row.version);
        fields.text("patient", row.patient.as_deref());
        for entity in row.entities.iter().flatten() {
            fields.text("entity", Some(entity));
        }
        let mut digest = [0; KEPT];
        let whole = fields.0.finalize();
        digest.iter_mut().zip(whole).for_each(|(into, byte)| *into = byte);
        Self { id: row.id, digest }
    }

    /// The entries of a seal; none where they are no whole number of them.
    pub(super) fn all(digests: &[u8]) -> Option<Vec<Self>> {
        let (entries, rest) = digests.as_chunks::<ENTRY>();
        let entry = |bytes: &[u8; ENTRY]| {
            let (id, digest) = bytes.split_first_chunk::<16>()?;
            Some(Self { id: Uuid::from_bytes(*id), digest: digest.try_into().ok()? })
        };
        if rest.is_empty() { entries.iter().map(entry).collect() } else { None }
    }

    pub(super) fn bytes(&self) -> [u8; ENTRY] {
        let mut bytes = [0; ENTRY];
        let parts = self.id.as_bytes().iter().chain(&self.digest);
        bytes.iter_mut().zip(parts).for_each(|(into, byte)| *into = *byte);
        bytes
    }
}

/// The hash of a seal's entries.
pub(super) fn content(digests: &[u8]) -> Vec<u8> {
    Sha256::digest(digests).to_vec()
}

/// The hash of a seal.
pub(super) fn hash(seal: &SealRow) -> Vec<u8> {
    let mut fields = Fields(Sha256::new());
    fields.text("seal", Some("1"));
    fields.number("tenant", Some(seal.tenant));
    fields.number("number", Some(seal.number));
    fields.number("sealed_at", Some(seal.sealed_at.timestamp_micros()));
    fields.number("rows", Some(seal.rows));
    fields.number("latest", Some(seal.latest.timestamp_micros()));
    fields.bytes("content", Some(&seal.content));
    fields.bytes("previous", Some(&seal.previous));
    fields.0.finalize().to_vec()
}

/// What the code of a removal is made of.
pub(super) fn removal(hash: &[u8], removed_at_us: i64) -> Vec<u8> {
    let mut fields = Fields(Sha256::new());
    fields.text("removed", Some("1"));
    fields.bytes("hash", Some(hash));
    fields.number("removed_at", Some(removed_at_us));
    fields.0.finalize().to_vec()
}

/// Named values, each with its length, so that no two lists of them have the same bytes. One that is not there leaves nothing: columns
/// can be added later.
struct Fields(Sha256);

impl Fields {
    fn bytes(&mut self, name: &str, value: Option<&[u8]>) {
        let Some(value) = value else { return };
        for part in [name.as_bytes(), value] {
            let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
            self.0.update(length.to_le_bytes());
            self.0.update(part);
        }
    }

    fn text(&mut self, name: &str, value: Option<&str>) {
        self.bytes(name, value.map(str::as_bytes));
    }

    fn number(&mut self, name: &str, value: Option<i64>) {
        self.bytes(name, value.map(i64::to_le_bytes).as_ref().map(<[u8; 8]>::as_slice));
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::storage::audit::AuditRow;

    fn numbered() -> Numbered {
        let row = AuditRow {
            tenant: 1,
            id: Uuid::from_u128(7),
            recorded: DateTime::from_timestamp_micros(1_800_000_000_000_001).unwrap(),
            surface: "fhir".to_owned(),
            interaction: "read".to_owned(),
            outcome: "success".to_owned(),
            agent_kind: "client".to_owned(),
            agent: Some("a".to_owned()),
            on_behalf_of: None,
            address: None,
            type_: Some("Patient".to_owned()),
            resource: Some("p".to_owned()),
            version: Some(1),
            entities: None,
            patient: Some("p".to_owned()),
            request: None,
            query: None,
            purpose: None,
            reason: None,
        };
        Numbered { ordinal: 3, row }
    }

    #[test]
    fn the_digest_of_a_row_never_changes() {
        assert_eq!(hex::encode(Entry::of(&numbered()).digest), "2b705cd967f158301d3731959ec51607");
    }

    #[test]
    fn whatever_changes_shows() {
        let changes: [fn(&mut Numbered); 22] = [
            |n| n.ordinal = 4,
            |n| n.row.tenant = 2,
            |n| n.row.id = Uuid::from_u128(8),
            |n| n.row.recorded += chrono::TimeDelta::microseconds(1),
            |n| n.row.surface.push('x'),
            |n| n.row.interaction = "vread".to_owned(),
            |n| n.row.outcome = "refused".to_owned(),
            |n| n.row.agent_kind = "account".to_owned(),
            |n| n.row.agent = None,
            |n| n.row.on_behalf_of = Some("b".to_owned()),
            |n| n.row.address = Some("10.0.0.1".to_owned()),
            |n| n.row.request = Some("r".to_owned()),
            |n| n.row.query = Some("r".to_owned()),
            |n| n.row.purpose = Some("r".to_owned()),
            |n| n.row.reason = Some("r".to_owned()),
            |n| n.row.type_ = Some("Group".to_owned()),
            |n| n.row.resource = Some("q".to_owned()),
            |n| n.row.version = None,
            |n| n.row.patient = None,
            |n| n.row.entities = Some(vec!["read Patient/p/1".to_owned()]),
            // What one column loses, another has not gained.
            |n| (n.row.agent, n.row.on_behalf_of) = (None, Some("a".to_owned())),
            |n| n.row.type_ = Some("Patientp".to_owned()),
        ];
        let mut seen = vec![Entry::of(&numbered()).digest];
        for change in changes {
            let mut changed = numbered();
            change(&mut changed);
            let digest = Entry::of(&changed).digest;
            assert!(!seen.contains(&digest), "{changed:?}");
            seen.push(digest);
        }
    }

    #[test]
    fn entries_are_read_as_they_are_written() {
        let entry = Entry::of(&numbered());
        let bytes = [entry.bytes(), entry.bytes()].concat();
        assert_eq!(Entry::all(&bytes), Some(vec![entry, entry]));
        assert_eq!(Entry::all(bytes.get(1..).unwrap()), None);
    }
}
