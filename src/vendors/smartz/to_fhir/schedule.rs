//! Which products a patient uses when: a DeviceRequest a product and time of the day.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{reference, set};
use crate::vendors::smartz::codes::{PRODUCT, SCHEDULE};
use crate::vendors::smartz::errors::Refusal;
use crate::vendors::smartz::{text, time, wire};

/// So many entries a schedule has at most.
const MOST: usize = 24;
/// Minutes of a day.
const DAY: u16 = 24 * 60;

/// A product and its time of the day, in minutes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The product.
    pub product: String,
    from: u16,
    length: u16,
}

impl Entry {
    fn checked(at: usize, sent: &wire::Entry) -> Result<Self, Refusal> {
        let field = |name: &str| format!("schedule[{at}].{name}");
        let minute = |name: &str, text: &str| {
            let wanted = || Refusal::field(&field(name), "must be a time of the day such as 07:00");
            time::minute(text.trim()).ok_or_else(wanted)
        };
        let (from, to) = (minute("from", &sent.from)?, minute("to", &sent.to)?);
        if from == to || from == DAY {
            return Err(Refusal::field(&field("to"), "must not be the time at which it begins"));
        }
        let length =
            if to > from { to.saturating_sub(from) } else { to.saturating_add(DAY).saturating_sub(from) };
        Ok(Self { product: text::required(&field("productId"), &sent.product_id, text::NAME)?, from, length })
    }

    /// The parts of a day that it takes up: two, where it goes past midnight.
    fn parts(&self) -> [(u16, u16); 2] {
        let end = self.from.saturating_add(self.length);
        [(self.from, end.min(DAY)), (0, end.saturating_sub(DAY))]
    }

    fn overlaps(&self, other: &Self) -> bool {
        let both = |a: (u16, u16), b: (u16, u16)| a.0.max(b.0) < a.1.min(b.1);
        self.parts().into_iter().any(|one| other.parts().into_iter().any(|two| both(one, two)))
    }

    /// The DeviceRequest with this id. The product's name is told beside its id.
    #[must_use]
    pub fn request(&self, id: &str, patient: &str, name: Option<&str>, now: DateTime<Utc>) -> Value {
        let mut product = json!({ "system": PRODUCT, "code": self.product });
        set(&mut product, "display", name.map(Value::from));
        let begins = format!("{}:00", time::of_minute(self.from));
        json!({
            "resourceType": "DeviceRequest",
            "id": id,
            "identifier": [{ "system": SCHEDULE, "value": id }],
            "status": "active",
            "intent": "plan",
            "codeCodeableConcept": { "coding": [product] },
            "subject": reference("Patient", patient),
            "occurrenceTiming": { "repeat": {
                "duration": self.length, "durationUnit": "min", "frequency": 1, "period": 1, "periodUnit": "d",
                "timeOfDay": [begins],
            } },
            "authoredOn": time::instant(now),
        })
    }
}

/// The entries, checked, by their time of the day.
///
/// # Errors
/// Which is wrong, and how.
pub fn checked(sent: &wire::Schedule) -> Result<Vec<Entry>, Refusal> {
    if sent.schedule.len() > MOST {
        return Err(Refusal::field("schedule", "may have at most 24 entries"));
    }
    let mut entries: Vec<Entry> = Vec::new();
    for (at, one) in sent.schedule.iter().enumerate() {
        let entry = Entry::checked(at, one)?;
        if entries.iter().any(|other| other.overlaps(&entry)) {
            return Err(Refusal::field(&format!("schedule[{at}]"), "overlaps another entry"));
        }
        entries.push(entry);
    }
    entries.sort_by_key(|entry| entry.from);
    Ok(entries)
}

/// The request as it is when another schedule takes its place.
#[must_use]
pub fn revoked(mut request: Value) -> Value {
    set(&mut request, "status", Some("revoked".into()));
    request
}
