//! Forms: `application/x-www-form-urlencoded`, with no parameter twice (RFC 6749, 3.2).

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};

use super::body;
use super::errors::OauthError;
use crate::identity::oauth::Refusal;

/// A request's parameters. An empty one counts as not sent (RFC 6749, 3.1).
#[derive(Default)]
pub struct Form(BTreeMap<String, String>);

impl Form {
    /// Reads parameters.
    ///
    /// # Errors
    /// When one comes twice, or has a control character: those are in no parameter of OAuth (RFC 6749, appendix A).
    pub fn parse(text: &[u8]) -> Result<Self, Refusal> {
        let mut read = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(text) {
            if name.contains(char::is_control) || value.contains(char::is_control) {
                return Err(Refusal::InvalidRequest("a parameter must not have control characters"));
            }
            if read.insert(name.into_owned(), value.into_owned()).is_some() {
                return Err(Refusal::InvalidRequest("a parameter must not come twice"));
            }
        }
        read.retain(|_, value| !value.is_empty());
        Ok(Self(read))
    }

    /// A parameter.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A parameter that must be there.
    ///
    /// # Errors
    /// `missing`, when it is not.
    pub fn required(&self, name: &str, missing: &'static str) -> Result<&str, Refusal> {
        self.get(name).ok_or(Refusal::InvalidRequest(missing))
    }
}

impl FromRequest for Form {
    type Error = OauthError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, OauthError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_form = request.content_type().eq_ignore_ascii_case("application/x-www-form-urlencoded");
        let payload = web::Payload::from_request(request, payload);
        Box::pin(async move {
            if !is_form {
                let text = "the body must be of type application/x-www-form-urlencoded";
                return Err(Refusal::InvalidRequest(text).into());
            }
            let unread = || Refusal::InvalidRequest("the body is longer than 64 KiB, too slow, or broke off");
            let payload = payload.await.map_err(|_| unread())?;
            let read = body::read(payload).await.ok_or_else(unread)?;
            Ok(Self::parse(&read)?)
        })
    }
}
