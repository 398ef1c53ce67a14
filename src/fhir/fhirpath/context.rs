//! What an expression may refer to beside its focus, and how much it may take.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::time::Instant;

use chrono::{DateTime, Utc};
use regex::{Regex, RegexBuilder};

use super::item::Item;

/// So many steps one evaluation may take.
const MOST_STEPS: u32 = 200_000;
/// So many all evaluations of one walk over a resource may take together.
const MOST_IN_ALL: u64 = 5_000_000;
/// So deep may parts be evaluated within parts.
const DEEPEST: u32 = 200;
/// Longer texts are not made.
const LONGEST_TEXT: usize = 1 << 20;
/// So many bytes of a text are another step.
const BYTES_A_STEP: usize = 64;
/// After so many steps it is looked whether there is time left.
const STEPS_A_LOOK: u32 = 256;
/// A pattern may not need more memory than this once it is compiled.
const LARGEST_PATTERN: usize = 1 << 20;
/// So many patterns are kept.
const MOST_PATTERNS: usize = 100;

/// Why an expression comes to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// One thing was needed, and there were several.
    #[error("one item was needed and there are several")]
    Several,
    /// A variable that is not known.
    #[error("a variable is not known")]
    UnknownVariable,
    /// An operator or a function cannot take what it was given.
    #[error("an operator or a function was given what it cannot take")]
    WrongType,
    /// It would take too much.
    #[error("the expression takes too many steps")]
    TooCostly,
    /// The time for it is over.
    #[error("the expression takes too long")]
    TooLate,
}

/// What all parts of an expression share.
#[derive(Debug)]
pub struct Context<'a> {
    /// The resource that the focus stands in: `%resource`.
    pub resource: Item<'a>,
    /// The resource that contains that one, or that one: `%rootResource`.
    pub root: Item<'a>,
    /// The present time.
    pub now: DateTime<Utc>,
    /// Further variables, by their names without the sign.
    pub variables: HashMap<String, Item<'a>>,
    steps: Cell<u32>,
    all: Cell<u64>,
    depth: Cell<u32>,
    /// When the time for all of it is over, and at which step that was looked at.
    end: Option<Instant>,
    looked: Cell<u32>,
    patterns: RefCell<HashMap<String, Regex>>,
}

impl<'a> Context<'a> {
    /// A context without further variables.
    #[must_use]
    pub fn of(resource: Item<'a>, root: Item<'a>, now: DateTime<Utc>) -> Self {
        Self {
            resource,
            root,
            now,
            variables: HashMap::new(),
            steps: Cell::new(0),
            all: Cell::new(0),
            depth: Cell::new(0),
            end: None,
            looked: Cell::new(0),
            patterns: RefCell::default(),
        }
    }

    /// The same, for evaluations that must end by then: what goes on is broken off with [`Fault::TooLate`].
    #[must_use]
    pub fn until(self, end: Instant) -> Self {
        Self { end: Some(end), ..self }
    }

    /// Forgets the steps that were taken: what follows is another evaluation.
    pub fn again(&self) {
        self.looked.set(0);
        self.all.set(self.all.get().saturating_add(u64::from(self.steps.replace(0))));
    }

    /// Counts so many steps.
    ///
    /// # Errors
    /// When there were too many, or the time is over.
    pub fn step(&self, count: usize) -> Result<(), Fault> {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        self.steps.set(self.steps.get().saturating_add(count));
        let in_all = self.all.get().saturating_add(u64::from(self.steps.get()));
        self.look()?;
        if self.steps.get() <= MOST_STEPS && in_all <= MOST_IN_ALL { Ok(()) } else { Err(Fault::TooCostly) }
    }

    /// Looks now and then whether there is time left.
    fn look(&self) -> Result<(), Fault> {
        let Some(end) = self.end else { return Ok(()) };
        let steps = self.steps.get();
        if steps.saturating_sub(self.looked.get()) < STEPS_A_LOOK {
            return Ok(());
        }
        self.looked.set(steps);
        if Instant::now() > end { Err(Fault::TooLate) } else { Ok(()) }
    }

    /// Counts a text that is made: it takes time and memory by its length.
    pub(super) fn text(&self, length: usize) -> Result<(), Fault> {
        if length > LONGEST_TEXT { Err(Fault::TooCostly) } else { self.step(length / BYTES_A_STEP) }
    }

    /// Goes one part deeper while something is evaluated.
    pub(super) fn deeper<T>(&self, evaluate: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
        let depth = self.depth.get();
        if depth >= DEEPEST {
            return Err(Fault::TooCostly);
        }
        self.depth.set(depth.saturating_add(1));
        let made = evaluate();
        self.depth.set(depth);
        made
    }

    /// A compiled pattern. Whatever it is, it takes time in proportion to the text that it looks at.
    pub(super) fn pattern(&self, written: &str) -> Result<Regex, Fault> {
        if let Some(pattern) = self.patterns.borrow().get(written) {
            return Ok(pattern.clone());
        }
        self.step(1_000)?;
        let builder = |pattern: &str| {
            RegexBuilder::new(pattern).size_limit(LARGEST_PATTERN).dot_matches_new_line(true).build()
        };
        // `\/` is no escape here, and published patterns have it.
        let pattern = builder(written)
            .or_else(|_| builder(&written.replace("\\/", "/")))
            .map_err(|_| Fault::WrongType)?;
        if self.patterns.borrow().len() < MOST_PATTERNS {
            self.patterns.borrow_mut().insert(written.to_owned(), pattern.clone());
        }
        Ok(pattern)
    }
}
