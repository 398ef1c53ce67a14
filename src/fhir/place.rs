//! Where in a resource the walk is, as FHIRPath.

use std::fmt;

/// A chain of steps on the stack; it becomes text only when there is an issue.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    parent: Option<&'a Place<'a>>,
    step: Step<'a>,
    pub(super) depth: u32,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Name(&'a str),
    Choice(&'a str, &'a str),
    Item(usize),
}

impl<'a> Place<'a> {
    pub(super) fn root(name: &'a str) -> Self {
        Self { parent: None, step: Step::Name(name), depth: 0 }
    }

    pub(super) fn name(&'a self, name: &'a str) -> Self {
        self.with(Step::Name(name))
    }

    /// A choice element in the type that was chosen.
    pub(super) fn choice(&'a self, name: &'a str, type_name: &'a str) -> Self {
        self.with(Step::Choice(name, type_name))
    }

    pub(super) fn item(&'a self, at: usize) -> Self {
        self.with(Step::Item(at))
    }

    fn with(&'a self, step: Step<'a>) -> Self {
        Self { parent: Some(self), step, depth: self.depth.saturating_add(1) }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(f)?;
        }
        match (self.step, self.parent) {
            (Step::Name(name), None) => f.write_str(name),
            (Step::Name(name), Some(_)) => write!(f, ".{name}"),
            (Step::Choice(name, type_name), _) => write!(f, ".{name}.ofType({type_name})"),
            (Step::Item(at), _) => write!(f, "[{at}]"),
        }
    }
}
