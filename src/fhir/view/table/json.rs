//! Rows as JSON objects, with a member for each column.

use crate::fhir::view::{Column, Row};

/// Rows in an array, or one a line.
pub(super) struct Json {
    /// Each with its colon, as it is written.
    names: Vec<String>,
    is_array: bool,
    any: bool,
    pub(super) written: Vec<u8>,
}

impl Json {
    pub(super) fn array(columns: &[Column]) -> Self {
        Self { is_array: true, written: b"[".to_vec(), ..Self::lines(columns) }
    }

    pub(super) fn lines(columns: &[Column]) -> Self {
        // Names are letters, digits and underscores.
        let names = columns.iter().map(|column| format!("\"{}\":", column.name)).collect();
        Self { names, is_array: false, any: false, written: Vec::new() }
    }

    pub(super) fn push(&mut self, row: &Row) {
        if self.is_array && self.any {
            self.written.push(b',');
        }
        self.any = true;
        self.written.push(b'{');
        for (at, (name, cell)) in self.names.iter().zip(row).enumerate() {
            if at > 0 {
                self.written.push(b',');
            }
            self.written.extend_from_slice(name.as_bytes());
            self.written.extend_from_slice(cell.json().to_string().as_bytes());
        }
        self.written.push(b'}');
        if !self.is_array {
            self.written.push(b'\n');
        }
    }

    pub(super) fn end(mut self) -> Vec<u8> {
        if self.is_array {
            self.written.push(b']');
        }
        self.written
    }
}
