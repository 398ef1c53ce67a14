//! Rows in every format, and what a reader of others makes of them.

use bytes::Bytes;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, RowAccessor};
use serde_json::{Value, json};

use super::parquet::Parquet;
use super::{Format, Table, TableFault};
use crate::fhir::view::{Cell, Row, View};

fn view() -> View {
    let column = |name: &str, kind: &str| json!({ "name": name, "path": "id", "type": kind });
    let columns = json!([
        column("id", "id"),
        column("on", "boolean"),
        column("few", "positiveInt"),
        column("many", "integer64"),
        column("part", "decimal"),
        column("at", "instant"),
        column("bytes", "base64Binary"),
        column("name", "HumanName"),
        { "name": "all", "path": "id", "type": "string", "collection": true },
    ]);
    View::read(&json!({ "resource": "Patient", "select": [{ "column": columns }] })).unwrap()
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

fn rows() -> Vec<Row> {
    vec![
        vec![
            text("a,\"b\"\nc"),
            Cell::Boolean(true),
            Cell::Integer(3),
            Cell::Integer(5_000_000_000),
            Cell::Decimal("1.50".to_owned()),
            text("2026-01-02T03:04:05.5+01:00"),
            text("aGk="),
            Cell::Element(json!({ "family": "Doe" })),
            Cell::List(vec![text("x"), Cell::Null, text("y")]),
        ],
        vec![
            text(""),
            Cell::Null,
            Cell::Null,
            Cell::Null,
            Cell::Null,
            Cell::Null,
            Cell::Null,
            Cell::Null,
            Cell::List(Vec::new()),
        ],
        vec![Cell::Null; 9],
    ]
}

fn written(format: Format, rows: Vec<Row>) -> Vec<u8> {
    let mut table = Table::begin(format, &view().columns).unwrap();
    let mut written = Vec::new();
    for row in rows {
        table.push(row).unwrap();
        assert!(table.waiting_bytes() < 1 << 20);
        // Piece by piece it is the same.
        written.append(&mut table.take());
    }
    written.append(&mut table.end().unwrap());
    written
}

#[test]
fn a_value_that_is_not_of_its_column_is_in_no_parquet() {
    let columns = view().columns;
    for (at, wrong) in [
        (0, Cell::List(vec![text("x")])),
        (1, text("true")),
        (2, Cell::Boolean(true)),
        (2, Cell::Integer(5_000_000_000)),
        (3, Cell::Decimal("1".to_owned())),
        (5, text("2026-01-02")),
        (6, text("%")),
        (8, text("x")),
    ] {
        let mut row = vec![Cell::Null; 9];
        row[at] = wrong.clone();
        let mut table = Table::begin(Format::Parquet, &columns).unwrap();
        table.push(row).unwrap();
        assert!(matches!(table.end(), Err(TableFault::Parquet(_))), "{at}: {wrong:?}");
    }
}

#[test]
fn a_parquet_whose_end_would_be_too_large_is_given_up() {
    let mut parquet = Parquet::begin(&view().columns).unwrap();
    parquet.most_entries = 20;
    // Two groups of nine columns are 18 entries, three are 27.
    for _ in 0..59_999 {
        parquet.push(vec![Cell::Null; 9]).unwrap();
    }
    assert!(matches!(parquet.push(vec![Cell::Null; 9]), Err(TableFault::TooLarge)));
}

#[test]
fn json_and_its_lines_have_every_column_of_every_row() {
    let array = String::from_utf8(written(Format::Json, rows())).unwrap();
    assert!(array.contains(r#""part":1.50,"#), "{array}");
    let read: Value = serde_json::from_str(&array).unwrap();
    assert_eq!(read[0]["many"], 5_000_000_000_i64);
    assert_eq!(read[0]["all"], json!(["x", null, "y"]));
    assert_eq!((&read[1]["all"], &read[2]["all"]), (&json!([]), &json!(null)));
    let lines = String::from_utf8(written(Format::NdJson, rows())).unwrap();
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(Value::Array(lines), read);
    assert_eq!(written(Format::Json, Vec::new()), b"[]");
    assert_eq!(written(Format::NdJson, Vec::new()), b"");
}

#[test]
fn csv_quotes_what_must_be_and_has_its_header_or_not() {
    let header = "id,on,few,many,part,at,bytes,name,all\n";
    let body = "\"a,\"\"b\"\"\nc\",true,3,5000000000,1.50,2026-01-02T03:04:05.5+01:00,aGk=,\"{\"\"family\"\":\"\"Doe\"\"}\",\"[\"\"x\"\",null,\"\"y\"\"]\"\n,,,,,,,,[]\n,,,,,,,,\n";
    let written = |header, rows| String::from_utf8(written(Format::Csv { header }, rows)).unwrap();
    assert_eq!(written(true, rows()), format!("{header}{body}"));
    assert_eq!(written(false, rows()), body);
    assert_eq!(written(true, Vec::new()), header);
}

#[test]
fn parquet_is_read_back_with_its_types() {
    let reader = SerializedFileReader::new(Bytes::from(written(Format::Parquet, rows()))).unwrap();
    let rows: Vec<_> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 3);
    let first = &rows[0];
    assert_eq!(first.get_string(0).unwrap(), "a,\"b\"\nc");
    assert_eq!((first.get_bool(1).unwrap(), first.get_int(2).unwrap()), (true, 3));
    assert_eq!((first.get_long(3).unwrap(), first.get_string(4).unwrap().as_str()), (5_000_000_000, "1.50"));
    assert_eq!(first.get_timestamp_micros(5).unwrap(), 1_767_319_445_500_000);
    assert_eq!(first.get_bytes(6).unwrap().data(), b"hi");
    let named = |at: usize, row: usize| rows[row].get_column_iter().nth(at).unwrap().1.clone();
    assert!(
        matches!(named(7, 0), Field::Str(text) if text == r#"{"family":"Doe"}"#)
            || matches!(named(7, 0), Field::Bytes(_))
    );
    assert_eq!(named(8, 0).to_string(), "[\"x\", null, \"y\"]");
    assert_eq!((named(8, 1).to_string().as_str(), named(8, 2)), ("[]", Field::Null));
    assert_eq!(
        (named(0, 1), named(0, 2), named(1, 2)),
        (Field::Str(String::new()), Field::Null, Field::Null)
    );
}

#[test]
fn many_rows_of_parquet_come_in_groups() {
    let row = |at: usize| {
        let mut row = vec![Cell::Null; 9];
        row[0] = text(&at.to_string());
        row
    };
    let mut table = Table::begin(Format::Parquet, &view().columns).unwrap();
    let (mut file, mut pieces) = (Vec::new(), 0);
    for at in 0..45_000 {
        table.push(row(at)).unwrap();
        let piece = table.take();
        pieces += usize::from(!piece.is_empty());
        file.extend(piece);
    }
    file.extend(table.end().unwrap());
    assert!(pieces >= 2, "it is not held back as a whole");
    let reader = SerializedFileReader::new(Bytes::from(file)).unwrap();
    assert_eq!(reader.metadata().num_row_groups(), 3);
    let last = reader.get_row_iter(None).unwrap().last().unwrap().unwrap();
    assert_eq!(last.get_string(0).unwrap(), "44999");
}
