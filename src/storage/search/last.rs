//! Of all that match, the latest of each code. <https://hl7.org/fhir/R4/observation-operation-lastn.html>

use super::base::Base;
use super::{Head, Wanted, load};
use crate::storage::statement::{Parameter, Statement};
use crate::storage::{Connection, StorageError};

/// What tells one code from another, and how many of each are wanted.
#[derive(Clone, Copy, Debug)]
pub struct Grouped {
    /// The slot of the code.
    pub code: i32,
    /// The slot of its text, for what has no code.
    pub text: i32,
    /// So many of each code.
    pub most: i64,
    /// So many in all.
    pub limit: i64,
}

/// The latest resources of each code, those of a code together and the latest first. Codes of one resource mean the same, and so do those
/// that mean the same as another one. What has no code is told apart by its text, whatever its case.
///
/// # Errors
/// When the database fails.
pub async fn last_of_each(
    connection: &mut Connection,
    wanted: &Wanted<'_>,
    grouped: Grouped,
) -> Result<Vec<Head>, StorageError> {
    let base = Base::of(wanted, &[]);
    let tenant = Parameter::Number(wanted.tenant.number());
    let mut statement = Statement::composed(
        "WITH RECURSIVE matching AS MATERIALIZED (SELECT t.ordinal ".to_owned(),
        vec![tenant],
    );
    statement.push_sql(base.sql());
    base.push_conditions(&mut statement, "");
    let code = statement.push(Parameter::Integer(grouped.code));
    let text = statement.push(Parameter::Integer(grouped.text));
    let most = statement.push(Parameter::Number(grouped.most));
    let limit = statement.push(Parameter::Number(grouped.limit));
    statement.push_sql(&format!(
        "), coded AS MATERIALIZED (
            SELECT DISTINCT m.ordinal, ARRAY[c.value, c.qualifier]::bigint[] AS code FROM matching m
            JOIN resource_term c ON c.tenant = $1 AND c.ordinal = m.ordinal AND c.slot = {code} AND c.value <> 0
        ), pairs AS MATERIALIZED (
            SELECT DISTINCT o.code AS one, p.code AS other FROM coded o JOIN coded p ON p.ordinal = o.ordinal AND p.code <> o.code
        ), same AS (
            SELECT one AS code, one AS also FROM pairs UNION SELECT s.code, p.other FROM same s JOIN pairs p ON p.one = s.also
        ), meaning AS (
            SELECT code, min(also) AS means FROM same GROUP BY code
        ), named AS (
            SELECT DISTINCT c.ordinal, coalesce(s.means, c.code) AS code, NULL AS words FROM coded c LEFT JOIN meaning s USING (code)
            UNION ALL
            SELECT m.ordinal, NULL, coalesce(x.written, x.head || coalesce(x.rest, '')) FROM matching m
            LEFT JOIN resource_text x ON x.tenant = $1 AND x.ordinal = m.ordinal AND x.slot = {text}
            WHERE m.ordinal NOT IN (SELECT ordinal FROM coded)
        ), placed AS (
            SELECT n.ordinal, n.code, n.words,
                row_number() OVER (PARTITION BY n.code, n.words ORDER BY r.moment DESC, r.ordinal DESC) AS place
            FROM named n JOIN resource r ON r.tenant = $1 AND r.ordinal = n.ordinal
        ), chosen AS (
            SELECT ordinal, code, words FROM placed WHERE place <= {most}
        )
        SELECT r.id, r.version AS number, coalesce(octet_length(r.body), 0)::bigint AS size_bytes
        FROM chosen p JOIN resource r ON r.tenant = $1 AND r.ordinal = p.ordinal
        ORDER BY p.code, p.words, r.moment DESC, r.ordinal DESC LIMIT {limit}"
    ));
    load(statement, connection).await
}
