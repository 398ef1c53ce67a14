//! Rows as CSV. <https://www.rfc-editor.org/rfc/rfc4180>
//!
//! Nothing is an empty field, and so is an empty text. What has several values or elements in it is JSON within its field.

use csv_core::{WriteResult, Writer};

use crate::fhir::view::{Cell, Column, Row};

/// The writer fills so many bytes at a time.
const BUFFER: usize = 1024;

/// Rows in CSV.
pub(super) struct Csv {
    writer: Writer,
    pub(super) written: Vec<u8>,
}

impl Csv {
    pub(super) fn begin(columns: &[Column], header: bool) -> Self {
        let mut csv = Self { writer: Writer::new(), written: Vec::new() };
        if header {
            csv.record(columns.iter().map(|column| column.name.clone()));
        }
        csv
    }

    pub(super) fn push(&mut self, row: &Row) {
        self.record(row.iter().map(Cell::text));
    }

    fn record(&mut self, fields: impl Iterator<Item = String>) {
        for (at, field) in fields.enumerate() {
            if at > 0 {
                self.write(|writer, buffer| writer.delimiter(buffer));
            }
            let mut rest = field.as_bytes();
            self.write(|writer, buffer| {
                let (result, read, written) = writer.field(rest, buffer);
                rest = rest.get(read..).unwrap_or_default();
                (result, written)
            });
        }
        self.write(|writer, buffer| writer.terminator(buffer));
    }

    /// Has the writer write until it is done.
    fn write(&mut self, mut some: impl FnMut(&mut Writer, &mut [u8]) -> (WriteResult, usize)) {
        let mut buffer = [0; BUFFER];
        loop {
            let (result, written) = some(&mut self.writer, &mut buffer);
            self.written.extend_from_slice(buffer.get(..written).unwrap_or_default());
            if matches!(result, WriteResult::InputEmpty) {
                return;
            }
        }
    }
}
