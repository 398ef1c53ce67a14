//! Finding rows of the trail by what their columns say.
//!
//! A row's id opens with the time at which it was recorded, so that the key is also the order of time.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::QueryableByName;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use uuid::{Builder, Uuid};

use super::seals::Numbered;
use crate::storage::resources::PAGE_BYTES;
use crate::storage::statement::{Parameter, Statement};
use crate::storage::{Connection, StorageError, TenantId};

/// Rows from before ids were made of the recorded time may differ by so much.
const SLACK: TimeDelta = TimeDelta::minutes(1);

/// What rows must be like; what is none does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Narrow {
    /// Recorded then or later.
    pub from: Option<DateTime<Utc>>,
    /// Recorded before.
    pub until: Option<DateTime<Utc>>,
    /// Of one of these surfaces.
    pub surfaces: Option<Vec<String>>,
    /// One of these interactions.
    pub interactions: Option<Vec<String>>,
    /// With one of these outcomes.
    pub outcomes: Option<Vec<String>>,
    /// By or on behalf of one of these agents.
    pub agents: Option<Vec<String>>,
    /// Of each list, about one of these resources.
    pub about: Vec<Vec<About>>,
}

/// A resource that a row may be about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// Its type.
    pub resource_type: String,
    /// Its id.
    pub id: String,
}

/// Which rows are wanted.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// What they must be like.
    pub narrow: Narrow,
    /// After this one, in the order.
    pub after: Option<Uuid>,
    /// Newest first.
    pub descending: bool,
    /// So many at most.
    pub limit: i64,
}

/// Rows that were read together.
pub struct Page {
    /// In the order.
    pub rows: Vec<Numbered>,
    /// Whether there may be more.
    pub is_cut: bool,
}

#[derive(QueryableByName)]
struct PageRow {
    #[diesel(embed)]
    numbered: Numbered,
    /// How many there are, also of those that are cut off.
    #[diesel(sql_type = BigInt)]
    found: i64,
}

/// The rows of a tenant that are wanted; fewer where they come to more than [`PAGE_BYTES`], but one at least.
///
/// # Errors
/// When the database fails.
pub async fn page(
    connection: &mut Connection,
    tenant: TenantId,
    wanted: &Wanted,
) -> Result<Page, StorageError> {
    let order = if wanted.descending { " DESC" } else { "" };
    let mut statement = Statement::composed(
        format!(
            "SELECT *, type AS type_ FROM (
                SELECT *, count(*) OVER () AS found, coalesce(sum(pg_column_size(entities))
                    OVER (ORDER BY id{order} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS bytes_before
                FROM (SELECT e.* FROM audit_event e WHERE e.tenant = $1"
        ),
        vec![Parameter::Number(tenant.number())],
    );
    let Bounds { from, until, after } = Bounds::of(wanted);
    wanted.push(&mut statement, [&from, &until, &after]);
    statement.push_sql(&format!(" ORDER BY e.id{order} LIMIT "));
    let limit = statement.limit(wanted.limit);
    let bytes = statement.push(Parameter::Number(PAGE_BYTES));
    statement.push_sql(&format!("{limit}) e ) e WHERE bytes_before < {bytes} ORDER BY id{order}"));
    let rows: Vec<PageRow> = statement.kept_if_often_used().load(connection).await?;
    let found = rows.iter().map(|row| row.found).max().unwrap_or_default();
    let is_cut = found == wanted.limit || i64::try_from(rows.len()).is_ok_and(|shown| shown < found);
    Ok(Page { rows: rows.into_iter().map(|row| row.numbered).collect(), is_cut })
}

/// The id of the row with this ordinal.
///
/// # Errors
/// When the database fails.
pub async fn id_of(
    connection: &mut Connection,
    tenant: TenantId,
    ordinal: i64,
) -> Result<Option<Uuid>, StorageError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Uuid)]
        id: Uuid,
    }
    const SQL: &str = "SELECT id FROM audit_event WHERE tenant = $1 AND ordinal = $2";
    let parameters = vec![Parameter::Number(tenant.number()), Parameter::Number(ordinal)];
    let rows: Vec<Row> = Statement::fixed(SQL, parameters).load(connection).await?;
    Ok(rows.into_iter().next().map(|row| row.id))
}

/// Ids as texts, which a statement borrows.
struct Bounds {
    from: Option<String>,
    until: Option<String>,
    after: Option<String>,
}

impl Bounds {
    fn of(wanted: &Wanted) -> Self {
        let Wanted { narrow: Narrow { from, until, .. }, after, .. } = wanted;
        Self {
            from: from.and_then(|from| from.checked_sub_signed(SLACK)).map(first_id),
            until: until.and_then(|until| until.checked_add_signed(SLACK)).map(first_id),
            after: after.map(|after| after.to_string()),
        }
    }
}

/// An id before all that are made of this time.
fn first_id(time: DateTime<Utc>) -> String {
    let millis = u64::try_from(time.timestamp_millis()).unwrap_or_default();
    Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid().to_string()
}

impl Wanted {
    /// Adds the conditions. Where an id is compared, the database goes along the key.
    fn push<'a>(&'a self, statement: &mut Statement<'a>, [from, until, after]: [&'a Option<String>; 3]) {
        let beyond = if self.descending { "<" } else { ">" };
        for (id, operator) in [(from, ">="), (until, "<"), (after, beyond)] {
            if let Some(id) = id {
                let id = statement.push(Parameter::Text(id));
                statement.push_sql(&format!(" AND e.id {operator} {id}::uuid"));
            }
        }
        for (time, operator) in [(self.narrow.from, ">="), (self.narrow.until, "<")] {
            if let Some(time) = time {
                let time = statement.push(Parameter::Time(time));
                statement.push_sql(&format!(" AND e.recorded {operator} {time}"));
            }
        }
        let Narrow { surfaces, interactions, outcomes, agents, about, .. } = &self.narrow;
        for (values, condition) in [
            (surfaces, "e.surface = ANY (#)"),
            (interactions, "e.interaction = ANY (#)"),
            (outcomes, "e.outcome = ANY (#)"),
            (agents, "(e.agent = ANY (#) OR e.on_behalf_of = ANY (#))"),
        ] {
            if let Some(values) = values {
                let values = statement.push(Parameter::Texts(values.iter().map(String::as_str).collect()));
                statement.push_sql(&format!(" AND {}", condition.replace('#', &values)));
            }
        }
        for one_of in about {
            push_about(statement, one_of);
        }
    }
}

/// That a row is about one of these. What is about one resource is found by an index, what is about several by looking.
fn push_about<'a>(statement: &mut Statement<'a>, one_of: &'a [About]) {
    let ids = |only: Option<&str>| {
        let of = one_of.iter().filter(|about| only.is_none_or(|only| about.resource_type == only));
        Parameter::Texts(of.map(|about| about.id.as_str()).collect())
    };
    let types = Parameter::Texts(one_of.iter().map(|about| about.resource_type.as_str()).collect());
    let (patients, ids, types) =
        (statement.push(ids(Some("Patient"))), statement.push(ids(None)), statement.push(types));
    statement.push_sql(&format!(
        " AND e.id IN (
            SELECT a.id FROM audit_event a WHERE a.tenant = $1 AND a.patient = ANY ({patients})
            UNION ALL
            SELECT a.id FROM audit_event a WHERE a.tenant = $1 AND a.resource = ANY ({ids})
                AND (a.type, a.resource) IN (SELECT * FROM unnest({types}, {ids}))
            UNION ALL
            SELECT a.id FROM audit_event a WHERE a.tenant = $1 AND a.entities IS NOT NULL AND EXISTS (
                SELECT FROM unnest(a.entities) AS t (entity), unnest({types}, {ids}) AS w (type, id)
                WHERE starts_with(substr(t.entity, strpos(t.entity, ' ') + 1) || '/', w.type || '/' || w.id || '/')
            )
        )"
    ));
}
