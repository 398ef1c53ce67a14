//! Whether a resource meets a condition: the same comparisons that `storage::search` writes as SQL, for resources that are
//! in no table.

use crate::fhir::date::Interval;
use crate::storage::index_entries::{DateEntry, IndexEntries, NO_MOMENT, NumberEntry, TermEntry, TextEntry};
use crate::storage::search::{Condition, DateTest, NumberTest, Relation, Rows, TermTest, TextTest, Unit};

/// What is compared.
pub(super) struct Candidate<'a> {
    pub resource_type: &'a str,
    pub address: i64,
    pub updated: Interval,
    pub entries: &'a IndexEntries,
}

impl Candidate<'_> {
    pub(super) fn meets(&self, condition: &Condition) -> bool {
        let IndexEntries { moment, until, terms, dates, texts, numbers, patient: _ } = self.entries;
        match condition {
            Condition::Address(addresses) => addresses.contains(&self.address),
            Condition::Type(types) => types.contains(&self.resource_type),
            Condition::Term(tests) => terms.iter().any(|entry| tests.iter().any(|test| term(*test, entry))),
            Condition::Date(slots, tests) => dates.iter().any(|DateEntry { slot, low, high }| {
                let value = Interval { low: *low, high: *high };
                slots.contains(slot) && tests.iter().any(|test| date(*test, value))
            }),
            Condition::Moment(tests) => {
                let period = Interval { low: *moment, high: *until };
                *moment != NO_MOMENT && tests.iter().any(|test| date(*test, period))
            }
            Condition::Updated(tests) => tests.iter().any(|test| date(*test, self.updated)),
            Condition::Text(slots, tests) => texts
                .iter()
                .any(|entry| slots.contains(&entry.slot) && tests.iter().any(|test| text(test, entry))),
            Condition::Number(slots, tests) => numbers
                .iter()
                .any(|entry| slots.contains(&entry.slot) && tests.iter().any(|test| number(test, entry))),
            Condition::Span(slots, tests) => numbers.iter().any(|entry| {
                let NumberEntry { low, high, .. } = entry;
                let met = |(from, to): &(NumberTest, NumberTest)| {
                    compared(from, low, low) && compared(to, high, high)
                };
                slots.contains(&entry.slot) && tests.iter().any(met)
            }),
            Condition::Present(rows, slots) => match rows {
                Rows::Terms => terms.iter().any(|entry| slots.contains(&entry.slot)),
                Rows::Dates => dates.iter().any(|entry| slots.contains(&entry.slot)),
                Rows::Texts => texts.iter().any(|entry| slots.contains(&entry.slot)),
                Rows::Numbers => numbers.iter().any(|entry| slots.contains(&entry.slot)),
            },
            // What is in no table has no rows that point or are pointed at.
            // Nor has it a body that could be read.
            Condition::PointsAt { .. } | Condition::PointedAtFrom { .. } | Condition::Words(..) => false,
            Condition::All(conditions) => conditions.iter().all(|condition| self.meets(condition)),
            Condition::Any(conditions) => conditions.iter().any(|condition| self.meets(condition)),
            Condition::Not(condition) => !self.meets(condition),
        }
    }
}

fn term(test: TermTest, entry: &TermEntry) -> bool {
    test.slot == entry.slot
        && test.value.is_none_or(|value| value == entry.value)
        && test.qualifier.is_none_or(|qualifier| qualifier == entry.qualifier)
}

fn date(test: DateTest, value: Interval) -> bool {
    let searched = Interval { low: test.low, high: test.high };
    let within = searched.contains(value);
    match test.relation {
        Relation::Within => within,
        Relation::NotWithin => !within,
        Relation::After => value.high > searched.high,
        Relation::Before => value.low < searched.low,
        Relation::AfterOrWithin => within || value.high > searched.high,
        Relation::BeforeOrWithin => within || value.low < searched.low,
        Relation::StartsAfter => value.low >= searched.high,
        Relation::EndsBefore => value.high <= searched.low,
        Relation::Overlaps => searched.overlaps(value),
    }
}

fn text(test: &TextTest, entry: &TextEntry) -> bool {
    match test {
        TextTest::StartsWith(start) => entry.compared().starts_with(start),
        TextTest::Contains(part) => entry.compared().contains(part),
        TextTest::EndsWith(end) => entry.compared().ends_with(end),
        TextTest::Equals(text) => entry.compared() == *text,
        TextTest::Is { written, .. } => entry.written() == *written,
    }
}

fn number(test: &NumberTest, entry: &NumberEntry) -> bool {
    let is = |part: Option<i32>, wanted: i32| part == Some(wanted);
    compared(test, &entry.low, &entry.high)
        && match test.unit {
            Unit::Any => true,
            Unit::System(system) => is(entry.system, system),
            Unit::SystemCode(system, code) => is(entry.system, system) && is(entry.code, code),
            Unit::Code(code) => is(entry.code, code) || is(entry.unit, code),
        }
}

fn compared(test: &NumberTest, low: &str, high: &str) -> bool {
    let (from, to) = (test.low.as_str(), test.high.as_str());
    let within = low >= from && high < to;
    match test.relation {
        Relation::Within => within,
        Relation::NotWithin => !within,
        Relation::After => high > from,
        Relation::Before => low < from,
        Relation::AfterOrWithin => high >= from,
        Relation::BeforeOrWithin => low <= from,
        Relation::StartsAfter => low > from,
        Relation::EndsBefore => high < from,
        Relation::Overlaps => low <= to && high >= from,
    }
}
