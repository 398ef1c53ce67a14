//! Media types of FHIR, in their own and in general names. <https://hl7.org/fhir/R4/http.html#mime-type>

use actix_web::HttpRequest;
use actix_web::http::header::CONTENT_TYPE;

/// How a resource is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Syntax {
    /// <https://hl7.org/fhir/R4/json.html>
    Json,
    /// <https://hl7.org/fhir/R4/xml.html>
    Xml,
}

impl Syntax {
    /// The `Content-Type` of an answer.
    #[must_use]
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Json => super::answer::CONTENT_TYPE,
            Self::Xml => "application/fhir+xml; charset=utf-8",
        }
    }

    /// The syntax that goes by this name. Those before R4 are still about.
    fn named(name: &str) -> Option<Self> {
        match name {
            "application/fhir+json" | "application/json" | "text/json" | "application/json+fhir" => {
                Some(Self::Json)
            }
            "application/fhir+xml" | "application/xml" | "text/xml" | "application/xml+fhir" => {
                Some(Self::Xml)
            }
            _ => None,
        }
    }
}

/// How exactly a range names a media type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exactness {
    /// Anything.
    Any,
    /// Any of one kind.
    Kind,
    /// This one.
    Type,
}

/// A media type or range with the parameters that matter here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// In lower case, without parameters.
    pub name: String,
    /// Thousandths of the `q` parameter; 1000 without one.
    pub quality: u16,
    /// In lower case.
    charset: Option<String>,
    /// Whether a version of FHIR is named that is not ours.
    is_foreign: bool,
}

impl Media {
    /// Reads one media type or range; none of an empty text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let name = parts.next().filter(|name| !name.is_empty())?.to_ascii_lowercase();
        let mut media = Self { name, quality: 1000, charset: None, is_foreign: false };
        for (key, value) in parts.filter_map(|part| part.split_once('=')) {
            let value = value.trim().trim_matches('"');
            match key.trim().to_ascii_lowercase().as_str() {
                "q" => media.quality = quality(value),
                "charset" => media.charset = Some(value.to_ascii_lowercase()),
                "fhirversion" => media.is_foreign = !matches!(value, "4.0" | "4.0.1"),
                _ => {}
            }
        }
        Some(media)
    }

    /// Reads the value of `_format`, where a plus sign has become a blank unless it was encoded.
    #[must_use]
    pub fn of_parameter(text: &str) -> Option<Self> {
        let mut media = Self::parse(text)?;
        media.name = match media.name.as_str() {
            "json" => "application/fhir+json".to_owned(),
            "xml" => "application/fhir+xml".to_owned(),
            name => name.replace(' ', "+"),
        };
        Some(media)
    }

    /// The syntax of a resource under this type; none of a version of FHIR that is not ours.
    #[must_use]
    pub fn syntax(&self) -> Option<Syntax> {
        Syntax::named(&self.name).filter(|_| !self.is_foreign)
    }

    /// Whether the type is one of FHIR's own.
    #[must_use]
    pub fn is_fhir(&self) -> bool {
        self.name.starts_with("application/fhir+") || self.name.ends_with("+fhir")
    }

    /// Whether the text may be read as UTF-8.
    #[must_use]
    pub fn is_utf8(&self) -> bool {
        matches!(self.charset.as_deref(), None | Some("utf-8" | "utf8" | "us-ascii"))
    }

    /// How exactly the range names the syntax, if it does.
    #[must_use]
    pub fn exactness(&self, syntax: Syntax) -> Option<Exactness> {
        match self.name.as_str() {
            _ if self.is_foreign => None,
            "*/*" => Some(Exactness::Any),
            "application/*" => Some(Exactness::Kind),
            name => (Syntax::named(name) == Some(syntax)).then_some(Exactness::Type),
        }
    }
}

/// The `Content-Type` of a request, or an empty text.
#[must_use]
pub fn sent(request: &HttpRequest) -> String {
    let sent = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    sent.unwrap_or_default().to_owned()
}

/// Thousandths of a quality value, which has at most three decimals; what is none counts as 1.
fn quality(text: &str) -> u16 {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let padded = format!("{decimals:0<3}");
    let is_below_one = whole == "0" && padded.len() == 3 && padded.bytes().all(|byte| byte.is_ascii_digit());
    if is_below_one { padded.parse().unwrap_or(1000) } else { 1000 }
}

#[cfg(test)]
mod tests {
    use super::{Exactness, Media, Syntax};

    fn media(text: &str) -> Media {
        Media::parse(text).unwrap()
    }

    #[test]
    fn parameters_count_whatever_their_case_and_order() {
        let range = media(" Application/FHIR+json ;FhirVersion=4.0; Q=0.25;charset=\"UTF-8\"");
        assert_eq!((range.syntax(), range.quality, range.is_utf8()), (Some(Syntax::Json), 250, true));
        assert!(range.is_fhir());
        assert!(!media("text/xml;charset=utf-16").is_utf8());
        assert_eq!(media("application/fhir+xml; fhirVersion=3.0").syntax(), None);
        assert_eq!(media("application/fhir+xml; fhirVersion=5.0").exactness(Syntax::Xml), None);
        assert_eq!(Media::parse(" ; q=1"), None);
    }

    #[test]
    fn what_is_no_quality_counts_as_none_given() {
        let of = |q: &str| media(&format!("*/*;q={q}")).quality;
        assert_eq!(["0", "0.", "0.5", "0.001", "1", "1.000"].map(of), [0, 0, 500, 1, 1000, 1000]);
        assert_eq!(["", "2", "-1", "nan", "0.0001", "0.+5", "0.x"].map(of), [1000; 7]);
    }

    #[test]
    fn ranges_name_a_syntax_more_or_less_exactly() {
        assert_eq!(media("*/*").exactness(Syntax::Xml), Some(Exactness::Any));
        assert_eq!(media("application/*").exactness(Syntax::Json), Some(Exactness::Kind));
        assert_eq!(media("text/xml").exactness(Syntax::Xml), Some(Exactness::Type));
        assert_eq!(media("text/xml").exactness(Syntax::Json), None);
        assert_eq!(media("text/html").exactness(Syntax::Xml), None);
    }

    #[test]
    fn the_parameter_has_short_names_and_may_have_lost_its_plus() {
        let syntax = |text: &str| Media::of_parameter(text).and_then(|media| media.syntax());
        for json in [
            "json",
            "JSON",
            "application/fhir+json",
            "application/fhir json",
            "text/json",
            "application/json; charset=utf-8",
        ] {
            assert_eq!(syntax(json), Some(Syntax::Json), "{json}");
        }
        for xml in ["xml", "application/fhir xml;fhirVersion=4.0", "text/xml", "application/xml"] {
            assert_eq!(syntax(xml), Some(Syntax::Xml), "{xml}");
        }
        for other in [
            "ttl",
            "html",
            "application/fhir+turtle",
            "*/*",
            "json,xml",
            "application/fhir+json;fhirVersion=1.0",
        ] {
            assert_eq!(syntax(other), None, "{other}");
        }
    }
}
