//! FHIRPath over resources: what invariants, search topics and views are written in.
//! <http://hl7.org/fhirpath/N1/>, and what FHIR adds in <https://hl7.org/fhir/R4/fhirpath.html>
//!
//! An [`Expression`] is read once and evaluated often. Whoever may store definitions may write any expression, so that reading and
//! evaluating are bounded: in length, in depth, and in steps.

mod arithmetic;
mod compare;
mod context;
mod evaluate;
mod expression;
mod functions;
mod item;
mod literal;
mod navigate;
mod parse;
mod token;
mod types;

pub use context::{Context, Fault};
pub use expression::Expression;
pub use item::{Item, Kind, Node};
pub use token::NotUnderstood;

impl Expression {
    /// What the expression comes to, of an item.
    ///
    /// # Errors
    /// Where an operator or a function was given what it cannot take, and where it would take too many steps.
    pub fn evaluate<'a>(&self, context: &Context<'a>, focus: Item<'a>) -> Result<Vec<Item<'a>>, Fault> {
        evaluate::Scope::of(context, &focus).evaluate(&self.0)
    }

    /// The names of all variables in it, without their sign.
    #[must_use]
    pub fn variables(&self) -> Vec<&str> {
        let mut found = Vec::new();
        self.0.variables(&mut found);
        found
    }

    /// Whether it is this variable and nothing else.
    #[must_use]
    pub fn is_variable(&self, name: &str) -> bool {
        matches!(&self.0, expression::Term::Variable(own) if own == name)
    }

    /// Whether a rule holds of an item, as invariants ask. Nothing counts as yes: many published rules come to nothing where the
    /// element that they speak of is absent. One thing that is no truth value counts as yes too.
    ///
    /// # Errors
    /// As [`Self::evaluate`], and where it comes to several things.
    pub fn holds<'a>(&self, context: &Context<'a>, focus: Item<'a>) -> Result<bool, Fault> {
        Ok(evaluate::truth(&self.evaluate(context, focus)?)?.unwrap_or(true))
    }
}

#[cfg(test)]
mod tests;
