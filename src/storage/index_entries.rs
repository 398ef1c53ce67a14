//! What a search can find a version by, as it is written beside the body.

use std::borrow::Cow;

/// So many characters of a text are in its index.
pub const HEAD: usize = 64;
/// Where a number has no least value.
pub const NO_LOW: &str = "";
/// Where a number has no greatest value.
pub const NO_HIGH: &str = "~";
/// The moment of a resource that tells none.
pub const NO_MOMENT: i64 = i64::MIN;

/// All that one version is found by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexEntries {
    /// The beginning of the period that the resource is about, in microseconds since 1970; [`NO_MOMENT`] where it tells none.
    pub moment: i64,
    /// The first microsecond after that period.
    pub until: i64,
    /// Tokens and references.
    pub terms: Vec<TermEntry>,
    /// Dates and periods.
    pub dates: Vec<DateEntry>,
    /// Texts and URIs.
    pub texts: Vec<TextEntry>,
    /// Numbers and quantities.
    pub numbers: Vec<NumberEntry>,
    /// Id of the Patient that it is about, or that it is. Nothing is found by it: the audit trail tells it.
    pub patient: Option<String>,
}

/// A token or reference in the slot of the parameter that finds it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TermEntry {
    /// The slot.
    pub slot: i32,
    /// Hash of the code, or the address of the target; 0 where there is neither.
    pub value: i64,
    /// Hash of the code's system or the target's type; 0 for none.
    pub qualifier: i32,
    /// The beginning of the code, by which results can be sorted.
    pub code: Option<String>,
}

/// A half-open interval in microseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DateEntry {
    /// The slot of the parameter that finds it.
    pub slot: i32,
    /// First microsecond.
    pub low: i64,
    /// First microsecond after.
    pub high: i64,
}

/// A text in the slot of the parameter that finds it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TextEntry {
    /// The slot.
    pub slot: i32,
    /// The first [`HEAD`] characters of what is compared.
    pub head: String,
    /// What comes after the head, where that is not all.
    pub rest: Option<String>,
    /// The text as it is written, unless it is the same or nobody asks for it.
    pub written: Option<String>,
}

/// A number or quantity in the slot of the parameter that finds it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NumberEntry {
    /// The slot.
    pub slot: i32,
    /// The least value, as `fhir::decimal` makes it, or [`NO_LOW`].
    pub low: String,
    /// The greatest value, or [`NO_HIGH`].
    pub high: String,
    /// Hash of the system of the unit's code.
    pub system: Option<i32>,
    /// Hash of the unit's code.
    pub code: Option<i32>,
    /// Hash of the unit as a reader sees it.
    pub unit: Option<i32>,
}

/// The part of a text that is in its index.
#[must_use]
pub fn head(text: &str) -> &str {
    let end = text.char_indices().nth(HEAD).map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or(text)
}

impl TextEntry {
    /// A text that is compared as `compared`.
    #[must_use]
    pub fn new(slot: i32, compared: String, written: &str) -> Self {
        let written = (compared != written).then(|| written.to_owned());
        Self { written, ..Self::unwritten(slot, compared) }
    }

    /// A text that nobody looks for as it is written.
    #[must_use]
    pub fn unwritten(slot: i32, compared: String) -> Self {
        let mut head = compared;
        let rest = head.split_off(self::head(&head).len());
        Self { slot, head, rest: Some(rest).filter(|rest| !rest.is_empty()), written: None }
    }

    /// All of what is compared.
    #[must_use]
    pub fn compared(&self) -> Cow<'_, str> {
        match &self.rest {
            Some(rest) => Cow::Owned(format!("{}{rest}", self.head)),
            None => Cow::Borrowed(&self.head),
        }
    }

    /// The text as it is written.
    #[must_use]
    pub fn written(&self) -> Cow<'_, str> {
        self.written.as_deref().map_or_else(|| self.compared(), Cow::Borrowed)
    }
}

impl Default for IndexEntries {
    fn default() -> Self {
        Self {
            moment: NO_MOMENT,
            until: NO_MOMENT,
            terms: vec![],
            dates: vec![],
            texts: vec![],
            numbers: vec![],
            patient: None,
        }
    }
}
