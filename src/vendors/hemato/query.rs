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

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn version(query: &str) -> Result<Option<u32>, String> {
        let request = TestRequest::default().uri(&format!("/x?{query}")).to_http_request();
        number(&request, "version").map_err(|refusal| refusal.to_string())
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for query in ["version=0", "version=-1", "version=1.5", "version=x", "version=1e3", "version=%D9%A1"]
        {
            assert_eq!(version(query).unwrap_err(), "version must be a whole number from 1 on.", "{query}");
        }
        assert_eq!(version("version=1&version=2").unwrap_err(), "version is given more than once.");
        assert!(version("version=%00").unwrap_err().starts_with("version must have at most"));
    }

    #[test]
    fn a_number_may_be_missing_and_is_never_too_large() {
        assert_eq!((version(""), version("version=")), (Ok(None), Ok(None)));
        assert_eq!((version("version=7"), version("version=99999999999")), (Ok(Some(7)), Ok(Some(u32::MAX))));
    }
}
