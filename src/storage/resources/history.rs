//! Versions of a resource, of a type or of all, newest first.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;

use super::{PAGE_BYTES, Version, VersionRow, select};
use crate::storage::address::address;
use crate::storage::statement::{Parameter, Statement};
use crate::storage::{Connection, StorageError, TenantId};

/// Whose versions.
#[derive(Clone, Debug)]
pub enum Level {
    /// Of all resources of these types; of every type, where none is named.
    System(Option<Vec<&'static str>>),
    /// Of all resources of a type.
    Type(&'static str),
    /// Of one resource.
    Instance(&'static str, String),
}

/// Which versions.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The tenant.
    pub tenant: TenantId,
    /// Whose.
    pub level: Level,
    /// Those from this time on.
    pub since: Option<DateTime<Utc>>,
    /// Those that were current at some point from the first time until just before the second.
    pub at: Option<(DateTime<Utc>, DateTime<Utc>)>,
}

/// Where a page ended. Versions of one moment are ordered by type, id and number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// When its last version was written.
    pub updated: DateTime<Utc>,
    /// Its type.
    pub resource_type: String,
    /// Its id.
    pub id: String,
    /// Its number.
    pub number: i64,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(embed)]
    version: VersionRow,
    #[diesel(sql_type = BigInt)]
    candidates: i64,
}

#[derive(QueryableByName)]
struct Total {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

const ORDER: &str = "updated DESC, type DESC, id DESC, version DESC";

/// Up to `limit` versions after `after`, and whether there are more; fewer where their bodies come to more than
/// [`PAGE_BYTES`], but one at least.
///
/// # Errors
/// When the database fails.
pub async fn history(
    connection: &mut Connection,
    wanted: &Wanted,
    after: Option<&Place>,
    limit: i64,
) -> Result<(Vec<Version>, bool), StorageError> {
    let mut statement = Statement::composed(
        select!(
            ", r.candidates
             FROM (SELECT *, count(*) OVER () AS candidates, coalesce(sum(octet_length(body)) OVER newer, 0) AS bytes_before FROM ("
        )
        .to_owned(),
        vec![Parameter::Number(wanted.tenant.number())],
    );
    let holds = conditions(&mut statement, wanted);
    let passed = after.map(|place| {
        let updated = statement.push(Parameter::Time(place.updated));
        let name = statement.push(Parameter::Text(&place.resource_type));
        let id = statement.push(Parameter::Text(&place.id));
        let number = statement.push(Parameter::Number(place.number));
        // The first comparison alone can use an index.
        format!(
            " AND updated <= {updated} AND (updated, type, id, version) < ({updated}, {name}, {id}, {number})"
        )
    });
    let passed = passed.unwrap_or_default();
    let more = statement.push(Parameter::Number(limit.saturating_add(1)));
    let part = |holds: &Holds, table: &str| {
        format!(
            "(SELECT type, id, version, updated, method, body FROM {table} v WHERE tenant = $1{}{passed} ORDER BY {ORDER} LIMIT {more})",
            holds.of(table)
        )
    };
    let (current, past) = (part(&holds, RESOURCE), part(&holds, HISTORY));
    let limit = statement.push(Parameter::Number(limit));
    let bytes = statement.push(Parameter::Number(PAGE_BYTES));
    statement.push_sql(&format!(
        "SELECT * FROM ({current} UNION ALL {past}) b ORDER BY {ORDER} LIMIT {more}) v
         WINDOW newer AS (ORDER BY {ORDER} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) r
         WHERE r.bytes_before < {bytes} ORDER BY {ORDER} LIMIT {limit}"
    ));
    let rows: Vec<Row> = statement.load(connection).await?;
    let candidates = rows.as_slice().first().map_or(0, |row| row.candidates);
    let more = i64::try_from(rows.len()).is_ok_and(|shown| candidates > shown);
    let versions = rows.into_iter().map(|row| Version::try_from(row.version));
    Ok((versions.collect::<Result<_, _>>()?, more))
}

/// How many versions there are.
///
/// # Errors
/// When the database fails.
pub async fn history_size(connection: &mut Connection, wanted: &Wanted) -> Result<i64, StorageError> {
    let start = vec![Parameter::Number(wanted.tenant.number())];
    let mut statement = Statement::composed("SELECT ".to_owned(), start);
    let holds = conditions(&mut statement, wanted);
    let part = |table| format!("(SELECT count(*) FROM {table} v WHERE tenant = $1{})", holds.of(table));
    statement.push_sql(&format!("{} + {} AS n", part(RESOURCE), part(HISTORY)));
    let total: Total = statement.get_result(connection).await?;
    Ok(total.n)
}

/// What `storage::address` makes of type and id.
const ADDRESS: &str = "('x' || substr(encode(sha256(convert_to(v.type || '/' || v.id, 'UTF8')), 'hex'), 1, 16))::bit(64)::bigint";
const RESOURCE: &str = "resource";
const HISTORY: &str = "resource_history";

/// Conditions as SQL: those of current versions, and those of versions before them.
struct Holds {
    both: String,
    current: String,
    past: String,
}

impl Holds {
    fn of(&self, table: &str) -> String {
        format!("{}{}", self.both, if table == RESOURCE { &self.current } else { &self.past })
    }
}

fn conditions<'a>(statement: &mut Statement<'a>, wanted: &'a Wanted) -> Holds {
    let (mut both, mut current, mut past) = (String::new(), String::new(), String::new());
    match &wanted.level {
        Level::System(None) => {}
        Level::System(Some(types)) => {
            let types = statement.push(Parameter::Texts(types.clone()));
            both.push_str(&format!(" AND type = ANY ({types})"));
        }
        Level::Type(name) => {
            let name = statement.push(Parameter::Text(name));
            both.push_str(&format!(" AND type = {name}"));
        }
        Level::Instance(name, id) => {
            let address = statement.push(Parameter::Number(address(name, id)));
            let (name, id) = (statement.push(Parameter::Text(name)), statement.push(Parameter::Text(id)));
            both.push_str(&format!(" AND type = {name} AND id = {id}"));
            current.push_str(&format!(" AND address = {address}"));
        }
    }
    if let Some(since) = wanted.since {
        both.push_str(&format!(" AND updated >= {}", statement.push(Parameter::Time(since))));
    }
    if let Some((low, high)) = wanted.at {
        both.push_str(&format!(" AND updated < {}", statement.push(Parameter::Time(high))));
        // Numbers have no gaps: the version after this one ended it.
        let low = statement.push(Parameter::Time(low));
        past.push_str(&format!(
            " AND coalesce((SELECT n.updated FROM resource_history n WHERE n.tenant = $1 AND n.type = v.type
                            AND n.id = v.id AND n.version = v.version + 1), 'infinity') > {low}
              AND NOT EXISTS (SELECT FROM resource n WHERE n.tenant = $1 AND n.address = {ADDRESS} AND n.type = v.type
                              AND n.id = v.id AND n.version = v.version + 1 AND n.updated <= {low})"
        ));
    }
    Holds { both, current, past }
}
