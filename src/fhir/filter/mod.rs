//! `_filter`: a search written as one expression. <https://hl7.org/fhir/R4/search_filter.html>
//!
//! This is its grammar alone; what its names mean is the search's to say. Between `and` and `or` there is no precedence:
//! both are read from left to right.

mod read;

use super::search_fault::SearchFault;

/// An expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// Both hold.
    And(Box<Filter>, Box<Filter>),
    /// At least one holds.
    Or(Box<Filter>, Box<Filter>),
    /// It does not hold.
    Not(Box<Filter>),
    /// A comparison.
    Test(Test),
}

/// A comparison of what stands at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test {
    /// Names of search parameters, each looked for behind the one before it.
    pub path: Vec<Step>,
    /// How it is compared.
    pub operator: Operator,
    /// What it is compared with.
    pub value: String,
    /// Where the comparison begins in the text, in characters from 1 on.
    pub at: usize,
}

/// A name in a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The name, perhaps with `:Type`, or `_has:Type:reference:parameter`.
    pub name: String,
    /// What must hold for the one occurrence, in brackets.
    pub filter: Option<Box<Filter>>,
}

/// How values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `eq`
    Equal,
    /// `ne`
    NotEqual,
    /// `co`
    Contains,
    /// `sw`
    StartsWith,
    /// `ew`
    EndsWith,
    /// `gt`
    Greater,
    /// `lt`
    Less,
    /// `ge`
    GreaterOrEqual,
    /// `le`
    LessOrEqual,
    /// `ap`
    Approximate,
    /// `sa`
    StartsAfter,
    /// `eb`
    EndsBefore,
    /// `pr`: whether there is a value.
    Present,
    /// `po`: the times overlap.
    Overlaps,
    /// `ss`: the given concept subsumes a value.
    Subsumes,
    /// `sb`: the given concept is subsumed by a value.
    SubsumedBy,
    /// `in`: a value is in the value set.
    In,
    /// `ni`: no value is in the value set.
    NotIn,
    /// `re`: a reference points at it.
    References,
}

impl Operator {
    /// The operator that is written so.
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "eq" => Self::Equal,
            "ne" => Self::NotEqual,
            "co" => Self::Contains,
            "sw" => Self::StartsWith,
            "ew" => Self::EndsWith,
            "gt" => Self::Greater,
            "lt" => Self::Less,
            "ge" => Self::GreaterOrEqual,
            "le" => Self::LessOrEqual,
            "ap" => Self::Approximate,
            "sa" => Self::StartsAfter,
            "eb" => Self::EndsBefore,
            "pr" => Self::Present,
            "po" => Self::Overlaps,
            "ss" => Self::Subsumes,
            "sb" => Self::SubsumedBy,
            "in" => Self::In,
            "ni" => Self::NotIn,
            "re" => Self::References,
            _ => return None,
        })
    }

    /// How it is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "eq",
            Self::NotEqual => "ne",
            Self::Contains => "co",
            Self::StartsWith => "sw",
            Self::EndsWith => "ew",
            Self::Greater => "gt",
            Self::Less => "lt",
            Self::GreaterOrEqual => "ge",
            Self::LessOrEqual => "le",
            Self::Approximate => "ap",
            Self::StartsAfter => "sa",
            Self::EndsBefore => "eb",
            Self::Present => "pr",
            Self::Overlaps => "po",
            Self::Subsumes => "ss",
            Self::SubsumedBy => "sb",
            Self::In => "in",
            Self::NotIn => "ni",
            Self::References => "re",
        }
    }
}

impl Filter {
    /// Reads an expression.
    ///
    /// # Errors
    /// When it does not follow the grammar; the text says where. When it is too long or too deep.
    pub fn parse(text: &str) -> Result<Self, SearchFault> {
        read::filter(text)
    }
}

#[cfg(test)]
mod tests;
