//! What a provider tells of somebody when it is asked, where the id token does not say.
//! <https://openid.net/specs/openid-connect-core-1_0.html#UserInfo>

use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use reqwest::{Method, Request};
use serde::Deserialize;
use url::Url;

use super::NotRecognised;
use super::id_token::Said;
use crate::core::Secret;
use crate::platform::egress::Egress;

/// The largest answer.
const LARGEST: usize = 64 * 1024;

#[derive(Deserialize)]
struct Claims {
    sub: String,
    email: Option<String>,
    email_verified: Option<Verified>,
    name: Option<Secret<String>>,
}

/// A truth value; some providers write it as a string.
#[derive(Deserialize)]
#[serde(untagged)]
enum Verified {
    Value(bool),
    Word(String),
}

impl Verified {
    fn holds(self) -> bool {
        match self {
            Self::Value(value) => value,
            Self::Word(word) => word == "true",
        }
    }
}

impl Said {
    /// Whether the endpoint is to be asked before anything can be done with the e-mail address.
    pub(super) fn is_incomplete(&self) -> bool {
        self.email.is_none() || self.is_verified.is_none()
    }

    /// The same, with what the endpoint tells.
    pub(super) async fn completed(
        self,
        egress: &Egress,
        endpoint: &Url,
        access_token: &str,
    ) -> Result<Self, NotRecognised> {
        let wrong = |told: &str| NotRecognised::Wrong(told.to_owned());
        let mut bearer = HeaderValue::try_from(format!("Bearer {access_token}"))
            .map_err(|_| wrong("the access token is not one"))?;
        bearer.set_sensitive(true);
        let mut request = Request::new(Method::GET, endpoint.clone());
        request.headers_mut().insert(AUTHORIZATION, bearer);
        request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json"));
        let reply = egress.send(request, LARGEST).await.map_err(|error| {
            tracing::warn!(%error, "the endpoint for userinfo does not answer");
            NotRecognised::Unavailable
        })?;
        let claims = Some(reply).filter(|reply| reply.status == 200);
        let claims = claims.and_then(|reply| serde_json::from_slice::<Claims>(&reply.body).ok());
        let claims = claims.ok_or_else(|| wrong("userinfo is not what it must be"))?;
        if claims.sub != self.subject {
            return Err(wrong("userinfo is about somebody else"));
        }
        Ok(Self {
            email: claims.email,
            is_verified: claims.email_verified.map(Verified::holds),
            name: self.name.or(claims.name),
            ..self
        })
    }
}
