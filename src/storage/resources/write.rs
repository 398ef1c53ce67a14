//! Writing versions with their search rows, many in one statement.
//!
//! Each statement takes its rows as arrays, one a column. Search rows name the address of their resource, by which they are
//! joined with the ordinals that the database gave.

use std::collections::HashSet;

use diesel::sql_types::{Array, BigInt};
use diesel_async::RunQueryDsl;

use super::{IndexEntries, Version};
use crate::storage::address::address;
use crate::storage::index_entries::{DateEntry, NumberEntry, TermEntry, TextEntry};
use crate::storage::statement::{Parameter, Statement};
use crate::storage::{Connection, StorageError, TenantId};

/// A version to write, with what it is found by.
pub type Indexed<'a> = (&'a Version, &'a IndexEntries);

/// The versions, as the statements below take them.
macro_rules! given {
    () => {
        "unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::timestamptz[], $7::text[], $8::text[], $9::bigint[],
         $10::bigint[], $11::text[]) AS x (type, id, address, version, updated, method, body, moment, until, patient)"
    };
}

/// Notes a change for who holds it against subscriptions, of those types alone that any subscription watches.
macro_rules! noted {
    ($change:literal, $of:literal) => {
        concat!(
            "noted AS (
            INSERT INTO resource_change (tenant, type, id, version, change, made_at)
            SELECT $1, x.type, x.id, x.version, ",
            $change,
            ", x.updated FROM ",
            given!(),
            $of,
            " WHERE EXISTS (SELECT FROM subscription_type w WHERE w.tenant = $1 AND w.type = x.type)
        ), "
        )
    };
}

/// Removes the search rows of what was there: the rows that the statement itself adds are not seen by it.
macro_rules! without_rows {
    () => {
        "without_terms AS (
            DELETE FROM resource_term WHERE tenant = $1 AND ordinal IN (SELECT ordinal FROM old)
        ), without_dates AS (
            DELETE FROM resource_date WHERE tenant = $1 AND ordinal IN (SELECT ordinal FROM old)
        ), without_texts AS (
            DELETE FROM resource_text WHERE tenant = $1 AND ordinal IN (SELECT ordinal FROM old)
        ), without_numbers AS (
            DELETE FROM resource_number WHERE tenant = $1 AND ordinal IN (SELECT ordinal FROM old)
        ), "
    };
}

/// The search rows of what was `stored`.
macro_rules! rows {
    () => {
        "terms AS (
            INSERT INTO resource_term (tenant, value, moment, until, ordinal, slot, qualifier, code)
            SELECT $1, x.value, s.moment, s.until, s.ordinal, x.slot, x.qualifier, x.code
            FROM unnest($12::bigint[], $13::integer[], $14::bigint[], $15::integer[], $16::text[])
                AS x (address, slot, value, qualifier, code) JOIN stored s USING (address)
        ), dates AS (
            INSERT INTO resource_date (tenant, low, high, ordinal, slot)
            SELECT $1, x.low, x.high, s.ordinal, x.slot
            FROM unnest($17::bigint[], $18::integer[], $19::bigint[], $20::bigint[]) AS x (address, slot, low, high)
                JOIN stored s USING (address)
        ), texts AS (
            INSERT INTO resource_text (tenant, ordinal, slot, head, rest, written)
            SELECT $1, s.ordinal, x.slot, x.head, x.rest, x.written
            FROM unnest($21::bigint[], $22::integer[], $23::text[], $24::text[], $25::text[])
                AS x (address, slot, head, rest, written) JOIN stored s USING (address)
        ), numbers AS (
            INSERT INTO resource_number (tenant, ordinal, slot, low, high, system, code, unit)
            SELECT $1, s.ordinal, x.slot, x.low, x.high, x.system, x.code, x.unit
            FROM unnest($26::bigint[], $27::integer[], $28::text[], $29::text[], $30::integer[], $31::integer[], $32::integer[])
                AS x (address, slot, low, high, system, code, unit) JOIN stored s USING (address)
        )
        SELECT coalesce(array_agg(address), '{}') AS addresses FROM stored"
    };
}

/// Adds the first versions of resources with their search rows, in one statement. Gives the positions of those whose id is taken:
/// then the transaction must be rolled back, for the others were added.
///
/// # Errors
/// When the database fails.
pub async fn insert_all(
    connection: &mut Connection,
    tenant: TenantId,
    new: &[Indexed<'_>],
) -> Result<Vec<usize>, StorageError> {
    const SQL: &str = concat!(
        "WITH stored AS (
            INSERT INTO resource (tenant, type, id, address, version, updated, method, body, moment, until, patient, indexed)
            SELECT $1, x.type, x.id, x.address, x.version, x.updated, x.method, x.body, x.moment, x.until, x.patient, true FROM ",
        given!(),
        " ON CONFLICT DO NOTHING RETURNING ordinal, address, moment, until
        ), ",
        noted!("'create'", ""),
        rows!()
    );
    let stored: HashSet<i64> = write(connection, tenant, SQL, new).await?.into_iter().collect();
    let taken = new.iter().enumerate().filter(|(_, (version, _))| !stored.contains(&of(version)));
    Ok(taken.map(|(at, _)| at).collect())
}

/// Writes the versions after locked ones, of different resources, in one statement: the old rows move to the history, the search
/// rows follow the new bodies.
///
/// # Errors
/// When the database fails, or a row is not there.
pub async fn replace_all(
    connection: &mut Connection,
    tenant: TenantId,
    new: &[Indexed<'_>],
) -> Result<(), StorageError> {
    const SQL: &str = concat!(
        "WITH old AS (
            SELECT * FROM resource WHERE tenant = $1 AND address = ANY ($4)
        ), moved AS (
            INSERT INTO resource_history (tenant, type, id, version, updated, method, body)
            SELECT tenant, type, id, version, updated, method, body FROM old
        ), ",
        without_rows!(),
        "stored AS (
            UPDATE resource r SET version = x.version, updated = x.updated, method = x.method, body = x.body,
                moment = x.moment, until = x.until, indexed = true,
                patient = CASE WHEN x.body IS NULL THEN r.patient ELSE x.patient END
            FROM ",
        given!(),
        " WHERE r.tenant = $1 AND r.address = x.address AND r.type = x.type AND r.id = x.id
            RETURNING r.ordinal, r.address, r.moment, r.until
        ), ",
        noted!(
            "CASE WHEN x.body IS NULL THEN 'delete' WHEN o.body IS NULL THEN 'create' ELSE 'update' END",
            " JOIN old o USING (address)"
        ),
        rows!()
    );
    if write(connection, tenant, SQL, new).await?.len() == new.len() {
        Ok(())
    } else {
        Err(StorageError::Contention)
    }
}

/// Writes the search rows of current versions anew, and nothing else.
///
/// # Errors
/// When the database fails.
pub async fn index_all(
    connection: &mut Connection,
    tenant: TenantId,
    current: &[Indexed<'_>],
) -> Result<(), StorageError> {
    const SQL: &str = concat!(
        "WITH old AS (
            SELECT ordinal FROM resource WHERE tenant = $1 AND address = ANY ($4)
        ), ",
        without_rows!(),
        "stored AS (
            UPDATE resource r SET moment = x.moment, until = x.until, patient = x.patient, indexed = true FROM ",
        given!(),
        " WHERE r.tenant = $1 AND r.address = x.address RETURNING r.ordinal, r.address, r.moment, r.until
        ), ",
        rows!()
    );
    write(connection, tenant, SQL, current).await.map(|_| ())
}

/// Runs a statement over versions and their search rows; returns the addresses of what it stored.
async fn write(
    connection: &mut Connection,
    tenant: TenantId,
    sql: &'static str,
    new: &[Indexed<'_>],
) -> Result<Vec<i64>, StorageError> {
    if new.is_empty() {
        return Ok(Vec::new());
    }
    let mut parameters = vec![Parameter::Number(tenant.number())];
    parameters.extend(versions(new));
    parameters.extend(search_rows(new));
    let stored: Stored = Statement::fixed(sql, parameters).get_result(connection).await?;
    Ok(stored.addresses)
}

#[derive(diesel::QueryableByName)]
struct Stored {
    #[diesel(sql_type = Array<BigInt>)]
    addresses: Vec<i64>,
}

fn versions<'a>(new: &[Indexed<'a>]) -> [Parameter<'a>; 10] {
    let text =
        |part: fn(&'a Version) -> &'a str| Parameter::Texts(new.iter().map(|(v, _)| part(v)).collect());
    [
        text(|version| &version.resource_type),
        text(|version| &version.id),
        numbers(new.iter().map(|(version, _)| of(version))),
        numbers(new.iter().map(|(version, _)| version.number)),
        Parameter::Times(new.iter().map(|(version, _)| version.updated).collect()),
        text(|version| version.method.as_str()),
        Parameter::OptionalTexts(new.iter().map(|(version, _)| version.body.as_deref()).collect()),
        numbers(new.iter().map(|(_, entries)| entries.moment)),
        numbers(new.iter().map(|(_, entries)| entries.until)),
        Parameter::OptionalTexts(new.iter().map(patient).collect()),
    ]
}

/// The Patient that a version is about; each is about itself.
fn patient<'a>((version, entries): &Indexed<'a>) -> Option<&'a str> {
    if version.resource_type == "Patient" { Some(&version.id) } else { entries.patient.as_deref() }
}

fn of(version: &Version) -> i64 {
    address(&version.resource_type, &version.id)
}

fn numbers<'a>(numbers: impl Iterator<Item = i64>) -> Parameter<'a> {
    Parameter::Numbers(numbers.collect())
}

/// The entries of one kind, each with the address of its resource.
struct Rows<'a, T>(Vec<(i64, &'a T)>);

impl<'a, T> Rows<'a, T> {
    fn new(new: &[Indexed<'a>], kind: fn(&'a IndexEntries) -> &'a [T]) -> Self {
        let of_one = |(version, entries): &Indexed<'a>| {
            let address = of(version);
            kind(entries).iter().map(move |entry| (address, entry))
        };
        Self(new.iter().flat_map(of_one).collect())
    }

    fn addresses(&self) -> Parameter<'a> {
        numbers(self.0.iter().map(|(address, _)| *address))
    }

    fn numbers(&self, part: fn(&T) -> i64) -> Parameter<'a> {
        numbers(self.0.iter().map(|(_, entry)| part(entry)))
    }

    fn integers(&self, part: fn(&T) -> i32) -> Parameter<'a> {
        Parameter::Integers(self.0.iter().map(|(_, entry)| part(entry)).collect())
    }

    fn optional_integers(&self, part: fn(&T) -> Option<i32>) -> Parameter<'a> {
        Parameter::OptionalIntegers(self.0.iter().map(|(_, entry)| part(entry)).collect())
    }

    fn texts(&self, part: fn(&'a T) -> &'a str) -> Parameter<'a> {
        Parameter::Texts(self.0.iter().map(|(_, entry)| part(entry)).collect())
    }

    fn optional_texts(&self, part: fn(&'a T) -> Option<&'a str>) -> Parameter<'a> {
        Parameter::OptionalTexts(self.0.iter().map(|(_, entry)| part(entry)).collect())
    }
}

fn search_rows<'a>(new: &[Indexed<'a>]) -> Vec<Parameter<'a>> {
    let terms = Rows::<TermEntry>::new(new, |entries| &entries.terms);
    let dates = Rows::<DateEntry>::new(new, |entries| &entries.dates);
    let texts = Rows::<TextEntry>::new(new, |entries| &entries.texts);
    let amounts = Rows::<NumberEntry>::new(new, |entries| &entries.numbers);
    vec![
        terms.addresses(),
        terms.integers(|term| term.slot),
        terms.numbers(|term| term.value),
        terms.integers(|term| term.qualifier),
        terms.optional_texts(|term| term.code.as_deref()),
        dates.addresses(),
        dates.integers(|date| date.slot),
        dates.numbers(|date| date.low),
        dates.numbers(|date| date.high),
        texts.addresses(),
        texts.integers(|text| text.slot),
        texts.texts(|text| &text.head),
        texts.optional_texts(|text| text.rest.as_deref()),
        texts.optional_texts(|text| text.written.as_deref()),
        amounts.addresses(),
        amounts.integers(|amount| amount.slot),
        amounts.texts(|amount| &amount.low),
        amounts.texts(|amount| &amount.high),
        amounts.optional_integers(|amount| amount.system),
        amounts.optional_integers(|amount| amount.code),
        amounts.optional_integers(|amount| amount.unit),
    ]
}
