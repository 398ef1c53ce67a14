//! Pages made of lines, for the tests of the rules here.

use super::read;
use crate::inference::device::rows::{self, Cell};
use crate::inference::device::{DeviceKind, Value};
use crate::inference::number::real;
use crate::inference::ocr::{Line, Page, Quad};

/// A line: its text, left, top and height. Characters are half as wide as they are high.
pub type Placed<'a> = (&'a str, f32, f32, f32);

/// The rows of a page whose characters are so probable.
pub fn rows_read(lines: &[Placed<'_>], probability: f32) -> Vec<Vec<Cell>> {
    let line = |&(text, left, top, height): &Placed<'_>| Line {
        characters: text.chars().map(|character| (character, probability)).collect(),
        confidence: probability,
        second: Some(text.to_owned()),
        clear: true,
        judged: None,
        quad: Quad::upright(left, top, left + real(text.chars().count()) * height / 2.0, top + height),
    };
    let lines = lines.iter().map(line).collect();
    let (width, height) = (1200.0, 1600.0);
    rows::rows(&Page { width, height, turned: false, lines, unread: Vec::new(), left_out: Vec::new() })
}

/// The rows of a page that was read well.
pub fn rows(lines: &[Placed<'_>]) -> Vec<Vec<Cell>> {
    rows_read(lines, 0.99)
}

/// What a page says, a field a line.
pub fn said(kind: DeviceKind, lines: &[Placed<'_>]) -> String {
    let value = |value: &Value| match value {
        Value::Text(text) => text.clone(),
        Value::Number { digits, .. } => digits.clone(),
        Value::List(items) => items.join(" | "),
        Value::Flag(flag) => flag.to_string(),
    };
    let mut said: Vec<String> = read(&rows(lines), kind)
        .unwrap_or_default()
        .iter()
        .map(|one| format!("{:?}: {}", one.name, value(&one.value)))
        .collect();
    said.sort();
    said.join("\n")
}
