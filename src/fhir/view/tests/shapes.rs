//! Unions, and rows of nothing: which columns they have, and of which types.

use serde_json::{Value, json};

use super::{column, patient, rows, table, view};
use crate::fhir::view::{Kind, View};

#[test]
fn a_type_that_one_part_of_a_union_says_is_that_of_all() {
    let typed = |path: &str| json!({ "name": "b", "path": path, "type": "integer" });
    let parts = |last: Value| {
        json!([{ "unionAll": [
        { "column": [column("a", "id")], "select": [{ "unionAll": [{ "column": [column("b", "1")] }, { "column": [column("b", "4.0 / 2.0")] }] }] },
        { "column": [column("a", "gender")], "select": [{ "column": [last] }] },
    ] }])
    };
    let read = View::read(&view(&parts(typed("3")))).unwrap();
    assert_eq!(read.columns.iter().map(|one| one.kind).collect::<Vec<_>>(), [Kind::Unsaid, Kind::Integer]);
    assert_eq!(table(&parts(typed("3"))), [json!(["p", 1]), json!(["p", 2]), json!([null, 3])]);
    let wrong = json!([{ "unionAll": [{ "column": [column("b", "id")] }, { "column": [typed("3")] }] }]);
    assert_eq!(
        rows(&view(&wrong), &patient()).unwrap_err(),
        "ViewDefinition.select[0].unionAll[0].column[0].path: the column's type is integer, and the value is a text"
    );
}

#[test]
fn the_parts_of_a_union_come_one_after_another_and_last() {
    let union = json!([{
        "column": [column("id", "id")],
        "unionAll": [
            { "forEach": "name.given", "column": [column("word", "$this"), column("at", "%rowIndex")] },
            { "unionAll": [{ "column": [column("word", "birthDate"), column("at", "%rowIndex")] }] },
        ],
        "select": [{ "column": [column("active", "active")] }],
    }]);
    let row = |word: &str, at: u8| json!(["p", true, word, at]);
    assert_eq!(table(&union), [row("Ann", 0), row("Bea", 1), row("Annie", 2), row("1980-05", 0)]);
}

#[test]
fn the_row_of_nothing_has_its_columns_shapes() {
    let none = |kind: Value, collection: bool| {
        json!([{ "forEachOrNull": "photo", "column": [
        { "name": "at", "path": "%rowIndex", "type": kind, "collection": collection },
    ] }])
    };
    assert_eq!(table(&none(json!("integer"), false)), [json!([0])]);
    assert_eq!(table(&none(json!("string"), false)), [json!(["0"])]);
    assert_eq!(table(&none(json!("integer"), true)), [json!([[0]])]);
    assert_eq!(table(&none(json!("string"), true)), [json!([["0"]])]);
    assert_eq!(
        rows(&view(&none(json!("boolean"), false)), &patient()).unwrap_err(),
        "ViewDefinition.select[0].column[0].path: the column's type is boolean, and the value is a whole number"
    );
}
