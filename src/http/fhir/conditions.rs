//! Conditional headers: `If-Match`, `If-None-Match`, `If-Modified-Since`. <https://hl7.org/fhir/R4/http.html#cread>, RFC 9110
//! section 13. The entries of a Bundle have elements of the same names.

use std::time::SystemTime;

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderName, HttpDate, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH};
use chrono::{DateTime, Utc};

use crate::fhir::outcome::IssueType;
use crate::records::{Error, Precondition, Stored};

/// What must hold before a change, by the request's headers.
///
/// # Errors
/// When a header is not what it may be.
pub fn precondition(request: &HttpRequest) -> Result<Option<Precondition>, Error> {
    let [if_match, if_none_match] = [IF_MATCH, IF_NONE_MATCH].map(|name| text(request, name));
    of_change(if_match?, if_none_match?)
}

/// What must hold before a change.
///
/// # Errors
/// When a text is not what it may be.
pub fn of_change(if_match: Option<&str>, if_none_match: Option<&str>) -> Result<Option<Precondition>, Error> {
    let named = if_match.map(|text| Tags::read(text).ok_or_else(|| malformed("If-Match"))).transpose()?;
    let unwanted =
        if_none_match.map(|text| Tags::read(text).ok_or_else(|| malformed("If-None-Match"))).transpose()?;
    match (named, unwanted) {
        (None, None) => Ok(None),
        (Some(Tags::Any), None) => Ok(Some(Precondition::Exists)),
        (Some(Tags::Of(versions)), None) => Ok(Some(Precondition::OneOf(versions))),
        (None, Some(Tags::Any)) => Ok(Some(Precondition::Absent)),
        (None, Some(Tags::Of(_))) => {
            let text = "If-None-Match of a change must be *: it is made where there is no resource";
            Err(Error::BadRequest(IssueType::NotSupported, text.to_owned()))
        }
        (Some(_), Some(_)) => {
            let text = "If-Match and If-None-Match ask for a resource that is there and is not";
            Err(Error::BadRequest(IssueType::Invalid, text.to_owned()))
        }
    }
}

/// What a reader has already.
#[derive(Clone, Debug, Default)]
pub struct Known {
    tags: Option<Tags>,
    since: Option<DateTime<Utc>>,
}

impl Known {
    /// By the request's headers; one that cannot be read is none, as RFC 9110 has it.
    #[must_use]
    pub fn of_request(request: &HttpRequest) -> Self {
        let header = |name| text(request, name).ok().flatten();
        let since = header(IF_MODIFIED_SINCE).and_then(|text| text.parse::<HttpDate>().ok());
        Self {
            tags: header(IF_NONE_MATCH).and_then(Tags::read),
            since: since.map(|since| SystemTime::from(since).into()),
        }
    }

    /// By the elements of a Bundle's entry.
    ///
    /// # Errors
    /// When `ifNoneMatch` is no entity tag.
    pub fn of_entry(if_none_match: Option<&str>, since: Option<DateTime<Utc>>) -> Result<Self, Error> {
        let tags = if_none_match.map(|text| Tags::read(text).ok_or_else(|| malformed("ifNoneMatch")));
        Ok(Self { tags: tags.transpose()?, since })
    }

    /// Whether this is what the reader has.
    #[must_use]
    pub fn is(&self, stored: &Stored) -> bool {
        match (&self.tags, self.since) {
            (Some(Tags::Any), _) => true,
            (Some(Tags::Of(versions)), _) => versions.contains(&stored.version),
            // Last-Modified has whole seconds: a change later in the same second counts as unchanged, as RFC 9110 has it.
            (None, Some(since)) => stored.updated.timestamp() <= since.timestamp(),
            (None, None) => false,
        }
    }
}

/// A list of entity tags.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Tags {
    Any,
    /// The versions that are named; a tag that is none of this server's names none.
    Of(Vec<i64>),
}

impl Tags {
    /// Reads `*`, `W/"3"`, `"3"`, lists of those, or a bare `3`, which some clients send.
    fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if text == "*" {
            return Some(Self::Any);
        }
        if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
            return Some(Self::Of(text.parse().into_iter().collect()));
        }
        let mut versions = Vec::new();
        let mut rest = text;
        loop {
            let opaque = rest.strip_prefix("W/").unwrap_or(rest).strip_prefix('"')?;
            let (tag, after) = opaque.split_once('"')?;
            // `+3` and `03` are numbers to a parser, and not what this server wrote.
            versions.extend(tag.parse().ok().filter(|version: &i64| version.to_string() == tag));
            match after.trim_start().strip_prefix(',') {
                None => return after.trim().is_empty().then_some(Self::Of(versions)),
                Some(next) => rest = next.trim_start(),
            }
        }
    }
}

fn text(request: &HttpRequest, name: HeaderName) -> Result<Option<&str>, Error> {
    let shown = if name == IF_MATCH { "If-Match" } else { "If-None-Match" };
    let header = request.headers().get(name);
    header.map(|value| value.to_str().map_err(|_| malformed(shown))).transpose()
}

fn malformed(name: &str) -> Error {
    Error::BadRequest(IssueType::Value, format!("{name} must be an entity tag such as W/\"3\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_entity_tag_is_refused() {
        for text in ["", "W/", "W/\"1", "\"1\" \"2\"", "abc", "W/1", "1,2", "\"1\",", "-1"] {
            assert_eq!(Tags::read(text), None, "{text}");
        }
    }

    #[test]
    fn tags_name_versions() {
        for (text, versions) in [
            ("W/\"3\"", vec![3]),
            ("\"3\"", vec![3]),
            (" 3 ", vec![3]),
            ("W/\"1\" , \"2\",W/\"x\"", vec![1, 2]),
            ("W/\"abc\"", vec![]),
            ("W/\"+3\"", vec![]),
            ("99999999999999999999", vec![]),
        ] {
            assert_eq!(Tags::read(text), Some(Tags::Of(versions)), "{text}");
        }
        assert_eq!(Tags::read(" * "), Some(Tags::Any));
    }

    #[test]
    fn a_change_cannot_ask_for_both() {
        assert!(of_change(Some("*"), Some("*")).is_err() && of_change(None, Some("W/\"1\"")).is_err());
        assert_eq!(of_change(None, Some("*")).unwrap(), Some(Precondition::Absent));
        assert_eq!(of_change(Some("*"), None).unwrap(), Some(Precondition::Exists));
        assert_eq!(of_change(Some("W/\"abc\""), None).unwrap(), Some(Precondition::OneOf(vec![])));
        assert_eq!(of_change(None, None).unwrap(), None);
    }
}
