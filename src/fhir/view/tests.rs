//! Views over a few resources, refusals first.

use std::time::{Duration, Instant};

use chrono::{TimeZone, Utc};
use serde_json::{Value, json};

use super::{Cell, View};
use crate::fhir::outcome::IssueType;

mod shapes;

fn patient() -> Value {
    json!({
        "resourceType": "Patient",
        "id": "p",
        "active": true,
        "name": [
            { "use": "official", "family": "Doe", "given": ["Ann", "Bea"] },
            { "use": "usual", "given": ["Annie"] },
        ],
        "birthDate": "1980-05",
        "multipleBirthInteger": 2,
        "contact": [
            { "name": { "family": "Roe" }, "telecom": [{ "system": "phone", "value": "1" }, { "system": "email", "value": "r@x" }] },
            { "name": { "family": "Poe" } },
        ],
        "managingOrganization": { "reference": "Organization/o" },
    })
}

fn view(selects: &Value) -> Value {
    json!({ "resource": "Patient", "select": selects })
}

fn column(name: &str, path: &str) -> Value {
    json!({ "name": name, "path": path })
}

/// The code, place and text of all that is wrong with a view.
fn refused(view: &Value) -> Vec<(IssueType, String, String)> {
    let issues = View::read(view).map(|_| ()).unwrap_err();
    issues.into_iter().map(|one| (one.code, one.expression.unwrap_or_default(), one.diagnostics)).collect()
}

fn rows(view: &Value, resource: &Value) -> Result<Vec<Vec<Cell>>, String> {
    let view = View::read(view).unwrap_or_else(|issues| panic!("{issues:?}"));
    let now = Utc.with_ymd_and_hms(2026, 1, 2, 3, 4, 5).unwrap();
    let end = Instant::now() + Duration::from_secs(60);
    let rows = view.rows(resource, now, end);
    rows.map_err(|issue| format!("{}: {}", issue.expression.unwrap_or_default(), issue.diagnostics))
}

/// The rows as JSON, in the order of their columns.
fn table(selects: &Value) -> Vec<Value> {
    let rows = rows(&view(selects), &patient()).unwrap();
    rows.iter().map(|row| row.iter().map(Cell::json).collect()).collect()
}

#[test]
fn what_is_no_view_is_refused_with_its_place() {
    use IssueType::{
        BusinessRule, Duplicate, Invariant, NotFound, Required, Structure, TooCostly, Value as Wrong,
    };
    let id = json!([{ "column": [column("id", "id")] }]);
    let with = |name: &str, value: Value| {
        let mut whole = view(&id);
        whole[name] = value;
        whole
    };
    let select = |select: Value| view(&json!([select]));
    for (wrong, code, place) in [
        (json!({}), Required, "ViewDefinition"),
        (json!({ "select": id }), Required, "ViewDefinition"),
        (json!({ "resource": "Patient" }), Required, "ViewDefinition"),
        (json!({ "resourceType": "Patient" }), Structure, "ViewDefinition"),
        (with("resource", json!("Person2")), IssueType::CodeInvalid, "ViewDefinition.resource"),
        (with("resource", json!("DomainResource")), Wrong, "ViewDefinition.resource"),
        (with("name", json!("my table")), Wrong, "ViewDefinition.name"),
        (with("from", json!("x")), Structure, "ViewDefinition"),
        (with("where", json!([{ "path": "name." }])), Wrong, "ViewDefinition.where[0].path"),
        (with("constant", json!([{ "name": "a" }])), Required, "ViewDefinition.constant[0]"),
        (
            with("constant", json!([{ "name": "resource", "valueCode": "a" }])),
            BusinessRule,
            "ViewDefinition.constant[0].name",
        ),
        (
            with("constant", json!([{ "name": "a", "valueCode": "a" }, { "name": "a", "valueCode": "b" }])),
            Duplicate,
            "ViewDefinition.constant[1].name",
        ),
        (select(json!({ "forEach": "name" })), Required, "ViewDefinition.select[0]"),
        (
            select(json!({ "forEach": 1, "column": [column("a", "id")] })),
            Structure,
            "ViewDefinition.select[0].forEach",
        ),
        (
            select(json!({ "forEach": "@@", "column": [column("a", "id")] })),
            Wrong,
            "ViewDefinition.select[0].forEach",
        ),
        (
            select(json!({ "forEach": "name", "repeat": ["name"], "column": [column("a", "id")] })),
            Invariant,
            "ViewDefinition.select[0]",
        ),
        (
            select(json!({ "column": [column("a b", "id")] })),
            Wrong,
            "ViewDefinition.select[0].column[0].name",
        ),
        (
            select(json!({ "column": [column("a", "nofunction()")] })),
            Wrong,
            "ViewDefinition.select[0].column[0].path",
        ),
        (
            select(json!({ "column": [column("a", "%b")] })),
            NotFound,
            "ViewDefinition.select[0].column[0].path",
        ),
        (
            select(json!({ "column": [{ "name": "a", "path": "id", "type": "text" }] })),
            Wrong,
            "ViewDefinition.select[0].column[0].type",
        ),
        (
            select(json!({ "column": [column("a", "id")], "select": [{ "column": [column("a", "id")] }] })),
            Duplicate,
            "ViewDefinition.select[0].select[0].column[0].name",
        ),
        (
            select(
                json!({ "unionAll": [{ "column": [column("a", "id")] }, { "column": [column("b", "id")] }] }),
            ),
            BusinessRule,
            "ViewDefinition.select[0].unionAll[1]",
        ),
        (
            select(json!({ "unionAll": [
                { "column": [{ "name": "a", "path": "id", "type": "id" }] },
                { "column": [{ "name": "a", "path": "active", "type": "boolean" }] },
            ] })),
            BusinessRule,
            "ViewDefinition.select[0].unionAll[1]",
        ),
        (with("name", json!("a".repeat(129))), Wrong, "ViewDefinition.name"),
        (
            select(json!({ "column": [column(&"a".repeat(129), "id")] })),
            Wrong,
            "ViewDefinition.select[0].column[0].name",
        ),
        (
            with("constant", json!([{ "name": "a".repeat(129), "valueCode": "a" }])),
            Wrong,
            "ViewDefinition.constant[0].name",
        ),
        (
            select(json!({ "unionAll": [
                { "column": [column("a", "id")] },
                { "column": [{ "name": "a", "path": "active", "type": "boolean" }] },
                { "column": [{ "name": "a", "path": "id", "type": "id" }] },
            ] })),
            BusinessRule,
            "ViewDefinition.select[0].unionAll[2]",
        ),
    ] {
        let found = refused(&wrong);
        assert!(
            found.iter().any(|(own, at, _)| *own == code && at.starts_with(place)),
            "{wrong} gives {found:?}, not {code:?} at {place}"
        );
    }
    let mut deep = json!({ "column": [column("a", "id")] });
    for _ in 0..17 {
        deep = json!({ "select": [deep] });
    }
    assert_eq!(refused(&select(deep))[0].0, TooCostly);
    let many: Vec<_> = (0..1_001).map(|at| column(&format!("c{at}"), "id")).collect();
    assert_eq!(refused(&select(json!({ "column": many })))[0].0, TooCostly);
    let character = refused(&select(json!({ "column": [column("a", "name.where(")] })));
    assert!(character[0].2.contains("at character 11"), "{character:?}");
}

#[test]
fn what_does_not_fit_a_column_is_refused_with_its_place() {
    for (column, said) in [
        (
            json!({ "name": "a", "path": "name.given" }),
            "there are several values, and the column has no collection",
        ),
        (
            json!({ "name": "a", "path": "name.first()" }),
            "the value is no primitive, and the column has no type",
        ),
        (
            json!({ "name": "a", "path": "name.first()", "type": "Address" }),
            "the column's type is Address, and the value is no primitive or of another type",
        ),
        (
            json!({ "name": "a", "path": "id", "type": "HumanName" }),
            "the column's type is HumanName, and the value is a text",
        ),
        (
            json!({ "name": "a", "path": "id", "type": "boolean" }),
            "the column's type is boolean, and the value is a text",
        ),
        (
            json!({ "name": "a", "path": "active", "type": "integer" }),
            "the column's type is integer, and the value is a truth value",
        ),
        (json!({ "name": "a", "path": "3000000000", "type": "integer" }), "the number has more than 32 bits"),
        (
            json!({ "name": "a", "path": "1.5", "type": "integer" }),
            "the column's type is integer, and the value is a decimal",
        ),
        (
            json!({ "name": "a", "path": "birthDate", "type": "instant" }),
            "the column's type is instant, and the value is a text",
        ),
        (
            json!({ "name": "a", "path": "'%'", "type": "base64Binary" }),
            "the column's type is base64Binary, and the value is a text",
        ),
        (json!({ "name": "a", "path": "name.given + 'x'" }), "one item was needed and there are several"),
    ] {
        let told = rows(&view(&json!([{ "column": [column] }])), &patient()).unwrap_err();
        assert_eq!(told, format!("ViewDefinition.select[0].column[0].path: {said}"), "{column}");
    }
    for (path, said) in [("id", "the condition is no truth value"), ("name.given = name", "")] {
        let mut view = view(&json!([{ "column": [column("id", "id")] }]));
        view["where"] = json!([{ "path": path }]);
        let told = rows(&view, &patient());
        if said.is_empty() {
            assert_eq!(told, Ok(vec![]), "{path}");
        } else {
            assert_eq!(told, Err(format!("ViewDefinition.where[0].path: {said}")));
        }
    }
}

#[test]
fn what_would_take_too_much_is_given_up() {
    let letters = "x".repeat(90);
    let each = |name: &str| json!({ "forEach": format!("'{letters}'.toChars()"), "column": [column(name, "$this")] });
    let told = rows(&view(&json!([each("a"), each("b"), each("c")])), &patient()).unwrap_err();
    assert!(told.contains("makes more than 200000 rows"), "{told}");
    let again = json!([{ "repeat": ["$this"], "column": [column("a", "id")] }]);
    let told = rows(&view(&again), &patient()).unwrap_err();
    assert!(told.contains("too many steps") || told.contains("more than 100000 items"), "{told}");
    let long = json!([
        { "forEach": format!("'{letters}'.toChars()"), "column": [column("a", &format!("'{}'", letters.repeat(100)))] },
        each("b"),
    ]);
    let told = rows(&view(&long), &patient()).unwrap_err();
    assert!(told.contains("64 MB"), "{told}");
    let columns: Vec<_> = (0..700).map(|at| column(&format!("c{at}"), "%long")).collect();
    for select in [
        json!({ "column": columns }),
        json!({ "column": [
        { "name": "all", "path": format!("'{}'.toChars().select('{letters}'.toChars().select(%long))", "x".repeat(10)), "collection": true },
    ] }),
    ] {
        let mut wide = view(&json!([select]));
        wide["constant"] = json!([{ "name": "long", "valueString": "x".repeat(100_000) }]);
        let told = rows(&wide, &patient()).unwrap_err();
        assert!(told.contains("64 MB"), "{told}");
    }
    let late = View::read(&view(&json!([each("a"), each("b")]))).unwrap();
    let now = Utc.with_ymd_and_hms(2026, 1, 2, 3, 4, 5).unwrap();
    let told = late.rows(&patient(), now, Instant::now()).unwrap_err();
    assert_eq!(told.code, IssueType::TooCostly);
}

#[test]
fn a_resource_of_another_type_has_no_rows() {
    let view = view(&json!([{ "column": [column("id", "id")] }]));
    let other = json!({ "resourceType": "Person", "id": "x" });
    assert_eq!(rows(&view, &other), Ok(vec![]));
    assert_eq!(rows(&view, &json!({ "id": "x" })), Ok(vec![]));
}

#[test]
fn columns_have_their_values() {
    let columns = json!([{ "column": [
        column("id", "getResourceKey()"),
        { "name": "organization", "path": "managingOrganization.getReferenceKey(Organization)", "type": "string" },
        { "name": "active", "path": "active", "type": "http://hl7.org/fhir/StructureDefinition/boolean" },
        { "name": "birth", "path": "birthDate", "type": "date" },
        { "name": "twin", "path": "multipleBirth.ofType(integer)", "type": "integer" },
        { "name": "twin_text", "path": "multipleBirth.ofType(integer)", "type": "http://hl7.org/fhirpath/System.String" },
        { "name": "given", "path": "name.given", "collection": true, "type": "string" },
        { "name": "none", "path": "photo.title", "collection": true },
        { "name": "nothing", "path": "photo.title" },
        { "name": "contact", "path": "contact[1].name", "type": "HumanName" },
        { "name": "half", "path": "1.50", "type": "decimal" },
        { "name": "whole", "path": "4.0 / 2.0", "type": "integer" },
        { "name": "place", "path": "%rowIndex", "type": "integer" },
    ] }]);
    let expected = json!(["p", "o", true, "1980-05", 2, "2", ["Ann", "Bea", "Annie"], [], null, { "family": "Poe" }, 0, 2, 0]);
    let mut found = table(&columns);
    assert_eq!(found[0][10].to_string(), "1.50", "the digits are kept");
    found[0][10] = json!(0);
    assert_eq!(found, [expected]);
}

#[test]
fn constants_and_conditions_are_heeded() {
    let mut whole = view(&json!([{ "column": [column("family", "name.where(use = %use).family")] }]));
    whole["constant"] = json!([{ "name": "use", "valueCode": "official" }, { "name": "least", "valueDecimal": 1.5 },
        { "name": "from", "valueDate": "1970-01-01" }, { "name": "on", "valueBoolean": true }]);
    whole["where"] = json!([{ "path": "active = %on" }, { "path": "multipleBirth.ofType(integer) > %least" }, { "path": "birthDate > %from" }]);
    assert_eq!(rows(&whole, &patient()), Ok(vec![vec![Cell::Text("Doe".to_owned())]]));
    whole["where"] = json!([{ "path": "active" }, { "path": "deceased.ofType(boolean)" }]);
    assert_eq!(rows(&whole, &patient()), Ok(vec![]), "nothing is not true");
}

#[test]
fn selects_go_through_what_they_say() {
    let family = |over: &str| json!([{ "column": [column("id", "id")] }, { over: "contact", "column": [column("family", "name.family"), column("at", "%rowIndex")] }]);
    let both = [json!(["p", "Roe", 0]), json!(["p", "Poe", 1])];
    assert_eq!(table(&family("forEach")), both);
    assert_eq!(table(&family("forEachOrNull")), both);
    let none = |over: &str| json!([{ "column": [column("id", "id")] }, { over: "photo", "column": [column("title", "title"), column("at", "%rowIndex")] }]);
    assert_eq!(table(&none("forEach")), Vec::<Value>::new());
    assert_eq!(table(&none("forEachOrNull")), [json!(["p", null, 0])]);
    let nested = json!([{
        "forEach": "contact",
        "column": [column("family", "name.family"), column("contact", "%rowIndex")],
        "select": [{ "forEachOrNull": "telecom", "column": [column("value", "value"), column("telecom", "%rowIndex")] }],
    }]);
    assert_eq!(
        table(&nested),
        [json!(["Roe", 0, "1", 0]), json!(["Roe", 0, "r@x", 1]), json!(["Poe", 1, null, 0])]
    );
    let siblings = json!([
        { "forEach": "name.given", "column": [column("given", "$this")] },
        { "forEach": "contact", "column": [column("family", "name.family")] },
    ]);
    assert_eq!(table(&siblings).len(), 6, "each with each");
}

#[test]
fn repeat_goes_as_deep_as_there_is_anything() {
    let item = |id: &str, items: Value| json!({ "linkId": id, "item": items, "answer": [{ "item": [{ "linkId": format!("{id}a") }] }] });
    let response = json!({ "resourceType": "QuestionnaireResponse", "id": "q", "status": "completed",
        "item": [item("1", json!([item("1.1", json!([]))])), { "linkId": "2" }] });
    let asked = |repeat: Value| {
        let select =
            json!([{ "repeat": repeat, "column": [column("id", "linkId"), column("at", "%rowIndex")] }]);
        let view = json!({ "resource": "QuestionnaireResponse", "select": select });
        let rows = rows(&view, &response).unwrap();
        rows.iter().map(|row| format!("{}@{}", row[0].text(), row[1].text())).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(asked(json!(["item"])), "1@0 1.1@1 2@2");
    assert_eq!(asked(json!(["item", "answer.item"])), "1@0 1.1@1 1.1a@2 1a@3 2@4");
}
