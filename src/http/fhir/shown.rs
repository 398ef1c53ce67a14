//! How much of each resource an answer shows: `_summary` and `_elements`. <https://hl7.org/fhir/R4/search.html#summary>

use std::borrow::Cow;

use actix_web::HttpRequest;

use super::errors::Refusal;
use crate::fhir::outcome::IssueType;
use crate::fhir::subset::Subset;
use crate::records::{Error, Stored};

/// What an answer shows of its resources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// All.
    Whole,
    /// How many there are, and nothing of them.
    Count,
    /// A part of each.
    Part(Subset),
}

impl Shown {
    /// Reads `_summary` and `_elements`; the summary decides where both are given.
    ///
    /// # Errors
    /// When the summary is none that R4 knows, or no element is named.
    pub fn of(summary: Option<&str>, elements: Option<&str>) -> Result<Self, Refusal> {
        match (summary, elements) {
            (Some("true"), _) => Ok(Self::Part(Subset::Summary)),
            (Some("text"), _) => Ok(Self::Part(Subset::Text)),
            (Some("data"), _) => Ok(Self::Part(Subset::Data)),
            (Some("count"), _) => Ok(Self::Count),
            (None | Some("false"), None) => Ok(Self::Whole),
            (None | Some("false"), Some(elements)) => {
                let names: Vec<_> = elements.split(',').map(|name| name.trim().to_owned()).collect();
                if names.iter().any(String::is_empty) {
                    return Err(refused("_elements must be names of elements, with commas between"));
                }
                Ok(Self::Part(Subset::Elements(names)))
            }
            (Some(_), _) => Err(refused("_summary must be true, text, data, count or false")),
        }
    }

    /// What a read of one resource asks for; one cannot be counted, and is shown whole.
    ///
    /// # Errors
    /// As [`Shown::of`].
    pub fn of_request(request: &HttpRequest) -> Result<Self, Refusal> {
        Self::of_query(request.query_string())
    }

    /// The same of a query string.
    ///
    /// # Errors
    /// As [`Shown::of`].
    pub fn of_query(query: &str) -> Result<Self, Refusal> {
        let query = query.as_bytes();
        let value = |wanted: &str| {
            let mut pairs = form_urlencoded::parse(query);
            pairs.find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
        };
        let shown = Self::of(value("_summary").as_deref(), value("_elements").as_deref())?;
        Ok(if shown == Self::Count { Self::Whole } else { shown })
    }

    /// The body to show.
    ///
    /// # Errors
    /// When what is stored is not JSON, which cannot come from a request.
    pub fn body<'a>(&self, stored: &'a Stored) -> Result<Cow<'a, str>, Error> {
        match self {
            Self::Whole | Self::Count => Ok(Cow::Borrowed(&stored.body)),
            Self::Part(subset) => Ok(Cow::Owned(subset.of(&stored.json()?).to_string())),
        }
    }
}

fn refused(text: &str) -> Refusal {
    Error::BadRequest(IssueType::Value, text.to_owned()).into()
}
