//! What a resource must be like to be found.

/// One condition; all conditions of a query must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// The resource has one of these addresses.
    Address(Vec<i64>),
    /// The resource is of one of these types.
    Type(Vec<&'static str>),
    /// A token or reference passes one of these tests.
    Term(Vec<TermTest>),
    /// A value in one of the slots stands so to the interval; any of the comparisons may hold.
    Date(Vec<i32>, Vec<DateTest>),
    /// The period that the resource is about stands so to the interval.
    Moment(Vec<DateTest>),
    /// The time of the last change stands so to the interval.
    Updated(Vec<DateTest>),
    /// A text or URI in one of the slots passes one of these tests.
    Text(Vec<i32>, Vec<TextTest>),
    /// A number or quantity in one of the slots passes one of these tests.
    Number(Vec<i32>, Vec<NumberTest>),
    /// A range in one of the slots passes a pair of tests: its beginning the first, its end the second.
    Span(Vec<i32>, Vec<(NumberTest, NumberTest)>),
    /// One of the slots has a value in the rows of its kind.
    Present(Rows, Vec<i32>),
    /// A reference in one of the slots points at a resource of one of these types that meets all the conditions.
    PointsAt {
        /// The slots of the reference.
        slots: Vec<i32>,
        /// The slot of what leads to the target, its address among it, where the reference may be canonical.
        names: Option<i32>,
        /// The type of the target.
        target: &'static str,
        /// What the target must be like.
        conditions: Vec<Self>,
    },
    /// A resource that meets all the conditions points here.
    PointedAtFrom {
        /// The slots of the reference, which name the type of what points here.
        slots: Vec<i32>,
        /// The slot of what leads to the resource, its address among it, where the reference may be canonical.
        names: Option<i32>,
        /// What points here must be like.
        conditions: Vec<Self>,
        /// The same as tests of tokens that are kept together with what is pointed at, by `address::beside`; the values are those
        /// of the tokens alone. None where nothing of the kind is kept.
        together: Vec<TermTest>,
    },
    /// All of the conditions hold.
    All(Vec<Self>),
    /// At least one of the conditions holds.
    Any(Vec<Self>),
    /// The condition does not hold.
    Not(Box<Self>),
    /// All of these words, in lower case, are in this part of the body. Each body that is put to it is read.
    Words(Part, Vec<String>),
}

/// A part of a resource's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What a person reads: the narrative without its markup.
    Narrative,
    /// All values.
    Values,
}

impl Condition {
    /// One of several conditions holds. What can be asked as one question is.
    #[must_use]
    pub fn any(conditions: Vec<Self>) -> Self {
        let (mut terms, mut others) = (Vec::new(), Vec::new());
        for condition in conditions {
            if let Self::Term(tests) = condition {
                terms.extend(tests);
            } else if let Self::Any(inner) = condition {
                others.extend(inner);
            } else {
                others.push(condition);
            }
        }
        if !terms.is_empty() {
            others.push(Self::Term(terms));
        }
        match (others.pop(), others.is_empty()) {
            (Some(only), true) => only,
            (last, _) => Self::Any(others.into_iter().chain(last).collect()),
        }
    }

    /// All of several conditions hold.
    #[must_use]
    pub fn all(mut conditions: Vec<Self>) -> Self {
        match (conditions.pop(), conditions.is_empty()) {
            (Some(only), true) => only,
            (last, _) => Self::All(conditions.into_iter().chain(last).collect()),
        }
    }

    /// Whether rows that meet the condition can be looked up, and need not be told from all others.
    #[must_use]
    pub fn is_found(&self) -> bool {
        match self {
            Self::Not(_) | Self::Type(_) | Self::Words(..) => false,
            Self::All(conditions) => conditions.iter().any(Self::is_found),
            Self::Any(conditions) => conditions.iter().all(Self::is_found),
            Self::Address(_)
            | Self::Term(_)
            | Self::Date(..)
            | Self::Moment(_)
            | Self::Updated(_)
            | Self::Text(..)
            | Self::Number(..)
            | Self::Span(..)
            | Self::Present(..)
            | Self::PointsAt { .. }
            | Self::PointedAtFrom { .. } => true,
        }
    }

    /// Whether a resource tells by itself, by what it is found by, if it meets the condition.
    #[must_use]
    pub fn is_told_alone(&self) -> bool {
        !self
            .holds(&|one| matches!(one, Self::PointsAt { .. } | Self::PointedAtFrom { .. } | Self::Words(..)))
    }

    /// Whether bodies must be read to tell whether it holds.
    #[must_use]
    pub fn has_words(&self) -> bool {
        self.holds(&|one| matches!(one, Self::Words(..)))
    }

    /// Whether the condition, or one within it, is such.
    fn holds(&self, is_such: &dyn Fn(&Self) -> bool) -> bool {
        is_such(self)
            || match self {
                Self::Not(condition) => condition.holds(is_such),
                Self::All(conditions)
                | Self::Any(conditions)
                | Self::PointsAt { conditions, .. }
                | Self::PointedAtFrom { conditions, .. } => {
                    conditions.iter().any(|condition| condition.holds(is_such))
                }
                Self::Address(_)
                | Self::Type(_)
                | Self::Term(_)
                | Self::Date(..)
                | Self::Moment(_)
                | Self::Updated(_)
                | Self::Text(..)
                | Self::Number(..)
                | Self::Span(..)
                | Self::Present(..)
                | Self::Words(..) => false,
            }
    }
}

impl Condition {
    /// The tests of a token or reference, of which one must pass.
    #[must_use]
    pub fn terms(&self) -> Option<&[TermTest]> {
        match self {
            Self::Term(tests) => Some(tests),
            Self::Address(_)
            | Self::Type(_)
            | Self::Span(..)
            | Self::Words(..)
            | Self::Date(..)
            | Self::Moment(_)
            | Self::Updated(_)
            | Self::Text(..)
            | Self::Number(..)
            | Self::Present(..)
            | Self::PointsAt { .. }
            | Self::PointedAtFrom { .. }
            | Self::All(_)
            | Self::Any(_)
            | Self::Not(_) => None,
        }
    }
}

/// Which rows hold the values of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// Tokens and references.
    Terms,
    /// Dates.
    Dates,
    /// Texts and URIs.
    Texts,
    /// Numbers and quantities.
    Numbers,
}

/// What a token or reference must be. `storage::address` makes the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TermTest {
    /// The slot that it is in.
    pub slot: i32,
    /// Its value; any, where there is none.
    pub value: Option<i64>,
    /// Its qualifier, which may be 0; any, where there is none.
    pub qualifier: Option<i32>,
}

/// A comparison of intervals, in microseconds since 1970; R4 search, "prefixes".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateTest {
    /// How the value must stand to the interval.
    pub relation: Relation,
    /// First microsecond of the searched interval.
    pub low: i64,
    /// First microsecond after it.
    pub high: i64,
}

/// How a resource's interval stands to the searched one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// `eq`: lies within.
    Within,
    /// `ne`: does not lie within.
    NotWithin,
    /// `gt`: reaches beyond the end.
    After,
    /// `lt`: begins before the start.
    Before,
    /// `ge`: reaches beyond the end, or lies within.
    AfterOrWithin,
    /// `le`: begins before the start, or lies within.
    BeforeOrWithin,
    /// `sa`: begins after the end.
    StartsAfter,
    /// `eb`: ends before the start.
    EndsBefore,
    /// `ap`: overlaps.
    Overlaps,
}

/// How a text is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextTest {
    /// What is compared begins with this.
    StartsWith(String),
    /// What is compared has this in it.
    Contains(String),
    /// What is compared ends with this.
    EndsWith(String),
    /// What is compared is this.
    Equals(String),
    /// The text as it is written is `written`; it is compared as `compared`.
    Is {
        /// What is compared.
        compared: String,
        /// The text as it is written.
        written: String,
    },
}

/// A comparison of numbers, as texts that `fhir::decimal` makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberTest {
    /// How the value must stand to the searched one.
    pub relation: Relation,
    /// The searched number, or the beginning of its range.
    pub low: String,
    /// The end of its range, which belongs to the range for [`Relation::Overlaps`] alone.
    pub high: String,
    /// What the unit must be.
    pub unit: Unit,
}

/// What the unit of a quantity must be; the numbers are qualifiers of `storage::address`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Anything.
    Any,
    /// One with a code of this system.
    System(i32),
    /// This code of this system.
    SystemCode(i32, i32),
    /// This code, or what a reader sees as the unit.
    Code(i32),
}
