//! Evaluating what was read. <http://hl7.org/fhirpath/N1/#operations>

use std::borrow::Cow;
use std::collections::HashSet;

use super::arithmetic::compute;
use super::compare::{equal, equivalent, order, same};
use super::context::{Context, Fault};
use super::expression::{Arithmetic, Literal, Operator, Term};
use super::functions::Call;
use super::item::Item;

/// What `$this`, `$index` and `$total` mean where a part stands, and what names are looked for in.
pub(super) struct Scope<'c, 'a> {
    pub(super) context: &'c Context<'a>,
    pub(super) this: Vec<Item<'a>>,
    pub(super) index: usize,
    pub(super) total: Vec<Item<'a>>,
}

impl<'c, 'a> Scope<'c, 'a> {
    /// The outermost scope.
    pub(super) fn of(context: &'c Context<'a>, focus: &Item<'a>) -> Self {
        Self { context, this: vec![focus.clone()], index: 0, total: Vec::new() }
    }

    /// The scope of one item of a list.
    pub(super) fn at(&self, item: &Item<'a>, index: usize) -> Self {
        Self { context: self.context, this: vec![item.clone()], index, total: self.total.clone() }
    }

    /// The scope of a whole list.
    pub(super) fn inside(&self, this: Vec<Item<'a>>) -> Self {
        Self { context: self.context, this, index: 0, total: self.total.clone() }
    }

    /// What a part comes to.
    pub(super) fn evaluate(&self, term: &Term) -> Result<Vec<Item<'a>>, Fault> {
        self.context.step(1)?;
        self.context.deeper(|| self.evaluated(term))
    }

    fn evaluated(&self, term: &Term) -> Result<Vec<Item<'a>>, Fault> {
        match term {
            Term::Nothing => Ok(Vec::new()),
            Term::Literal(literal) => {
                if let Literal::Text(text) = literal {
                    self.context.text(text.len())?;
                }
                Ok(vec![value(literal)])
            }
            Term::Variable(name) => self.variable(name),
            Term::This => Ok(self.this.clone()),
            Term::Index => Ok(vec![Item::Integer(i64::try_from(self.index).unwrap_or(i64::MAX))]),
            Term::Total => Ok(self.total.clone()),
            Term::Member(on, name) => self.member(on.as_deref(), name),
            Term::Call(on, function, arguments) => {
                let input = self.input(on.as_deref())?;
                self.context.step(input.len())?;
                function.call(Call { scope: self, input, arguments })
            }
            Term::At(on, at) => {
                let (items, at) = (self.evaluate(on)?, one(&self.evaluate(at)?)?.and_then(|at| at.integer()));
                let found =
                    at.and_then(|at| usize::try_from(at).ok()).and_then(|at| items.into_iter().nth(at));
                Ok(found.into_iter().collect())
            }
            Term::Binary(operator, left, right) => self.binary(*operator, left, right),
            Term::Negated(term) => self.negated(term),
            Term::Is(term, name) => {
                let items = self.evaluate(term)?;
                Ok(one(&items)?.map(|item| Item::Boolean(item.is_a(name))).into_iter().collect())
            }
            // Published expressions say `as` of several things, and mean those that are of the type.
            Term::As(term, name) => {
                Ok(self.evaluate(term)?.into_iter().filter(|item| item.is_a(name)).collect())
            }
        }
    }

    fn input(&self, on: Option<&Term>) -> Result<Vec<Item<'a>>, Fault> {
        on.map_or_else(|| Ok(self.this.clone()), |term| self.evaluate(term))
    }

    fn member(&self, on: Option<&Term>, name: &str) -> Result<Vec<Item<'a>>, Fault> {
        let mut found = Vec::new();
        // The first name may be the type of the focus.
        if on.is_none()
            && let [item @ Item::Node(node)] = self.this.as_slice()
            && (node.is_named(name) || (matches!(name, "Resource" | "DomainResource") && item.is_a(name)))
        {
            return Ok(self.this.clone());
        }
        for item in self.input(on)? {
            if let Item::Node(node) = item {
                node.members(name, &mut found);
            }
        }
        self.context.step(found.len())?;
        Ok(found)
    }

    fn variable(&self, name: &str) -> Result<Vec<Item<'a>>, Fault> {
        let text = |text: &'static str| Ok(vec![Item::Text(Cow::Borrowed(text))]);
        match name {
            "resource" => Ok(vec![self.context.resource.clone()]),
            "rootResource" => Ok(vec![self.context.root.clone()]),
            "context" => Ok(self
                .context
                .variables
                .get(name)
                .map_or_else(|| vec![self.context.resource.clone()], |item| vec![item.clone()])),
            "ucum" => text("http://unitsofmeasure.org"),
            "sct" => text("http://snomed.info/sct"),
            "loinc" => text("http://loinc.org"),
            _ => {
                if let Some(item) = self.context.variables.get(name) {
                    return Ok(vec![item.clone()]);
                }
                let url = |kind: &str, id: &str| {
                    Ok(vec![Item::Text(Cow::Owned(format!("http://hl7.org/fhir/{kind}/{id}")))])
                };
                match (name.strip_prefix("vs-"), name.strip_prefix("ext-")) {
                    (Some(id), _) => url("ValueSet", id),
                    (None, Some(id)) => url("StructureDefinition", id),
                    (None, None) => Err(Fault::UnknownVariable),
                }
            }
        }
    }

    fn negated(&self, term: &Term) -> Result<Vec<Item<'a>>, Fault> {
        let items = self.evaluate(term)?;
        let Some(item) = one(&items)? else { return Ok(Vec::new()) };
        let zero = match item.plain() {
            Some(Item::Quantity(_, unit)) => Item::Quantity(0.into(), unit),
            Some(_) | None => Item::Integer(0),
        };
        Ok(compute(self.context, Arithmetic::Subtract, &zero, item)?.into_iter().collect())
    }

    fn binary(&self, operator: Operator, left: &Term, right: &Term) -> Result<Vec<Item<'a>>, Fault> {
        let one_side = self.evaluate(left)?;
        if let Some(known) = self.decided(operator, &one_side)? {
            return Ok(vec![Item::Boolean(known)]);
        }
        let other = self.evaluate(right)?;
        self.context.step(one_side.len().saturating_mul(other.len()))?;
        let verdict = match operator {
            Operator::Compute(operator) => {
                let (Some(one), Some(other)) = (one(&one_side)?, one(&other)?) else { return Ok(Vec::new()) };
                return Ok(compute(self.context, operator, one, other)?.into_iter().collect());
            }
            Operator::Concatenate => return joined(self.context, &one_side, &other),
            Operator::Union => return distinct(self.context, one_side.into_iter().chain(other)),
            Operator::Less => compared(&one_side, &other, |order| order.is_lt())?,
            Operator::Greater => compared(&one_side, &other, |order| order.is_gt())?,
            Operator::LessOrEqual => compared(&one_side, &other, |order| order.is_le())?,
            Operator::GreaterOrEqual => compared(&one_side, &other, |order| order.is_ge())?,
            Operator::Equal => equal(&one_side, &other),
            Operator::NotEqual => equal(&one_side, &other).map(|same| !same),
            Operator::Equivalent => Some(equivalent(&one_side, &other)),
            Operator::NotEquivalent => Some(!equivalent(&one_side, &other)),
            Operator::In => one(&one_side)?.map(|item| has(&other, item)),
            Operator::Contains => one(&other)?.map(|item| has(&one_side, item)),
            Operator::And => both(truth(&one_side)?, truth(&other)?),
            Operator::Or => both(truth(&one_side)?.map(|is| !is), truth(&other)?.map(|is| !is)).map(|is| !is),
            Operator::Xor => truth(&one_side)?.zip(truth(&other)?).map(|(one, other)| one != other),
            Operator::Implies => both(truth(&one_side)?, truth(&other)?.map(|is| !is)).map(|is| !is),
        };
        Ok(verdict.map(Item::Boolean).into_iter().collect())
    }

    /// What is known before the other side is looked at.
    fn decided(&self, operator: Operator, side: &[Item<'a>]) -> Result<Option<bool>, Fault> {
        let (settles, known) = if operator == Operator::And {
            (false, false)
        } else if operator == Operator::Or {
            (true, true)
        } else if operator == Operator::Implies {
            (false, true)
        } else {
            return Ok(None);
        };
        Ok((truth(side)? == Some(settles)).then_some(known))
    }
}

fn value<'a>(literal: &Literal) -> Item<'a> {
    match literal {
        Literal::Boolean(truth) => Item::Boolean(*truth),
        Literal::Integer(number) => Item::Integer(*number),
        Literal::Decimal(number) => Item::Decimal(*number),
        Literal::Text(text) => Item::Text(Cow::Owned(text.clone())),
        Literal::Date(text) => Item::Date(Cow::Owned(text.clone())),
        Literal::Time(text) => Item::Time(Cow::Owned(text.clone())),
        Literal::Quantity(number, unit) => Item::Quantity(*number, Cow::Owned(unit.clone())),
    }
}

/// The one thing, or none.
pub(super) fn one<'i, 'a>(items: &'i [Item<'a>]) -> Result<Option<&'i Item<'a>>, Fault> {
    match items {
        [] => Ok(None),
        [item] => Ok(Some(item)),
        _ => Err(Fault::Several),
    }
}

/// The truth value: one thing that is no truth value counts as true, for it is there.
pub(super) fn truth(items: &[Item<'_>]) -> Result<Option<bool>, Fault> {
    Ok(one(items)?.map(|item| if let Some(Item::Boolean(truth)) = item.plain() { truth } else { true }))
}

/// `and`, where one side may be unknown.
fn both(one: Option<bool>, other: Option<bool>) -> Option<bool> {
    match (one, other) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        (None, _) | (_, None) => None,
    }
}

fn compared(
    left: &[Item<'_>],
    right: &[Item<'_>],
    is: impl Fn(std::cmp::Ordering) -> bool,
) -> Result<Option<bool>, Fault> {
    let (Some(left), Some(right)) = (one(left)?, one(right)?) else { return Ok(None) };
    Ok(order(left, right).map(is))
}

fn joined<'a>(context: &Context<'a>, left: &[Item<'a>], right: &[Item<'a>]) -> Result<Vec<Item<'a>>, Fault> {
    let text = |items: &[Item<'a>]| Ok(one(items)?.and_then(super::functions::written).unwrap_or_default());
    let (left, right): (String, String) = (text(left)?, text(right)?);
    context.text(left.len().saturating_add(right.len()))?;
    Ok(vec![Item::Text(Cow::Owned(format!("{left}{right}")))])
}

/// Whether a list has an item like this.
pub(super) fn has(items: &[Item<'_>], item: &Item<'_>) -> bool {
    items.iter().any(|other| same(other, item) == Some(true))
}

/// Each thing once.
///
/// # Errors
/// Where there is too much to compare.
pub(super) fn distinct<'a>(
    context: &Context<'a>,
    items: impl Iterator<Item = Item<'a>>,
) -> Result<Vec<Item<'a>>, Fault> {
    let (mut kept, mut texts): (Vec<Item<'a>>, HashSet<Cow<'a, str>>) = (Vec::new(), HashSet::new());
    // Texts are many where anything is, and need not be compared with each other one by one.
    let mut others = Vec::new();
    for item in items {
        match item.plain() {
            Some(Item::Text(text)) if !texts.insert(text.clone()) => continue,
            Some(Item::Text(_)) => {}
            Some(_) | None => {
                context.step(others.len())?;
                if has(&others, &item) {
                    continue;
                }
                others.push(item.clone());
            }
        }
        kept.push(item);
    }
    Ok(kept)
}
