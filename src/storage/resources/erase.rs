//! Erasing resources for good: every version and every search row.

use diesel::QueryableByName;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;

use crate::storage::address::address;
use crate::storage::statement::{Parameter, Statement};
use crate::storage::{Connection, StorageError, TenantId};

/// Type and id of a resource.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, QueryableByName)]
pub struct Address {
    /// Resource type.
    #[diesel(sql_type = Text)]
    pub type_: String,
    /// Logical id.
    #[diesel(sql_type = Text)]
    pub id: String,
}

/// The resources of which any version, current or not, names one of these. With types, only resources of these.
///
/// It reads every version of the tenant, or of the types: what was deleted is in no search row.
///
/// # Errors
/// When the database fails.
pub async fn naming(
    connection: &mut Connection,
    tenant: TenantId,
    named: &[Address],
    types: Option<&[&str]>,
) -> Result<Vec<Address>, StorageError> {
    const SQL: &str = "
        SELECT DISTINCT v.type AS type_, v.id FROM (
            SELECT type, id, body FROM resource WHERE tenant = $1 AND body IS NOT NULL
            UNION ALL
            SELECT type, id, body FROM resource_history WHERE tenant = $1 AND body IS NOT NULL
        ) v WHERE v.body ~ $2";
    const OF_TYPES: &str = "
        SELECT DISTINCT v.type AS type_, v.id FROM (
            SELECT type, id, body FROM resource WHERE tenant = $1 AND type = ANY ($3) AND body IS NOT NULL
            UNION ALL
            SELECT type, id, body FROM resource_history WHERE tenant = $1 AND type = ANY ($3) AND body IS NOT NULL
        ) v WHERE v.body ~ $2";
    if named.is_empty() {
        return Ok(Vec::new());
    }
    let pattern = pattern(named);
    let mut parameters = vec![Parameter::Number(tenant.number()), Parameter::Text(&pattern)];
    let statement = match types {
        None => Statement::fixed(SQL, parameters),
        Some(types) => {
            parameters.push(Parameter::Texts(types.to_vec()));
            Statement::fixed(OF_TYPES, parameters)
        }
    };
    Ok(statement.load(connection).await?)
}

/// A regular expression for references to these. Ids are made of letters, digits, hyphens and dots.
fn pattern(named: &[Address]) -> String {
    let alternatives: Vec<_> =
        named.iter().map(|Address { type_, id }| format!("{type_}/{}", id.replace('.', "[.]"))).collect();
    format!("[\"/]({})([^A-Za-z0-9.-]|$)", alternatives.join("|"))
}

/// Erases resources, and of the `shortened` ones all versions but the current.
///
/// # Errors
/// When the database fails.
pub async fn erase(
    connection: &mut Connection,
    erased: &[Address],
    shortened: &[Address],
) -> Result<(), StorageError> {
    const SQL: &str = "SELECT erase_versions($1, $2)";
    let numbers = |all: &[Address]| all.iter().map(|Address { type_, id }| address(type_, id)).collect();
    let parameters = vec![Parameter::Numbers(numbers(erased)), Parameter::Numbers(numbers(shortened))];
    Statement::fixed(SQL, parameters).execute(connection).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_ends_where_the_id_ends() {
        let named = [("Encounter", "a.1"), ("Observation", "b")];
        let named = named.map(|(type_, id)| Address { type_: type_.to_owned(), id: id.to_owned() });
        let pattern = regex::Regex::new(&pattern(&named)).unwrap();
        for text in [r#""Encounter/a.1""#, "http://h/fhir/Observation/b/_history/1", r#""Observation/b""#] {
            assert!(pattern.is_match(text), "{text}");
        }
        for text in
            [r#""Encounter/a.12""#, r#""Encounter/ax1""#, r#""MyObservation/b""#, r#""Observation/b-2""#]
        {
            assert!(!pattern.is_match(text), "{text}");
        }
    }
}
