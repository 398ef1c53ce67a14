//! Of all that match, the latest of each code. <https://hl7.org/fhir/R4/observation-operation-lastn.html>

use std::collections::BTreeMap;

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Integer};

use super::base::Base;
use super::{Head, Wanted, load};
use crate::storage::statement::{Parameter, Statement};
use crate::storage::{Connection, StorageError};

/// A code: its value, and its system's.
type Code = (i64, i32);

/// What tells one code from another, and how many of each are wanted.
#[derive(Clone, Copy, Debug)]
pub struct Grouped {
    /// The slot of the code.
    pub code: i32,
    /// So many of each code.
    pub most: i64,
    /// So many in all.
    pub limit: i64,
    /// So many pairs of codes that mean the same are followed; beyond, it is too much.
    pub most_pairs: i64,
}

/// The latest resources of each code, those of a code together and the latest first; none where more pairs of codes mean the same than are
/// followed. Codes of one resource mean the same, and so do those that mean the same as another one. What has no code is told apart by its
/// text, as it is written.
///
/// # Errors
/// When the database fails.
pub async fn last_of_each(
    connection: &mut Connection,
    wanted: &Wanted<'_>,
    grouped: Grouped,
) -> Result<Option<Vec<Head>>, StorageError> {
    let Some(means) = meanings(connection, wanted, grouped).await? else { return Ok(None) };
    let mut statement = matching(wanted);
    let code = statement.push(Parameter::Integer(grouped.code));
    let values = statement.push(Parameter::Numbers(means.keys().map(|(value, _)| *value).collect()));
    let systems = statement.push(Parameter::Integers(means.keys().map(|(_, system)| *system).collect()));
    let others = statement.push(Parameter::Numbers(means.values().map(|(value, _)| *value).collect()));
    let other_systems =
        statement.push(Parameter::Integers(means.values().map(|(_, system)| *system).collect()));
    let most = statement.push(Parameter::Number(grouped.most));
    let limit = statement.push(Parameter::Number(grouped.limit));
    statement.push_sql(&format!(
        "), meaning AS MATERIALIZED (
            SELECT * FROM unnest({values}::bigint[], {systems}::integer[], {others}::bigint[], {other_systems}::integer[])
                AS g (value, qualifier, means, means_qualifier)
        ), coded AS MATERIALIZED (
            SELECT DISTINCT m.ordinal, coalesce(g.means, c.value) AS value, coalesce(g.means_qualifier, c.qualifier) AS qualifier
            FROM matching m
            JOIN resource_term c ON c.tenant = $1 AND c.ordinal = m.ordinal AND c.slot = {code} AND c.value <> 0
            LEFT JOIN meaning g ON g.value = c.value AND g.qualifier = c.qualifier
        ), named AS (
            SELECT ordinal, value, qualifier, NULL AS words FROM coded
            UNION ALL
            SELECT m.ordinal, NULL, NULL, coalesce(r.body::json #>> '{{code,text}}', r.body::json #>> '{{code,coding,0,display}}')
            FROM matching m JOIN resource r ON r.tenant = $1 AND r.ordinal = m.ordinal
            WHERE m.ordinal NOT IN (SELECT ordinal FROM coded)
        ), placed AS (
            SELECT n.*, row_number() OVER (
                PARTITION BY n.value, n.qualifier, n.words COLLATE \"C\" ORDER BY r.moment DESC, r.ordinal DESC) AS place
            FROM named n JOIN resource r ON r.tenant = $1 AND r.ordinal = n.ordinal
        ), chosen AS (
            SELECT ordinal, value, qualifier, words FROM placed WHERE place <= {most}
        )
        SELECT r.id, r.version AS number, coalesce(octet_length(r.body), 0)::bigint AS size_bytes
        FROM chosen p JOIN resource r ON r.tenant = $1 AND r.ordinal = p.ordinal
        ORDER BY p.value, p.qualifier, p.words COLLATE \"C\", r.moment DESC, r.ordinal DESC LIMIT {limit}"
    ));
    Ok(Some(load(statement, connection).await?))
}

/// The beginning of a statement that has the ordinals of all that match as `matching`; it goes on behind the condition.
fn matching<'a>(wanted: &'a Wanted<'a>) -> Statement<'a> {
    let base = Base::of(wanted, &[]);
    let mut statement = Statement::composed(
        "WITH matching AS MATERIALIZED (SELECT t.ordinal ".to_owned(),
        vec![Parameter::Number(wanted.tenant.number())],
    );
    statement.push_sql(base.sql());
    base.push_conditions(&mut statement, "");
    statement
}

#[derive(QueryableByName)]
struct Pair {
    #[diesel(sql_type = BigInt)]
    value: i64,
    #[diesel(sql_type = Integer)]
    qualifier: i32,
    #[diesel(sql_type = BigInt)]
    other: i64,
    #[diesel(sql_type = Integer)]
    other_qualifier: i32,
}

/// What stands for each code that means the same as others. Each code of a resource is paired with its first alone: so there are no more pairs
/// than codes, however many a resource has.
async fn meanings(
    connection: &mut Connection,
    wanted: &Wanted<'_>,
    grouped: Grouped,
) -> Result<Option<BTreeMap<Code, Code>>, StorageError> {
    let mut statement = matching(wanted);
    let code = statement.push(Parameter::Integer(grouped.code));
    let limit = statement.push(Parameter::Number(grouped.most_pairs.saturating_add(1)));
    statement.push_sql(&format!(
        "), coded AS (
            SELECT m.ordinal, c.value, c.qualifier,
                first_value(c.value) OVER of_one AS other, first_value(c.qualifier) OVER of_one AS other_qualifier
            FROM matching m
            JOIN resource_term c ON c.tenant = $1 AND c.ordinal = m.ordinal AND c.slot = {code} AND c.value <> 0
            WINDOW of_one AS (PARTITION BY m.ordinal ORDER BY c.value, c.qualifier)
        )
        SELECT DISTINCT value, qualifier, other, other_qualifier FROM coded
        WHERE (value, qualifier) <> (other, other_qualifier) LIMIT {limit}"
    ));
    let pairs: Vec<Pair> = load(statement, connection).await?;
    if i64::try_from(pairs.len()).is_ok_and(|count| count > grouped.most_pairs) {
        return Ok(None);
    }
    let both = |pair: &Pair| ((pair.value, pair.qualifier), (pair.other, pair.other_qualifier));
    Ok(Some(joined(pairs.iter().map(both))))
}

/// For each code that is in a pair, one that stands for all that mean the same, by way of whichever others.
fn joined(pairs: impl Iterator<Item = (Code, Code)>) -> BTreeMap<Code, Code> {
    let mut parents: BTreeMap<Code, Code> = BTreeMap::new();
    for (one, other) in pairs {
        let (one, other) = (root(&mut parents, one), root(&mut parents, other));
        parents.insert(one.max(other), one.min(other));
    }
    let codes: Vec<_> = parents.keys().copied().collect();
    codes.into_iter().map(|code| (code, root(&mut parents, code))).collect()
}

/// What stands for a code; the way there is shortened for whoever comes next.
fn root(parents: &mut BTreeMap<Code, Code>, code: Code) -> Code {
    let mut at = code;
    let mut passed = Vec::new();
    while let Some(next) = parents.get(&at).copied().filter(|next| *next != at) {
        passed.push(at);
        at = next;
    }
    for one in passed {
        parents.insert(one, at);
    }
    parents.entry(at).or_insert(at);
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_the_same_by_way_of_others_has_one_that_stands_for_it() {
        let of = |number: i64| (number, 7);
        let pairs = [(5, 3), (9, 8), (3, 8), (20, 21)].map(|(one, other)| (of(one), of(other)));
        let means = joined(pairs.into_iter());
        let expected = [(3, 3), (5, 3), (8, 3), (9, 3), (20, 20), (21, 20)];
        assert_eq!(means, expected.map(|(one, other)| (of(one), of(other))).into_iter().collect());
        let many = joined((1..50_000).map(|number| (of(number), of(number - 1))));
        assert!(many.values().all(|code| *code == of(0)), "a long way is no deep one");
    }
}
