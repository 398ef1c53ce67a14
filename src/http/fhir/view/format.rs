//! Which format a table has: `_format`, else `Accept`.
//! <https://sql-on-fhir.org/ig/OperationDefinition-ViewDefinitionRun.html#output-format>

use actix_web::HttpRequest;
use actix_web::http::header::ACCEPT;

use crate::fhir::chain::shown;
use crate::fhir::outcome::IssueType;
use crate::fhir::view::table::Format;
use crate::http::fhir::media::Media;
use crate::records::Error;

/// What may be asked for, by the media types that ask for it; the first is the one of the answer.
const TYPES: [(&str, &[&str]); 4] = [
    ("json", &["application/json", "application/fhir+json", "text/json"]),
    (
        "ndjson",
        &["application/x-ndjson", "application/ndjson", "application/fhir+ndjson", "application/jsonl"],
    ),
    ("csv", &["text/csv"]),
    ("parquet", &["application/vnd.apache.parquet", "application/octet-stream"]),
];
/// Without a wish.
const DEFAULT: &str = "ndjson";

/// The format that is asked for, and the media type of the answer.
///
/// # Errors
/// When it is none that there is.
pub fn asked(request: &HttpRequest, named: Option<&str>) -> Result<(Format, &'static str), Error> {
    let name = match named {
        Some(named) => of_parameter(named),
        None => accepted(request),
    };
    let found = name.and_then(Format::named).map(|format| (format, media(format)));
    found.ok_or_else(|| {
        let names = TYPES.map(|(name, _)| name).join(", ");
        let text = match named {
            Some(named) => format!("_format: {} is not supported: there are {names}", shown(named)),
            None => format!("Accept names no format that is supported: there are {names}"),
        };
        Error::BadRequest(IssueType::NotSupported, text)
    })
}

/// The media type of a format.
#[must_use]
pub fn media(format: Format) -> &'static str {
    let types = TYPES.iter().find(|(name, _)| *name == format.name()).map(|(_, types)| *types);
    types.and_then(|types| types.first().copied()).unwrap_or_default()
}

/// A plus sign that was not escaped comes as a blank.
fn of_parameter(text: &str) -> Option<&'static str> {
    let media = Media::parse(text)?.name.replace(' ', "+");
    TYPES
        .iter()
        .find(|(name, types)| *name == media || types.contains(&media.as_str()))
        .map(|(name, _)| *name)
}

/// The format that is accepted most, the first of several.
fn accepted(request: &HttpRequest) -> Option<&'static str> {
    let headers = request.headers().get_all(ACCEPT).filter_map(|value| value.to_str().ok());
    let ranges: Vec<_> = headers.flat_map(|value| value.split(',')).filter_map(Media::parse).collect();
    if ranges.is_empty() {
        return Some(DEFAULT);
    }
    let mut best: Option<(u16, &'static str)> = None;
    for range in ranges.iter().filter(|range| range.quality > 0) {
        let name = match range.name.as_str() {
            "*/*" => Some(DEFAULT),
            "application/*" => Some(DEFAULT),
            "text/*" => Some("csv"),
            name => TYPES.iter().find(|(_, types)| types.contains(&name)).map(|(name, _)| *name),
        };
        if let Some(name) = name
            && best.is_none_or(|(quality, _)| range.quality > quality)
        {
            best = Some((range.quality, name));
        }
    }
    best.map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn name(accept: &str) -> Option<&'static str> {
        accepted(&TestRequest::default().insert_header((ACCEPT, accept)).to_http_request())
    }

    #[test]
    fn what_there_is_not_is_refused() {
        let request = TestRequest::default().to_http_request();
        for named in ["xml", "", "table"] {
            assert!(matches!(
                asked(&request, Some(named)),
                Err(Error::BadRequest(IssueType::NotSupported, _))
            ));
        }
        assert_eq!(name("application/xml"), None);
        assert_eq!(name("text/csv;q=0"), None);
    }

    #[test]
    fn the_most_accepted_is_given() {
        for (accept, wanted) in [
            ("*/*", "ndjson"),
            ("text/csv", "csv"),
            ("application/xml, text/csv;q=0.5, application/json;q=0.6", "json"),
            ("application/vnd.apache.parquet", "parquet"),
            ("application/octet-stream, */*;q=0.1", "parquet"),
            ("application/fhir+json", "json"),
        ] {
            assert_eq!(name(accept), Some(wanted), "{accept}");
        }
        assert_eq!(accepted(&TestRequest::default().to_http_request()), Some("ndjson"));
        let request = TestRequest::default().insert_header((ACCEPT, "application/xml")).to_http_request();
        assert_eq!(asked(&request, Some("text/csv")).unwrap(), (Format::Csv { header: true }, "text/csv"));
        assert_eq!(asked(&request, Some("application/x-ndjson")).unwrap().0, Format::NdJson);
    }
}
