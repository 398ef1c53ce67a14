//! What a client accepts ([PS3.18 section 8.7](https://dicom.nema.org/medical/dicom/current/output/chtml/part18/sect_8.7.html)). Pure.

use actix_web::HttpRequest;
use actix_web::http::header::ACCEPT;

use crate::http::fhir::errors::Refusal;
use crate::records::Error;

/// DICOM's JSON.
pub const JSON: &str = "application/dicom+json";
/// Bytes of no kind.
pub const BYTES: &str = "application/octet-stream";

/// The media types that a request accepts: of a multipart type, those of its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted(Vec<Range>);

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Range {
    /// In lower case: `image/jpeg`, `*/*`.
    name: String,
    /// Whether it is asked for as a part of several.
    in_parts: bool,
    /// Thousandths.
    quality: u16,
}

impl Accepted {
    /// What this request accepts; without a header, anything.
    #[must_use]
    pub fn of(request: &HttpRequest) -> Self {
        let headers = request.headers().get_all(ACCEPT).filter_map(|value| value.to_str().ok());
        let text = headers.collect::<Vec<_>>().join(",");
        Self::read(&text)
    }

    fn read(text: &str) -> Self {
        let mut ranges: Vec<_> = parted(text, ',').into_iter().filter_map(Range::read).collect();
        if ranges.is_empty() {
            ranges.push(Range { name: "*/*".to_owned(), in_parts: false, quality: 1000 });
        }
        // The order is kept among those of the same quality.
        ranges.sort_by_key(|range| std::cmp::Reverse(range.quality));
        Self(ranges)
    }

    /// The one of these types that is wanted most; the first is what is given to who takes anything.
    ///
    /// # Errors
    /// [`Error::NotAcceptable`] with `told` when it is none of them.
    pub fn chosen(&self, offered: &[&'static str], told: &'static str) -> Result<&'static str, Refusal> {
        let wanted = self.0.iter().filter(|range| range.quality > 0);
        let mut found = wanted.filter_map(|range| offered.iter().find(|offer| range.covers(offer)));
        found.next().copied().ok_or(Refusal(Error::NotAcceptable(told)))
    }

    /// Whether this very type is asked for alone, and not as a part.
    #[must_use]
    pub fn wants_alone(&self, name: &str) -> bool {
        self.0.iter().any(|range| range.name == name && !range.in_parts && range.quality > 0)
    }

    /// Whether this very type is asked for, in parts or alone.
    #[must_use]
    pub fn names(&self, name: &str) -> bool {
        self.0.iter().any(|range| range.name == name && range.quality > 0)
    }
}

impl Range {
    fn read(text: &str) -> Option<Self> {
        let mut parts = parted(text, ';').into_iter().map(str::trim);
        let mut name = parts.next().filter(|name| !name.is_empty())?.to_ascii_lowercase();
        let mut quality = 1000;
        let in_parts = name == "multipart/related";
        if in_parts {
            "*/*".clone_into(&mut name);
        }
        for (key, value) in parts.filter_map(|part| part.split_once('=')) {
            let value = value.trim().trim_matches('"');
            match key.trim().to_ascii_lowercase().as_str() {
                "type" if in_parts => name = value.to_ascii_lowercase(),
                "q" => quality = thousandths(value),
                _ => {}
            }
        }
        Some(Self { name, in_parts, quality })
    }

    fn covers(&self, offer: &str) -> bool {
        let of_kind = self.name.strip_suffix("/*").is_some_and(|kind| offer.split('/').next() == Some(kind));
        // `application/json` is what browsers and many clients call any JSON.
        let is_json = self.name == "application/json" && offer == JSON;
        self.name == "*/*" || of_kind || self.name == offer || is_json
    }
}

/// `0.5` is 500; what is no number is taken for 1.
fn thousandths(text: &str) -> u16 {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{rest:0<3}");
    match (whole, digits.get(..3).and_then(|digits| digits.parse::<u16>().ok())) {
        ("0", Some(thousandths)) => thousandths,
        _ => 1000,
    }
}

/// Parts a text where no quotes are open.
fn parted(text: &str, at: char) -> Vec<&str> {
    let mut is_quoted = false;
    text.split(move |letter: char| {
        is_quoted ^= letter == '"';
        letter == at && !is_quoted
    })
    .filter(|part| !part.trim().is_empty())
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PICTURES: [&str; 2] = ["image/jpeg", "image/png"];

    fn chosen(text: &str) -> Option<&'static str> {
        Accepted::read(text).chosen(&PICTURES, "pictures").ok()
    }

    #[test]
    fn what_is_not_offered_is_refused() {
        for text in
            ["text/html", "image/gif", "image/png;q=0", "multipart/related; type=\"application/dicom\""]
        {
            assert_eq!(chosen(text), None, "{text}");
        }
    }

    #[test]
    fn the_type_that_is_wanted_most_is_given() {
        for (text, wanted) in [
            ("", "image/jpeg"),
            ("*/*", "image/jpeg"),
            ("image/*", "image/jpeg"),
            ("image/png, */*;q=0.1", "image/png"),
            ("image/jpeg;q=0.5, image/png;q=0.9", "image/png"),
            ("multipart/related; type=\"image/png\"; transfer-syntax=*", "image/png"),
        ] {
            assert_eq!(chosen(text), Some(wanted), "{text}");
        }
        let accepted = Accepted::read("multipart/related; type=\"application/dicom\"; transfer-syntax=\"*\"");
        assert!(accepted.names("application/dicom") && !accepted.wants_alone("application/dicom"));
        assert!(Accepted::read("application/dicom").wants_alone("application/dicom"));
        assert_eq!(Accepted::read("application/json").chosen(&[JSON], "json").ok(), Some(JSON));
    }
}
