//! Parameters of a query string.

use actix_web::HttpRequest;

use super::errors::Refusal;

/// The one value of a parameter, decoded.
///
/// # Errors
/// When it is given more than once: which one is meant cannot be told.
pub fn one(request: &HttpRequest, name: &'static str) -> Result<Option<String>, Refusal> {
    let mut values = form_urlencoded::parse(request.query_string().as_bytes())
        .filter(|(given, _)| given == name)
        .map(|(_, value)| value.into_owned());
    let first = values.next();
    match values.next() {
        None => Ok(first),
        Some(_) => Err(Refusal::Validation(name, "is given more than once".to_owned())),
    }
}
