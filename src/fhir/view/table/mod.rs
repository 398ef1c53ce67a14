//! Rows as files: JSON, lines of JSON, CSV, Parquet. What is written is taken away piece by piece, so that a table takes no more memory
//! than its piece.

mod csv;
mod json;
mod parquet;

use super::{Column, Row};

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One JSON array of objects.
    Json,
    /// Lines of JSON objects.
    NdJson,
    /// Comma-separated values, with the names of the columns as the first line or without.
    Csv {
        /// Whether the names come first.
        header: bool,
    },
    /// Apache Parquet.
    Parquet,
}

/// Why a table could not be written.
#[derive(Debug, thiserror::Error)]
pub enum TableFault {
    /// The library refused it, which is a fault of ours.
    #[error("rows could not be written as Parquet: {0}")]
    Parquet(#[from] ::parquet::errors::ParquetError),
    /// Its columns and rows are too many for Parquet.
    #[error("the table has too many columns and rows for Parquet: the other formats have no such limit")]
    TooLarge,
}

/// A table that is being written.
pub struct Table(Writer);

enum Writer {
    Json(json::Json),
    Csv(Box<csv::Csv>),
    Parquet(Box<parquet::Parquet>),
}

impl Format {
    /// The format with this name, as `_format` names it.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "json" => Self::Json,
            "ndjson" => Self::NdJson,
            "csv" => Self::Csv { header: true },
            "parquet" => Self::Parquet,
            _ => return None,
        })
    }
}

impl Format {
    /// The name of the format.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::NdJson => "ndjson",
            Self::Csv { .. } => "csv",
            Self::Parquet => "parquet",
        }
    }
}

impl Table {
    /// Begins a table of these columns.
    ///
    /// # Errors
    /// When the library cannot write it.
    pub fn begin(format: Format, columns: &[Column]) -> Result<Self, TableFault> {
        Ok(Self(match format {
            Format::Json => Writer::Json(json::Json::array(columns)),
            Format::NdJson => Writer::Json(json::Json::lines(columns)),
            Format::Csv { header } => Writer::Csv(Box::new(csv::Csv::begin(columns, header))),
            Format::Parquet => Writer::Parquet(Box::new(parquet::Parquet::begin(columns)?)),
        }))
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When the library cannot write it, or the table is too large for its format.
    pub fn push(&mut self, row: Row) -> Result<(), TableFault> {
        match &mut self.0 {
            Writer::Json(json) => json.push(&row),
            Writer::Csv(csv) => csv.push(&row),
            Writer::Parquet(parquet) => parquet.push(row)?,
        }
        Ok(())
    }

    /// How many bytes wait to be taken.
    #[must_use]
    pub fn waiting_bytes(&self) -> usize {
        match &self.0 {
            Writer::Json(json) => json.written.len(),
            Writer::Csv(csv) => csv.written.len(),
            Writer::Parquet(parquet) => parquet.waiting_bytes(),
        }
    }

    /// Takes what was written since the last time.
    pub fn take(&mut self) -> Vec<u8> {
        match &mut self.0 {
            Writer::Json(json) => std::mem::take(&mut json.written),
            Writer::Csv(csv) => std::mem::take(&mut csv.written),
            Writer::Parquet(parquet) => parquet.take(),
        }
    }

    /// Ends the table, and takes the rest.
    ///
    /// # Errors
    /// When the library cannot write it, or the table is too large for its format.
    pub fn end(self) -> Result<Vec<u8>, TableFault> {
        match self.0 {
            Writer::Json(json) => Ok(json.end()),
            Writer::Csv(csv) => Ok(csv.written),
            Writer::Parquet(parquet) => parquet.end(),
        }
    }
}

#[cfg(test)]
mod tests;
