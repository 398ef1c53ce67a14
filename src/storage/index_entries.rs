//! What a search can find a version by, as it is written beside the body.

use std::borrow::Cow;

use super::statement::Parameter;

/// So many characters of a text are in its index.
pub const HEAD: usize = 64;
/// Where a number has no least value.
pub const NO_LOW: &str = "";
/// Where a number has no greatest value.
pub const NO_HIGH: &str = "~";

/// All that one version is found by.
#[derive(Clone)]
pub struct IndexEntries {
    /// Hashes of parameter and value.
    pub terms: Vec<i64>,
    /// Parameter, first microsecond, first microsecond after.
    pub dates: Vec<(String, i64, i64)>,
    /// Texts and URIs.
    pub texts: Vec<TextEntry>,
    /// Numbers and quantities.
    pub numbers: Vec<NumberEntry>,
    /// A JSON object: for each token or reference parameter an array of its least and, if another, its greatest value.
    pub keys: String,
}

/// A text under the parameter that finds it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TextEntry {
    /// The parameter.
    pub parameter: String,
    /// The first [`HEAD`] characters of what is compared.
    pub head: String,
    /// All of what is compared, unless the head is all.
    pub whole: Option<String>,
    /// The text as it is written, unless it is the same.
    pub written: Option<String>,
}

/// A number or quantity under the parameter that finds it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NumberEntry {
    /// The parameter.
    pub parameter: String,
    /// The least value, as `fhir::decimal` makes it, or [`NO_LOW`].
    pub low: String,
    /// The greatest value, or [`NO_HIGH`].
    pub high: String,
    /// The system of the unit's code.
    pub system: Option<String>,
    /// The unit's code.
    pub code: Option<String>,
    /// The unit as a reader sees it.
    pub unit: Option<String>,
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
    pub fn new(parameter: String, compared: String, written: &str) -> Self {
        let head = head(&compared).to_owned();
        let written = (compared != written).then(|| written.to_owned());
        let whole = (head != compared).then_some(compared);
        Self { parameter, head, whole, written }
    }

    /// All of what is compared.
    #[must_use]
    pub fn compared(&self) -> &str {
        self.whole.as_deref().unwrap_or(&self.head)
    }

    /// The text as it is written.
    #[must_use]
    pub fn written(&self) -> &str {
        self.written.as_deref().unwrap_or(self.compared())
    }
}

impl Default for IndexEntries {
    fn default() -> Self {
        Self { terms: vec![], dates: vec![], texts: vec![], numbers: vec![], keys: "{}".to_owned() }
    }
}

impl IndexEntries {
    /// The parameters `$8` and on of the statements that write a version.
    pub(super) fn parameters(&self) -> Vec<Parameter<'_>> {
        let Self { terms, dates, texts, numbers, keys } = self;
        let text = |part: fn(&TextEntry) -> &str| Parameter::Texts(texts.iter().map(part).collect());
        let number = |part: fn(&NumberEntry) -> &str| Parameter::Texts(numbers.iter().map(part).collect());
        let part = |part: fn(&NumberEntry) -> Option<&str>| {
            Parameter::OptionalTexts(numbers.iter().map(part).collect())
        };
        vec![
            Parameter::Numbers(Cow::Borrowed(terms)),
            Parameter::Texts(dates.iter().map(|(parameter, _, _)| parameter.as_str()).collect()),
            Parameter::Numbers(dates.iter().map(|(_, low, _)| *low).collect()),
            Parameter::Numbers(dates.iter().map(|(_, _, high)| *high).collect()),
            Parameter::Text(keys),
            text(|entry| &entry.parameter),
            text(|entry| &entry.head),
            Parameter::OptionalTexts(texts.iter().map(|entry| entry.whole.as_deref()).collect()),
            Parameter::OptionalTexts(texts.iter().map(|entry| entry.written.as_deref()).collect()),
            number(|entry| &entry.parameter),
            number(|entry| &entry.low),
            number(|entry| &entry.high),
            part(|entry| entry.system.as_deref()),
            part(|entry| entry.code.as_deref()),
            part(|entry| entry.unit.as_deref()),
        ]
    }
}
