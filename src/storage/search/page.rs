//! One page of what matches.
//!
//! The page is found by narrow rows alone; bodies are fetched for what is on it.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text, Timestamptz};

use super::super::resources::{PAGE_BYTES, Version, VersionRow};
use super::base::Base;
use super::pieces::{Pieces, as_indexed};
use super::turns::{self, InTurns, Step};
use super::{PARAMETERS, SortKey, Wanted, aims, load, merged, sort};
use crate::storage::statement::{Parameter, Statement};
use crate::storage::{Connection, StorageError};

/// One page: the resources after `after`, in the order of the keys, then of their ordinals.
#[derive(Clone, Debug)]
pub struct Page<'a> {
    /// What they are sorted by.
    pub sort: &'a [SortKey],
    /// Where the page before ended.
    pub after: Option<Place<'a>>,
    /// At most so many.
    pub limit: i64,
}

/// The place of a resource in the order.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The value of each key; none where the resource has no such value.
    pub keys: &'a [Option<String>],
    /// The resource's ordinal.
    pub ordinal: i64,
}

/// A resource that matches.
pub struct Match {
    /// Its current version.
    pub version: Version,
    /// The values that it is sorted by.
    pub keys: Vec<Option<String>>,
    /// Its ordinal.
    pub ordinal: i64,
}

/// The matches of one page.
pub struct Found {
    /// The version of the tenant's set of search parameters that was there when they were found.
    pub parameters: i64,
    /// In their order.
    pub matches: Vec<Match>,
    /// Whether there are fewer than asked for because their bodies come to [`PAGE_BYTES`].
    pub is_cut: bool,
}

/// The version of the set of search parameters, and a match where there is one.
#[derive(QueryableByName)]
struct MatchRow {
    #[diesel(sql_type = BigInt)]
    parameters: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    ordinal: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    type_: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    id: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    version: Option<i64>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    updated: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    method: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    body: Option<String>,
    #[diesel(sql_type = Nullable<Array<Nullable<Text>>>)]
    keys: Option<Vec<Option<String>>>,
    /// How many there are on the page, also of those that are cut off.
    #[diesel(sql_type = Nullable<BigInt>)]
    found: Option<i64>,
    /// Whether the page is not full, and there are rows that were not read.
    #[diesel(sql_type = Bool)]
    is_open: bool,
}

impl MatchRow {
    /// None for the row of a page without matches.
    fn matched(self) -> Option<Result<Match, StorageError>> {
        let Self { body, .. } = self;
        let row = VersionRow {
            type_: self.type_?,
            id: self.id?,
            version: self.version?,
            updated: self.updated?,
            method: self.method?,
            body,
        };
        let (keys, ordinal) = (self.keys?, self.ordinal?);
        Some(row.try_into().map(|version| Match { version, keys, ordinal }))
    }
}

/// The matching current versions of one page; fewer where their bodies come to more than [`PAGE_BYTES`], but one at least.
///
/// # Errors
/// When the database fails.
pub async fn page(
    connection: &mut Connection,
    wanted: &Wanted<'_>,
    page: &Page<'_>,
) -> Result<Found, StorageError> {
    let sort = as_indexed(page.sort, wanted.conditions);
    let page = Page { sort: &sort, ..*page };
    if let Some(in_turns) = InTurns::of(wanted, &sort) {
        for step in in_turns.steps() {
            let way = match *step {
                Step::Read(most) => Way::Read(&in_turns, most),
                Step::LookUp(most) => match turns::few(connection, wanted, &in_turns, most).await? {
                    Some(few) => Way::Among(&in_turns, few),
                    None => continue,
                },
            };
            let (found, is_open) = found(connection, wanted, &page, &way).await?;
            if !is_open {
                return Ok(found);
            }
        }
    }
    let way = Way::Plain(aims::aims(connection, wanted, &sort).await?);
    Ok(found(connection, wanted, &page, &way).await?.0)
}

/// How a page is come by.
enum Way<'w> {
    /// As the conditions are, or by what references must point at.
    Plain(Option<Vec<i64>>),
    /// Among these, which were looked up.
    Among(&'w InTurns<'w>, Vec<i64>),
    /// Among so many that come first in the order.
    Read(&'w InTurns<'w>, usize),
}

/// The page as far as the way leads, and whether it is left open what more belongs to it. On the plain way it never is.
async fn found(
    connection: &mut Connection,
    wanted: &Wanted<'_>,
    page: &Page<'_>,
    way: &Way<'_>,
) -> Result<(Found, bool), StorageError> {
    let rows: Vec<MatchRow> = load(statement_of(wanted, page, way)?, connection).await?;
    let is_open = rows.iter().any(|row| row.is_open);
    let parameters = rows.iter().map(|row| row.parameters).max().unwrap_or_default();
    let found = rows.iter().filter_map(|row| row.found).max().unwrap_or_default();
    let matches = rows.into_iter().filter_map(MatchRow::matched).collect::<Result<Vec<_>, _>>()?;
    let is_cut = i64::try_from(matches.len()).unwrap_or(i64::MAX) < found;
    Ok((Found { parameters, matches, is_cut }, is_open))
}

/// The statement that gives a page. It has one row at least, for the version.
fn statement_of<'a>(
    wanted: &'a Wanted<'a>,
    page: &'a Page<'a>,
    way: &'a Way<'a>,
) -> Result<Statement<'a>, StorageError> {
    let mut statement = Statement::composed(String::new(), vec![Parameter::Number(wanted.tenant.number())]);
    let sorted = sort::Sorted::new(page.sort);
    let after = page.after.map(|place| sorted.after(&mut statement, place)).transpose()?;
    let after = after.map(|after| format!(" AND {after}")).unwrap_or_default();
    let limit = statement.limit(page.limit);
    let base = Base::of(wanted, page.sort);
    let (rows, is_more) = rows(&mut statement, wanted, page, way, [&after, &sorted.order("t"), &limit])?;
    let is_open = is_more.map_or("false".to_owned(), |is_more| {
        format!("CASE WHEN coalesce(r.found, 0) < {limit} THEN {is_more} ELSE false END")
    });
    statement.push_sql(&format!(
        "SELECT s.parameters, r.type AS type_, r.id, r.version, r.updated, r.method, r.body, r.keys, r.ordinal, r.found,
         {is_open} AS is_open FROM (SELECT {PARAMETERS}) s LEFT JOIN (SELECT r.type, r.id, r.version, r.updated, r.method,
         r.body, p.*, count(*) OVER () AS found, coalesce(sum(octet_length(r.body))
         OVER (ORDER BY {} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS bytes_before FROM (SELECT t.ordinal, {} {}",
        sorted.order("p"),
        sorted.columns(),
        rows.as_ref().map_or(base.sql().to_owned(), |rows| format!("FROM {rows} t")),
    ));
    if rows.is_none() {
        base.push_conditions(&mut statement, &sorted.joins());
        statement.push_sql(&after);
    }
    statement.push_sql(&format!(
        " ORDER BY {} LIMIT {limit}) p JOIN resource r ON r.tenant = $1 AND r.ordinal = p.ordinal) r
         ON r.bytes_before < {PAGE_BYTES} ORDER BY {}",
        sorted.order("t"),
        sorted.order("r"),
    ));
    Ok(statement)
}

/// The rows that hold the page and little else, where the way is not the plainest, and the condition that others were not read.
fn rows<'a>(
    statement: &mut Statement<'a>,
    wanted: &'a Wanted<'a>,
    page: &'a Page<'a>,
    way: &'a Way<'a>,
    told: [&str; 3],
) -> Result<(Option<String>, Option<String>), StorageError> {
    let [after, order, limit] = told;
    let aims = match way {
        Way::Plain(aims) => aims.as_deref(),
        Way::Among(in_turns, few) => return Ok((Some(in_turns.among(statement, few, told)), None)),
        Way::Read(..) => None,
    };
    let only = aims::only(wanted, page.sort).zip(wanted.types.first());
    if let Some((only, resource_type)) = only {
        return Ok((aims::rows(statement, resource_type, only, aims, told), None));
    }
    let pieces = Pieces::after(statement, wanted.conditions, page.sort, page.after, after)?;
    let Some(pieces) = pieces else { return Ok((None, None)) };
    if let Way::Read(in_turns, most) = way {
        let (rows, is_more) = in_turns.read(statement, &pieces, *most, [order, limit]);
        return Ok((Some(rows), Some(is_more)));
    }
    let base = Base::of(wanted, page.sort);
    let rows = base.in_pieces(statement, &pieces, Some(limit)).map(|rows| format!("({rows})"));
    Ok(match (rows, &base) {
        (None, Base::Resources(_)) => (merged::rows(statement, wanted, &pieces, limit), None),
        (rows, _) => (rows, None),
    })
}
