//! The selects of a view: which columns, of what.

use std::iter::Copied;
use std::slice::Iter;

use super::Path;
use super::cell::Row;
use super::column::{Column, Kind};
use crate::fhir::outcome::Issue;

/// A select.
#[derive(Debug)]
pub(super) struct Select {
    /// What it has rows of.
    pub over: Over,
    /// Its own columns.
    pub columns: Vec<(Column, Path)>,
    /// The selects in it, whose rows are joined with each other, each with each.
    pub selects: Vec<Self>,
    /// Selects of the same columns, whose rows come one after another.
    pub union: Vec<Self>,
}

/// What a select has rows of.
#[derive(Debug)]
pub(super) enum Over {
    /// What is around it.
    Here,
    /// Each item that an expression comes to.
    Each(Path),
    /// The same, and nothing where there is none.
    EachOrNothing(Path),
    /// Each item that expressions come to, and that they come to of those again.
    Repeat(Vec<Path>),
}

impl Select {
    /// All columns, in their order: its own, those of the selects in it, those of the union.
    pub(super) fn all_columns(&self) -> Vec<&Column> {
        let own = self.columns.iter().map(|(column, _)| column);
        let within = self.selects.iter().chain(self.union.first()).flat_map(Self::all_columns);
        own.chain(within).collect()
    }

    /// Gives the columns these types, in the order of [`Self::all_columns`]; those of all parts of a union the same.
    pub(super) fn set_kinds(&mut self, kinds: &mut Copied<Iter<'_, Kind>>) {
        for ((column, _), kind) in self.columns.iter_mut().zip(kinds.by_ref()) {
            column.kind = kind;
        }
        for select in &mut self.selects {
            select.set_kinds(kinds);
        }
        let of_union = kinds.clone();
        for part in &mut self.union {
            *kinds = of_union.clone();
            part.set_kinds(kinds);
        }
    }

    /// The row of nothing.
    ///
    /// # Errors
    /// When a column that counts has a type that no number has.
    pub(super) fn row_of_nothing(&self) -> Result<Row, Issue> {
        self.all_columns().into_iter().map(Column::of_nothing).collect()
    }
}
