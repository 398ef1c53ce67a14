//! Parameters of a query string.

use actix_web::HttpRequest;

use super::errors::Refusal;

/// Most characters of a value.
const LONGEST: usize = 2_000;

/// All values of a parameter, decoded.
///
/// # Errors
/// When one cannot be anything that is kept.
pub fn all(request: &HttpRequest, name: &'static str) -> Result<Vec<String>, Refusal> {
    let values = form_urlencoded::parse(request.query_string().as_bytes());
    let values: Vec<_> =
        values.filter(|(given, _)| given == name).map(|(_, value)| value.into_owned()).collect();
    let is_good = |value: &String| value.chars().count() <= LONGEST && !value.contains(char::is_control);
    if values.iter().all(is_good) {
        Ok(values)
    } else {
        Err(Refusal::field(name, &format!("must have at most {LONGEST} characters on one line")))
    }
}

/// The one value of a parameter; none where it is empty.
///
/// # Errors
/// When it is given more than once, so that which one is meant cannot be told.
pub fn one(request: &HttpRequest, name: &'static str) -> Result<Option<String>, Refusal> {
    let values = all(request, name)?;
    match values.as_slice() {
        [] => Ok(None),
        [value] => Ok(Some(value.trim().to_owned()).filter(|value| !value.is_empty())),
        _ => Err(Refusal::field(name, "is given more than once")),
    }
}

/// A whole number from 1 on.
///
/// # Errors
/// When it is none.
pub fn number(request: &HttpRequest, name: &'static str) -> Result<Option<u32>, Refusal> {
    let Some(text) = one(request, name)? else { return Ok(None) };
    let is_whole = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = is_whole.then(|| text.parse().unwrap_or(u32::MAX)).filter(|number| *number > 0);
    number.map(Some).ok_or_else(|| Refusal::field(name, "must be a whole number from 1 on"))
}

/// The number of a version; 0 for whole numbers of which there can be no version.
///
/// # Errors
/// When it is no whole number.
pub fn version(request: &HttpRequest, name: &'static str) -> Result<Option<u32>, Refusal> {
    let Some(text) = one(request, name)? else { return Ok(None) };
    let digits = text.strip_prefix('-').unwrap_or(&text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Refusal::field(name, "must be a whole number"));
    }
    let is_negative = digits.len() < text.len();
    Ok(Some(if is_negative { 0 } else { digits.parse().unwrap_or(u32::MAX) }))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    type Read = fn(&HttpRequest, &'static str) -> Result<Option<u32>, Refusal>;

    fn read(by: Read, query: &str) -> Result<Option<u32>, String> {
        let request = TestRequest::default().uri(&format!("/x?{query}")).to_http_request();
        by(&request, "x").map_err(|refusal| refusal.to_string())
    }

    const BOTH: [Read; 2] = [number, version];

    #[test]
    fn what_is_no_number_is_refused() {
        for query in ["x=0", "x=-1", "x=1.5", "x=x", "x=1e3", "x=%D9%A1"] {
            assert_eq!(read(number, query).unwrap_err(), "x must be a whole number from 1 on.", "{query}");
        }
        for query in ["x=1.5", "x=x", "x=1e3", "x=%D9%A1", "x=-", "x=--1", "x=%2B1"] {
            assert_eq!(read(version, query).unwrap_err(), "x must be a whole number.", "{query}");
        }
        for by in BOTH {
            assert_eq!(read(by, "x=1&x=2").unwrap_err(), "x is given more than once.");
            assert!(read(by, "x=%00").unwrap_err().starts_with("x must have at most"));
        }
    }

    #[test]
    fn a_number_may_be_missing_and_is_never_too_large() {
        for by in BOTH {
            assert_eq!((read(by, ""), read(by, "x=")), (Ok(None), Ok(None)));
            assert_eq!((read(by, "x=7"), read(by, "x=99999999999")), (Ok(Some(7)), Ok(Some(u32::MAX))));
        }
        assert_eq!((read(version, "x=0"), read(version, "x=-7")), (Ok(Some(0)), Ok(Some(0))));
    }
}
