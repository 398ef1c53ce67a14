//! Erasing resources for good: every version and every search row.

use std::collections::BTreeSet;

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
/// It reads every version of the tenant, or of the types: what was deleted is in no search row. All references of a version are told
/// by one expression, and held as values against the addresses: an expression with every address in it would take longer with each.
/// Of a Binary, what belongs to `data` is not looked at.
///
/// # Errors
/// When the database fails.
pub async fn naming(
    connection: &mut Connection,
    tenant: TenantId,
    named: &[Address],
    types: Option<&[&str]>,
) -> Result<Vec<Address>, StorageError> {
    const SQL: &str = r#"
        SELECT DISTINCT v.type AS type_, v.id FROM (
            SELECT type, id, body FROM resource WHERE tenant = $1 AND body IS NOT NULL
            UNION ALL
            SELECT type, id, body FROM resource_history WHERE tenant = $1 AND body IS NOT NULL
        ) v
        CROSS JOIN LATERAL regexp_matches(
            CASE v.type WHEN 'Binary' THEN split_part(substr(v.body, strpos(v.body, '"securityContext":')), '"data":"', 1)
                        ELSE v.body END,
            $2, 'g') AS reference (parts)
        JOIN unnest($3::text[]) AS named (address) ON named.address = reference.parts[1]"#;
    const OF_TYPES: &str = r#"
        SELECT DISTINCT v.type AS type_, v.id FROM (
            SELECT type, id, body FROM resource WHERE tenant = $1 AND type = ANY ($4) AND body IS NOT NULL
            UNION ALL
            SELECT type, id, body FROM resource_history WHERE tenant = $1 AND type = ANY ($4) AND body IS NOT NULL
        ) v
        CROSS JOIN LATERAL regexp_matches(
            CASE v.type WHEN 'Binary' THEN split_part(substr(v.body, strpos(v.body, '"securityContext":')), '"data":"', 1)
                        ELSE v.body END,
            $2, 'g') AS reference (parts)
        JOIN unnest($3::text[]) AS named (address) ON named.address = reference.parts[1]"#;
    if named.is_empty() {
        return Ok(Vec::new());
    }
    let pattern = pattern(named);
    let addresses: Vec<_> = named.iter().map(|Address { type_, id }| format!("{type_}/{id}")).collect();
    let mut parameters = vec![
        Parameter::Number(tenant.number()),
        Parameter::Text(&pattern),
        Parameter::Texts(addresses.iter().map(String::as_str).collect()),
    ];
    let statement = match types {
        None => Statement::fixed(SQL, parameters),
        Some(types) => {
            parameters.push(Parameter::Texts(types.to_vec()));
            Statement::fixed(OF_TYPES, parameters)
        }
    };
    Ok(statement.load(connection).await?)
}

/// A regular expression for references to resources of the types of these, which gives type and id. Ids are made of letters, digits,
/// hyphens and dots; it takes all there are, so that no id is found by its beginning.
fn pattern(named: &[Address]) -> String {
    let types: BTreeSet<_> = named.iter().map(|Address { type_, .. }| type_.as_str()).collect();
    let types: Vec<_> = types.into_iter().collect();
    format!("[\"/]((?:{})/[A-Za-z0-9.-]+)", types.join("|"))
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
        let named = [("Observation", "b"), ("Encounter", "a.1"), ("Observation", "c")];
        let named = named.map(|(type_, id)| Address { type_: type_.to_owned(), id: id.to_owned() });
        assert_eq!(pattern(&named), r#"["/]((?:Encounter|Observation)/[A-Za-z0-9.-]+)"#);
        let pattern = regex::Regex::new(&pattern(&named)).unwrap();
        let found = |text: &str| -> Vec<String> {
            pattern.captures_iter(text).map(|found| found[1].to_owned()).collect()
        };
        for (text, references) in [
            (r#""Encounter/a.1""#, vec!["Encounter/a.1"]),
            ("http://h/fhir/Observation/b/_history/1", vec!["Observation/b"]),
            (r#""Encounter/a.12""#, vec!["Encounter/a.12"]),
            (r#""Observation/b-2","Observation/c""#, vec!["Observation/b-2", "Observation/c"]),
            (r#""MyObservation/b""#, vec![]),
            (r#""Patient/b""#, vec![]),
        ] {
            assert_eq!(found(text), references, "{text}");
        }
    }
}
