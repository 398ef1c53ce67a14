//! How every page is opened: what came with the request, what a client asks for, and who has signed in. What is not as it must be is
//! answered with a page, before the handler starts.

use std::fmt;
use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::error::InternalError;
use actix_web::http::{Method, StatusCode};
use actix_web::web::{self, Bytes};
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse};

use super::flow::Flow;
use super::in_time::InTime;
use super::{failed, fault, go_on, visitor};
use crate::core::Secret;
use crate::http::arrival;
use crate::http::oauth::audit;
use crate::identity::oauth::web_session::{Seen, SignedInBrowser};
use crate::identity::{Caller, Identity};
use crate::records::{Error, Records};

/// The largest form.
const LARGEST: usize = 64 * 1024;
/// What somebody is told whose form does not fit the browser.
const FOREIGN: &str = "The form is too old, or came from elsewhere.";

/// What a handler answers.
pub type Answer = Result<HttpResponse, Turned>;

type Opening<T> = Pin<Box<dyn Future<Output = Result<T, Turned>>>>;

/// An answer that ends a handler early.
pub struct Turned(Box<HttpResponse>);

impl From<HttpResponse> for Turned {
    fn from(answer: HttpResponse) -> Self {
        Self(Box::new(answer))
    }
}

impl From<Error> for Turned {
    fn from(error: Error) -> Self {
        failed(&error).into()
    }
}

impl fmt::Debug for Turned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Turned({})", self.0.status())
    }
}

impl From<Turned> for actix_web::Error {
    fn from(turned: Turned) -> Self {
        InternalError::from_response("a page was answered early", *turned.0).into()
    }
}

/// What came with a request: in the address of a GET, in the form of a POST.
pub struct Visit {
    /// The request.
    pub request: HttpRequest,
    /// Callers and credentials.
    pub identity: web::Data<Identity>,
    /// The door to resources.
    pub records: web::Data<Records>,
    fields: Vec<(String, String)>,
}

impl Visit {
    /// The first field of this name; empty where there is none.
    pub fn one(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// All fields of this name.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.fields.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// A field that must not be printed.
    pub fn secret(&self, name: &str) -> Secret<String> {
        Secret::new(self.one(name).to_owned())
    }

    /// Where the client is.
    pub fn from(&self) -> Option<IpAddr> {
        arrival::client(&self.request).address
    }

    /// What a session of this browser is told from others by.
    pub fn seen(&self) -> Seen {
        visitor::seen(&self.request)
    }

    /// Checks that a form of somebody who has not signed in came from this browser.
    pub fn check_stranger(&self) -> Result<(), Turned> {
        let proof = visitor::stranger(&self.request, &self.identity).map(|cookie| visitor::proof(&cookie));
        let is_ours = proof.is_some_and(|proof| visitor::is_proof(self.one("form"), &proof));
        if is_ours { Ok(()) } else { Err(fault(StatusCode::FORBIDDEN, FOREIGN).into()) }
    }

    /// Checks that a form of somebody who has signed in carries what their pages do.
    pub fn check_form(&self, proof: &str) -> Result<(), Turned> {
        let is_ours = visitor::is_proof(self.one("form"), proof);
        if is_ours { Ok(()) } else { Err(fault(StatusCode::FORBIDDEN, FOREIGN).into()) }
    }

    /// The caller who has not signed in.
    pub fn nobody(&self) -> Caller {
        Caller::anonymous(crate::identity::Surface::Fhir).calling_from(arrival::client(&self.request))
    }
}

impl FromRequest for Visit {
    type Error = Turned;
    type Future = Opening<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let is_form = request.content_type().eq_ignore_ascii_case("application/x-www-form-urlencoded");
        let body =
            (request.method() == Method::POST).then(|| InTime::<Bytes>::from_request(&request, payload));
        Box::pin(async move {
            let missing =
                || Turned::from(Error::internal("the server was built without identity or records"));
            let fields = match body {
                None => pairs(request.query_string().as_bytes()),
                Some(_) if !is_form => {
                    let told = "The page sends something else than a form.";
                    return Err(fault(StatusCode::UNSUPPORTED_MEDIA_TYPE, told).into());
                }
                Some(body) => match body.await {
                    Ok(InTime(body)) if body.len() <= LARGEST => pairs(&body),
                    Ok(_) => return Err(too_large()),
                    Err(error) => {
                        let answer = error.error_response();
                        // A page of ours says already what it is.
                        let is_ours = answer.status() == StatusCode::REQUEST_TIMEOUT;
                        return Err(if is_ours { answer.into() } else { too_large() });
                    }
                },
            };
            let identity = request.app_data::<web::Data<Identity>>().cloned().ok_or_else(missing)?;
            let records = request.app_data::<web::Data<Records>>().cloned().ok_or_else(missing)?;
            Ok(Self { request, identity, records, fields })
        })
    }
}

fn too_large() -> Turned {
    fault(StatusCode::PAYLOAD_TOO_LARGE, "The form is too large, or broke off.").into()
}

fn pairs(text: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(text).into_owned().collect()
}

/// A visit that a client's question led to.
pub struct Asked {
    /// What came with the request.
    pub visit: Visit,
    /// The question.
    pub flow: Flow,
}

impl FromRequest for Asked {
    type Error = Turned;
    type Future = Opening<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let visit = Visit::from_request(request, payload);
        Box::pin(async move {
            let visit = visit.await?;
            let flow = Flow::read(&visit.request, &visit.identity, visit.one("request")).await?;
            Ok(Self { visit, flow })
        })
    }
}

/// A visit of somebody who has signed in. A form of theirs came from this browser.
pub struct Member {
    /// What came with the request.
    pub visit: Visit,
    /// Who it is.
    pub browser: SignedInBrowser,
    /// What their forms carry.
    pub proof: String,
    /// The same person, as a caller.
    pub caller: Caller,
}

impl FromRequest for Member {
    type Error = Turned;
    type Future = Opening<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let visit = Visit::from_request(request, payload);
        Box::pin(async move {
            let visit = visit.await?;
            let found = visitor::signed_in(&visit.request, &visit.identity).await?;
            let Some((browser, proof)) = found else { return Err(go_on("/login").into()) };
            let caller = audit::of_person(&visit.request, &browser);
            visit.request.extensions_mut().insert(caller.clone());
            if visit.request.method() == Method::POST {
                visit.check_form(&proof)?;
            }
            Ok(Self { visit, browser, proof, caller })
        })
    }
}
