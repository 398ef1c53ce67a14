//! What a client presents of itself: one credential, in one of three ways. <https://www.rfc-editor.org/rfc/rfc6749#section-2.3>

use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::form::Form;
use crate::core::Secret;
use crate::identity::oauth::Refusal;
use crate::identity::oauth::assertion::TYPE;
use crate::identity::oauth::authentication::Credential;

/// Whether a request says nothing of who asks.
#[must_use]
pub fn is_absent(request: &HttpRequest, form: &Form) -> bool {
    let is_in_form = ["client_id", "client_secret", "client_assertion", "client_assertion_type"]
        .iter()
        .any(|name| form.get(name).is_some());
    !is_in_form && !request.headers().contains_key(AUTHORIZATION)
}

/// The credential of a request.
///
/// # Errors
/// When there is none, or more than one.
pub fn of(request: &HttpRequest, form: &Form) -> Result<Credential, Refusal> {
    if form.get("client_secret").is_some() {
        return Err(Refusal::InvalidRequest("a client sends its secret by HTTP Basic, not in the body"));
    }
    let id = form.get("client_id").map(str::to_owned);
    let assertion = form.get("client_assertion").map(|text| Secret::new(text.to_owned()));
    if form.get("client_assertion_type").is_some_and(|given| given != TYPE) {
        return Err(Refusal::InvalidRequest("client_assertion_type is not that of a JWT"));
    }
    if assertion.is_some() != form.get("client_assertion_type").is_some() {
        return Err(Refusal::InvalidRequest("client_assertion and client_assertion_type need one another"));
    }
    match (request.headers().get(AUTHORIZATION), assertion) {
        (Some(_), Some(_)) => Err(Refusal::InvalidRequest("a client shows who it is in one way, not in two")),
        (Some(header), None) => {
            let credential = header.to_str().ok().and_then(basic);
            let (user, secret) =
                credential.ok_or(Refusal::InvalidClient("the Authorization header is not HTTP Basic"))?;
            if id.is_some_and(|id| id != user) {
                return Err(Refusal::InvalidClient("client_id and the header name different clients"));
            }
            Ok(Credential::Secret(user, secret))
        }
        (None, Some(assertion)) => Ok(Credential::Assertion(id, assertion)),
        (None, None) => {
            let missing = Refusal::InvalidClient("the client does not say who it is");
            Ok(Credential::Id(id.ok_or(missing)?))
        }
    }
}

/// Id and secret, each form-encoded before they were put together (RFC 6749, 2.3.1).
fn basic(header: &str) -> Option<(String, Secret<String>)> {
    let (scheme, text) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(text.trim()).ok()?).ok()?;
    let (user, secret) = text.split_once(':')?;
    Some((decoded(user), Secret::new(decoded(secret))))
}

fn decoded(text: &str) -> String {
    let whole = format!("={text}");
    // A bare `&` cannot be in what was encoded; the secret would not hold then.
    form_urlencoded::parse(whole.as_bytes()).map(|(_, value)| value.into_owned()).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn of(header: Option<&str>, form: &str) -> String {
        let request = TestRequest::default();
        let request = match header {
            Some(header) => request.insert_header((AUTHORIZATION, header)),
            None => request,
        };
        match super::of(&request.to_http_request(), &Form::parse(form.as_bytes()).unwrap()) {
            Ok(Credential::Id(id)) => format!("id {id}"),
            Ok(Credential::Secret(id, secret)) => format!("secret {id} {}", secret.expose()),
            Ok(Credential::Assertion(id, text)) => format!("assertion {id:?} {}", text.expose()),
            Err(refusal) => refusal.to_string(),
        }
    }

    #[test]
    fn a_request_has_one_credential() {
        let basic = format!("Basic {}", STANDARD.encode("a:b"));
        let typed = format!("client_assertion_type={}", TYPE.replace(':', "%3A"));
        for (header, form, told) in [
            (None, String::new(), "the client does not say who it is"),
            (
                None,
                "client_id=a&client_secret=b".to_owned(),
                "a client sends its secret by HTTP Basic, not in the body",
            ),
            (
                None,
                "client_assertion=x".to_owned(),
                "client_assertion and client_assertion_type need one another",
            ),
            (None, typed.clone(), "client_assertion and client_assertion_type need one another"),
            (
                None,
                "client_assertion=x&client_assertion_type=y".to_owned(),
                "client_assertion_type is not that of a JWT",
            ),
            (
                Some(basic.as_str()),
                format!("{typed}&client_assertion=x"),
                "a client shows who it is in one way, not in two",
            ),
            (
                Some(basic.as_str()),
                "client_id=b".to_owned(),
                "client_id and the header name different clients",
            ),
            (Some("Bearer x"), String::new(), "the Authorization header is not HTTP Basic"),
            (Some("Basic ?"), String::new(), "the Authorization header is not HTTP Basic"),
        ] {
            assert_eq!(of(header, &form), told, "{header:?} {form}");
        }
        assert_eq!(of(None, &format!("{typed}&client_assertion=x")), "assertion None x");
        assert_eq!(of(None, "client_id=a"), "id a");
    }

    #[test]
    fn id_and_secret_are_decoded() {
        let header = format!("basic {}", STANDARD.encode("a%3Ab:c+%26:d"));
        assert_eq!(of(Some(&header), "client_id=a:b"), "secret a:b c &:d");
    }
}
