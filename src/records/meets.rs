//! Whether a resource meets a condition: the same comparisons that `storage::search` writes as SQL, for resources that are
//! in no table.

use crate::fhir::date::Interval;
use crate::storage::index_entries::{IndexEntries, NumberEntry, TextEntry};
use crate::storage::search::{Condition, DateTest, NumberTest, Relation, Rows, TextTest, Unit};

/// What is compared.
pub(super) struct Candidate<'a> {
    pub id: &'a str,
    pub updated: Interval,
    pub entries: &'a IndexEntries,
}

impl Candidate<'_> {
    pub(super) fn meets(&self, condition: &Condition) -> bool {
        let IndexEntries { terms, dates, texts, numbers, .. } = self.entries;
        match condition {
            Condition::Id(ids) => ids.iter().any(|id| id == self.id),
            Condition::Term(wanted) => wanted.iter().any(|term| terms.binary_search(term).is_ok()),
            Condition::Date(parameter, tests) => dates.iter().any(|(name, low, high)| {
                let value = Interval { low: *low, high: *high };
                name == parameter && tests.iter().any(|test| date(*test, value))
            }),
            Condition::Updated(tests) => tests.iter().any(|test| date(*test, self.updated)),
            Condition::Text(parameter, tests) => texts
                .iter()
                .any(|entry| entry.parameter == *parameter && tests.iter().any(|test| text(test, entry))),
            Condition::Number(parameter, tests) => numbers
                .iter()
                .any(|entry| entry.parameter == *parameter && tests.iter().any(|test| number(test, entry))),
            Condition::Present(Rows::Dates, parameter) => dates.iter().any(|(name, ..)| name == parameter),
            Condition::Present(Rows::Texts, parameter) => {
                texts.iter().any(|entry| entry.parameter == *parameter)
            }
            Condition::Present(Rows::Numbers, parameter) => {
                numbers.iter().any(|entry| entry.parameter == *parameter)
            }
            Condition::Not(condition) => !self.meets(condition),
        }
    }
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
        TextTest::Is { written, .. } => entry.written() == written,
    }
}

fn number(test: &NumberTest, entry: &NumberEntry) -> bool {
    let within = entry.low >= test.low && entry.high < test.high;
    let compared = match test.relation {
        Relation::Within => within,
        Relation::NotWithin => !within,
        Relation::After => entry.high > test.low,
        Relation::Before => entry.low < test.low,
        Relation::AfterOrWithin => entry.high >= test.low,
        Relation::BeforeOrWithin => entry.low <= test.low,
        Relation::StartsAfter => entry.low > test.low,
        Relation::EndsBefore => entry.high < test.low,
        Relation::Overlaps => entry.low <= test.high && entry.high >= test.low,
    };
    let is = |part: &Option<String>, wanted: &str| part.as_deref() == Some(wanted);
    compared
        && match &test.unit {
            Unit::Any => true,
            Unit::System(system) => is(&entry.system, system),
            Unit::SystemCode(system, code) => is(&entry.system, system) && is(&entry.code, code),
            Unit::Code(code) => is(&entry.code, code) || is(&entry.unit, code),
        }
}
