//! Rows as Apache Parquet, a group of rows at a time. <https://parquet.apache.org/docs/file-format/>
//!
//! Types are those that SQL on FHIR gives them in SQL: numbers of 32 and 64 bits and truth values are themselves, an instant is a
//! timestamp in UTC, base64 is its bytes; a decimal is text with all its digits, and so are dates and times, whose precision differs from
//! value to value. What has elements in it is JSON.
//! <https://sql-on-fhir.org/ig/StructureDefinition-ViewDefinition.html#default-type-mappings>

use std::fmt::Write as _;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::{Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::DateTime;
use parquet::basic::Compression;
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::parser::parse_message_type;

use super::TableFault;
use crate::fhir::view::{Cell, Column, Kind, Row};

/// A group has so many rows, or fewer where they take so many bytes.
const ROWS_A_GROUP: usize = 20_000;
const BYTES_A_GROUP: usize = 16 * 1024 * 1024;
/// So many columns of groups there may be in all: the end of the file tells of each, and is kept in memory until then.
const MOST_ENTRIES: usize = 500_000;

/// Rows in Parquet.
pub(super) struct Parquet {
    columns: Vec<Column>,
    waiting: Vec<Row>,
    waiting_bytes: usize,
    pub(super) most_entries: usize,
    writer: SerializedFileWriter<Sink>,
    sink: Sink,
}

/// What was written and not taken yet; the writer has one end of it.
#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Sink {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The schema, in the words of Parquet. Names of columns are letters, digits and underscores.
fn schema(columns: &[Column]) -> String {
    let mut text = "message view {\n".to_owned();
    for Column { name, kind, collection, .. } in columns {
        let (physical, logical) = match kind {
            Kind::Boolean => ("BOOLEAN", ""),
            Kind::Integer => ("INT32", ""),
            Kind::Integer64 => ("INT64", ""),
            Kind::Instant => ("INT64", " (TIMESTAMP(MICROS,true))"),
            Kind::Bytes => ("BYTE_ARRAY", ""),
            Kind::Complex(_) => ("BYTE_ARRAY", " (JSON)"),
            Kind::Decimal | Kind::Text | Kind::Unsaid => ("BYTE_ARRAY", " (UTF8)"),
        };
        // Into a text, nothing fails.
        let _: Result<(), _> = if *collection {
            writeln!(
                text,
                "OPTIONAL group {name} (LIST) {{ REPEATED group list {{ OPTIONAL {physical} element{logical}; }} }}"
            )
        } else {
            writeln!(text, "OPTIONAL {physical} {name}{logical};")
        };
    }
    text.push('}');
    text
}

impl Parquet {
    pub(super) fn begin(columns: &[Column]) -> Result<Self, TableFault> {
        let schema = Arc::new(parse_message_type(&schema(columns))?);
        // Statistics and indexes of each column of each group would be kept in memory until the end.
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_statistics_enabled(EnabledStatistics::None)
            .set_offset_index_disabled(true)
            .build();
        let sink = Sink::default();
        let writer = SerializedFileWriter::new(sink.clone(), schema, Arc::new(properties))?;
        Ok(Self {
            columns: columns.to_vec(),
            waiting: Vec::new(),
            waiting_bytes: 0,
            most_entries: MOST_ENTRIES,
            writer,
            sink,
        })
    }

    pub(super) fn push(&mut self, row: Row) -> Result<(), TableFault> {
        let bytes: usize = row.iter().map(Cell::size_bytes).sum();
        self.waiting_bytes = self.waiting_bytes.saturating_add(bytes);
        self.waiting.push(row);
        if self.waiting.len() >= ROWS_A_GROUP || self.waiting_bytes >= BYTES_A_GROUP {
            self.write_group()?;
        }
        Ok(())
    }

    pub(super) fn waiting_bytes(&self) -> usize {
        self.sink.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    pub(super) fn take(&self) -> Vec<u8> {
        self.sink.take()
    }

    pub(super) fn end(mut self) -> Result<Vec<u8>, TableFault> {
        self.write_group()?;
        self.writer.close()?;
        Ok(self.sink.take())
    }

    fn write_group(&mut self) -> Result<(), TableFault> {
        let rows = std::mem::take(&mut self.waiting);
        self.waiting_bytes = 0;
        if rows.is_empty() {
            return Ok(());
        }
        let groups = self.writer.flushed_row_groups().len().saturating_add(1);
        if groups.saturating_mul(self.columns.len()) > self.most_entries {
            return Err(TableFault::TooLarge);
        }
        let mut group = self.writer.next_row_group()?;
        for (at, column) in self.columns.iter().enumerate() {
            let Some(mut writer) = group.next_column()? else { break };
            let cells = Cells::of(column, rows.iter().filter_map(|row| row.get(at)))?;
            cells.write(column.kind, &mut writer)?;
            writer.close()?;
        }
        group.close()?;
        Ok(())
    }
}

/// The values of a column, with the levels that say where nothing is, and where a list begins.
struct Cells<'r> {
    values: Vec<&'r Cell>,
    definitions: Vec<i16>,
    repetitions: Option<Vec<i16>>,
}

impl<'r> Cells<'r> {
    fn of(column: &Column, cells: impl Iterator<Item = &'r Cell>) -> Result<Self, ParquetError> {
        let (mut values, mut definitions, mut repetitions) = (Vec::new(), Vec::new(), Vec::new());
        for cell in cells {
            if !matches!(cell, Cell::Null) && matches!(cell, Cell::List(_)) != column.collection {
                return Err(unfit());
            }
            let items = match cell {
                Cell::List(items) => items.as_slice(),
                Cell::Null => {
                    definitions.push(0);
                    repetitions.push(0);
                    continue;
                }
                single @ (Cell::Boolean(_)
                | Cell::Integer(_)
                | Cell::Decimal(_)
                | Cell::Text(_)
                | Cell::Element(_)) => {
                    definitions.push(1);
                    repetitions.push(0);
                    values.push(single);
                    continue;
                }
            };
            if items.is_empty() {
                definitions.push(1);
                repetitions.push(0);
            }
            for (at, item) in items.iter().enumerate() {
                repetitions.push(i16::from(at > 0));
                definitions.push(if matches!(item, Cell::Null) { 2 } else { 3 });
                values.extend((!matches!(item, Cell::Null)).then_some(item));
            }
        }
        Ok(Self { values, definitions, repetitions: column.collection.then_some(repetitions) })
    }

    fn write(self, kind: Kind, writer: &mut SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
        match kind {
            Kind::Boolean => self.batch::<BoolType>(writer, boolean),
            Kind::Integer => self.batch::<Int32Type>(writer, |cell| {
                integer(cell)?.try_into().map_err(|_| ParquetError::General("more than 32 bits".to_owned()))
            }),
            Kind::Integer64 => self.batch::<Int64Type>(writer, integer),
            Kind::Instant => self.batch::<Int64Type>(writer, micros),
            Kind::Bytes => self.batch::<ByteArrayType>(writer, bytes),
            Kind::Decimal | Kind::Text | Kind::Complex(_) | Kind::Unsaid => {
                self.batch::<ByteArrayType>(writer, |cell| Ok(ByteArray::from(cell.text().into_bytes())))
            }
        }
    }

    fn batch<T: DataType>(
        self,
        writer: &mut SerializedColumnWriter<'_>,
        value: impl Fn(&Cell) -> Result<T::T, ParquetError>,
    ) -> Result<(), ParquetError> {
        let values = self.values.into_iter().map(value).collect::<Result<Vec<_>, _>>()?;
        writer.typed::<T>().write_batch(&values, Some(&self.definitions), self.repetitions.as_deref())?;
        Ok(())
    }
}

fn unfit() -> ParquetError {
    ParquetError::General("a value is not of the column's type".to_owned())
}

fn boolean(cell: &Cell) -> Result<bool, ParquetError> {
    if let Cell::Boolean(is) = cell { Ok(*is) } else { Err(unfit()) }
}

fn integer(cell: &Cell) -> Result<i64, ParquetError> {
    if let Cell::Integer(number) = cell { Ok(*number) } else { Err(unfit()) }
}

fn micros(cell: &Cell) -> Result<i64, ParquetError> {
    let at = DateTime::parse_from_rfc3339(&cell.text()).map_err(|_| unfit())?;
    Ok(at.timestamp_micros())
}

fn bytes(cell: &Cell) -> Result<ByteArray, ParquetError> {
    let text: String = cell.text().split_whitespace().collect();
    STANDARD.decode(text).map(ByteArray::from).map_err(|_| unfit())
}
