//! An expression once it is read.

use rust_decimal::Decimal;

use super::functions::Function;

/// An expression that can be evaluated. [`Expression::parse`] reads it.
#[derive(Debug)]
pub struct Expression(pub(super) Term);

/// A part of an expression.
#[derive(Debug)]
pub(super) enum Term {
    /// `{}`.
    Nothing,
    /// A value.
    Literal(Literal),
    /// `%name`.
    Variable(String),
    /// `$this`.
    This,
    /// `$index`.
    Index,
    /// `$total`.
    Total,
    /// A member of what stands before it, or of the focus.
    Member(Option<Box<Self>>, String),
    /// A function of what stands before it, or of the focus.
    Call(Option<Box<Self>>, Function, Vec<Self>),
    /// The item at a place.
    At(Box<Self>, Box<Self>),
    /// An operator between two.
    Binary(Operator, Box<Self>, Box<Self>),
    /// A number with its sign turned.
    Negated(Box<Self>),
    /// Whether something is of a type.
    Is(Box<Self>, String),
    /// What of something is of a type.
    As(Box<Self>, String),
}

impl Term {
    /// Adds the names of all variables in it. How deep parts stand in parts is bounded where they are read.
    pub(super) fn variables<'t>(&'t self, found: &mut Vec<&'t str>) {
        match self {
            Self::Nothing | Self::Literal(_) | Self::This | Self::Index | Self::Total => {}
            Self::Variable(name) => found.push(name),
            Self::Member(on, _) => {
                if let Some(on) = on {
                    on.variables(found);
                }
            }
            Self::Call(on, _, arguments) => {
                for term in on.as_deref().into_iter().chain(arguments) {
                    term.variables(found);
                }
            }
            Self::At(one, other) | Self::Binary(_, one, other) => {
                one.variables(found);
                other.variables(found);
            }
            Self::Negated(term) | Self::Is(term, _) | Self::As(term, _) => term.variables(found),
        }
    }
}

/// A value that is written in the expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Literal {
    Boolean(bool),
    Integer(i64),
    Decimal(Decimal),
    Text(String),
    Date(String),
    Time(String),
    Quantity(Decimal, String),
}

/// The operators between two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Compute(Arithmetic),
    Concatenate,
    Union,
    Less,
    Greater,
    LessOrEqual,
    GreaterOrEqual,
    Equal,
    NotEqual,
    Equivalent,
    NotEquivalent,
    In,
    Contains,
    And,
    Or,
    Xor,
    Implies,
}

/// The operators of arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Multiply,
    Divide,
    WholeDivide,
    Modulo,
    Add,
    Subtract,
}

impl Operator {
    /// The operator of a sign or word, and how tightly it binds: what binds more tightly is the larger.
    pub(super) fn read(word: &str) -> Option<(Self, u8)> {
        Some(match word {
            "*" => (Self::Compute(Arithmetic::Multiply), 9),
            "/" => (Self::Compute(Arithmetic::Divide), 9),
            "div" => (Self::Compute(Arithmetic::WholeDivide), 9),
            "mod" => (Self::Compute(Arithmetic::Modulo), 9),
            "+" => (Self::Compute(Arithmetic::Add), 8),
            "-" => (Self::Compute(Arithmetic::Subtract), 8),
            "&" => (Self::Concatenate, 8),
            "|" => (Self::Union, 6),
            "<" => (Self::Less, 5),
            ">" => (Self::Greater, 5),
            "<=" => (Self::LessOrEqual, 5),
            ">=" => (Self::GreaterOrEqual, 5),
            "=" => (Self::Equal, 4),
            "!=" => (Self::NotEqual, 4),
            "~" => (Self::Equivalent, 4),
            "!~" => (Self::NotEquivalent, 4),
            "in" => (Self::In, 3),
            "contains" => (Self::Contains, 3),
            "and" => (Self::And, 2),
            "or" => (Self::Or, 1),
            "xor" => (Self::Xor, 1),
            "implies" => (Self::Implies, 0),
            _ => return None,
        })
    }
}

/// How tightly `is` and `as` bind.
pub(super) const TYPE_BINDING: u8 = 7;
