//! The functions that expressions may call, by their names. <http://hl7.org/fhirpath/N1/#functions>

mod bounds;
mod convert;
mod fhir;
mod lists;
mod numbers;
mod parts;
mod tests_of;
mod text;

use super::context::Fault;
use super::evaluate::{Scope, one};
use super::expression::Term;
use super::item::Item;
pub(super) use convert::written;

type Answer<'a> = Result<Vec<Item<'a>>, Fault>;
type Body = for<'c, 'a> fn(&Call<'c, 'a>) -> Answer<'a>;

/// A function.
#[derive(Clone, Copy, Debug)]
pub(super) struct Function(&'static Entry);

/// A function with its name, how many arguments it may have, and what it does.
#[derive(Debug)]
struct Entry {
    name: &'static str,
    least: usize,
    most: usize,
    body: Body,
}

const fn entry(name: &'static str, least: usize, most: usize, body: Body) -> Entry {
    Entry { name, least, most, body }
}

/// Functions whose argument names a type, so that they are read as operators are.
static OF_TYPES: [Entry; 3] =
    [entry("is", 1, 1, nothing), entry("as", 1, 1, nothing), entry("ofType", 1, 1, nothing)];

const TABLES: [&[Entry]; 8] = [
    &OF_TYPES,
    tests_of::TABLE,
    lists::TABLE,
    parts::TABLE,
    convert::TABLE,
    text::TABLE,
    numbers::TABLE,
    bounds::TABLE,
];

fn nothing<'a>(_: &Call<'_, 'a>) -> Answer<'a> {
    Ok(Vec::new())
}

impl Function {
    /// The function with this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        let mut all = TABLES.iter().copied().chain([fhir::TABLE]).flatten();
        all.find(|entry| entry.name == name).map(Self)
    }

    /// Whether its argument is the name of a type.
    pub(super) fn takes_type(self) -> bool {
        OF_TYPES.iter().any(|entry| entry.name == self.0.name)
    }

    /// Whether it asks for a type, and does not filter by one.
    pub(super) fn is_test(self) -> bool {
        self.0.name == "is"
    }

    /// Whether it may have so many arguments.
    pub(super) fn allows(self, arguments: usize) -> bool {
        (self.0.least..=self.0.most).contains(&arguments)
    }

    /// Calls it.
    pub(super) fn call<'a>(self, call: Call<'_, 'a>) -> Answer<'a> {
        (self.0.body)(&call)
    }
}

/// What a function is called with.
pub(super) struct Call<'c, 'a> {
    pub(super) scope: &'c Scope<'c, 'a>,
    pub(super) input: Vec<Item<'a>>,
    pub(super) arguments: &'c [Term],
}

impl<'a> Call<'_, 'a> {
    fn has_argument(&self) -> bool {
        !self.arguments.is_empty()
    }

    /// An argument that is one value for the whole input. What it names is looked for in what surrounds the call.
    fn argument(&self, at: usize) -> Answer<'a> {
        self.arguments.get(at).map_or_else(|| Ok(Vec::new()), |term| self.scope.evaluate(term))
    }

    fn integer(&self, at: usize) -> Result<Option<i64>, Fault> {
        Ok(one(&self.argument(at)?)?.and_then(Item::integer))
    }

    fn text(&self, at: usize) -> Result<Option<String>, Fault> {
        Ok(one(&self.argument(at)?)?.and_then(Item::text).map(std::borrow::Cow::into_owned))
    }

    /// The first argument, of each item.
    fn each(&self, item: &Item<'a>, index: usize) -> Answer<'a> {
        self.scope.context.step(self.scope.total.len().saturating_add(1))?;
        let scope = self.scope.at(item, index);
        self.arguments.first().map_or_else(|| Ok(Vec::new()), |term| scope.evaluate(term))
    }

    /// The one item of the input, as a value.
    fn single(&self) -> Result<Option<Item<'a>>, Fault> {
        Ok(one(&self.input)?.and_then(Item::plain))
    }
}

fn truth<'a>(is: bool) -> Answer<'a> {
    Ok(vec![Item::Boolean(is)])
}

fn whole<'a>(number: usize) -> Answer<'a> {
    Ok(vec![Item::Integer(i64::try_from(number).unwrap_or(i64::MAX))])
}
