//! From a client's question to a person's answer: sign in, choose a patient, decide.
//!
//! Every page carries the client's question as it came, and reads it anew: nothing that was checked on the page before is taken
//! for granted on the next.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::{failed, fault, go_on};
use crate::http::oauth::audit;
use crate::http::oauth::errors::OauthError;
use crate::identity::Identity;
use crate::identity::oauth::authorization::{Asked, Authorization};
use crate::identity::oauth::authorization_fault::Fault;
use crate::identity::oauth::web_session::SignedInBrowser;
use crate::records::Error;

/// The longest question that is carried along.
const LONGEST: usize = 8 * 1024;

/// A client's question, read.
pub struct Flow {
    /// As it came.
    pub request: String,
    /// What it says.
    pub asked: Authorization,
}

impl Flow {
    /// Reads a question, or answers it.
    ///
    /// # Errors
    /// The answer to a question that nobody can be asked.
    pub async fn read(
        request: &HttpRequest,
        identity: &Identity,
        question: &str,
    ) -> Result<Self, HttpResponse> {
        let is_plain = |text: &str| !text.contains(char::is_control);
        let is_fit = question.len() <= LONGEST
            && form_urlencoded::parse(question.as_bytes()).all(|(_, value)| is_plain(&value));
        let read = web::Query::<Asked>::from_query(question).ok().filter(|_| is_fit);
        let found = match read {
            Some(asked) => identity.authorization(&asked).await,
            None => Err(Fault::Shown("The app asks in a way that cannot be read.")),
        };
        match found {
            Ok(asked) => Ok(Self { request: question.to_owned(), asked }),
            Err(fault) => Err(answer(request, identity, fault).await),
        }
    }

    /// Where the person goes next: to sign in, to choose a patient, or to decide.
    #[must_use]
    pub fn next(&self, browser: Option<&SignedInBrowser>) -> String {
        let to = |path: &str| {
            let query = form_urlencoded::Serializer::new(String::new())
                .append_pair("request", &self.request)
                .finish();
            format!("{path}?{query}")
        };
        match browser {
            None => to("/login"),
            Some(browser) if self.asked.needs_patient() && browser.account.patient.is_none() => {
                to("/oauth/patient")
            }
            Some(_) => to("/oauth/consent"),
        }
    }

    /// Whether the person is one of the client's own tenant; others are asked to sign in as one who is.
    #[must_use]
    pub fn is_of_tenant(&self, browser: &SignedInBrowser) -> bool {
        browser.account.tenant == self.asked.client.tenant.number()
    }

    /// Whether the person is one of the client's tenant who signed in as lately as the client asks for.
    #[must_use]
    pub fn is_current(&self, browser: &SignedInBrowser) -> bool {
        self.is_of_tenant(browser) && self.asked.is_fresh(browser.signed_in_at)
    }

    /// Sends the person back with a refusal.
    pub async fn refuse(
        &self,
        request: &HttpRequest,
        identity: &Identity,
        error: &'static str,
        description: &'static str,
    ) -> HttpResponse {
        let fault = Fault::Sent {
            redirect_uri: self.asked.redirect_uri.clone(),
            state: Some(self.asked.state.clone()),
            error,
            description,
        };
        answer(request, identity, fault).await
    }
}

/// Answers a question that nobody can be asked, once it is audited.
async fn answer(request: &HttpRequest, identity: &Identity, found: Fault) -> HttpResponse {
    match found {
        Fault::Shown(told) => {
            audit::refused(request, audit::AUTHORIZE, false).await;
            fault(StatusCode::BAD_REQUEST, told)
        }
        Fault::Sent { redirect_uri, state, error, description } => {
            audit::refused(request, audit::AUTHORIZE, false).await;
            go_on(&identity.refusal_address(&redirect_uri, state.as_deref(), error, description))
        }
        Fault::Failed(refusal) => {
            audit::refused(request, audit::AUTHORIZE, true).await;
            match OauthError::from(refusal) {
                OauthError::Failed(error) => failed(&error),
                OauthError::Refused(_) | OauthError::Unregistered(..) | OauthError::Unknown(_) => {
                    failed(&Error::internal("a request cannot be read"))
                }
            }
        }
    }
}
