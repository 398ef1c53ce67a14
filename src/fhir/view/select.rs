//! The selects of a view: which columns, of what.

use super::Path;
use super::cell::{Cell, Row};
use super::column::Column;

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

    /// The row of nothing.
    pub(super) fn row_of_nothing(&self) -> Row {
        let cell = |column: &Column| if column.counts { Cell::Integer(0) } else { Cell::Null };
        self.all_columns().into_iter().map(cell).collect()
    }
}
