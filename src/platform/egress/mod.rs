//! The one way out: whatever the server fetches from others, it fetches with this client.
//!
//! Addresses come from people, apps and documents that are fetched, so any of them may point at what only we can reach
//! (<https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html>). Only https to public
//! addresses is let out; `HYGEIA_EGRESS_ALLOW` names the exceptions by host and port, for addresses that the operator gave, and for those
//! that a tenant's own people have webhooks, callbacks and downloads at, which are https there too. Those that apps gave have a list of
//! their own: whoever registers an app could otherwise have all of the other one called. A name is judged by the addresses that the
//! connection is made to, when it is made: one that leads elsewhere the next time gains nothing. Redirects are followed for files alone
//! (`files`), and what comes back is limited in size and time.

mod files;
mod public;
pub mod published;
mod resolver;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{ACCEPT, HeaderMap, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, ClientBuilder, Method, Request, Response};
use url::{Host, Url};

use crate::core::config::egress::{EgressSettings, Place};
pub use files::Download;
use resolver::PublicOnly;

/// How long others are waited for.
#[derive(Clone, Copy)]
struct Patience {
    /// So long a connection may take to be made.
    connect: Duration,
    /// So long a whole exchange may take, from the connection to the last byte.
    whole: Duration,
}

const PATIENCE: Patience = Patience { connect: Duration::from_secs(5), whole: Duration::from_secs(15) };
/// The largest answer, where whoever asks wants no smaller one.
pub const LARGEST: usize = 1024 * 1024;

/// The client.
#[derive(Clone)]
pub struct Egress {
    allow: Arc<[Place]>,
    /// For the places on the list: goes wherever the name leads.
    listed: Client,
    /// For all others.
    guarded: Client,
}

/// What another server answered.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The header fields.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
pub enum NotUsable {
    /// The file cannot be read.
    #[error("HYGEIA_EXTRA_CA names a file that cannot be read: {0}")]
    File(std::io::Error),
    /// It has no certificate.
    #[error("HYGEIA_EXTRA_CA names a file that is not a list of certificates in PEM")]
    Certificates,
    /// The client cannot be built.
    #[error("the client for requests to others cannot be built: {0}")]
    Client(reqwest::Error),
}

/// Why there is no answer. The address is not told: it may hold a secret.
#[derive(Debug, thiserror::Error)]
pub enum NotFetched {
    /// The address may not be fetched.
    #[error("the address is neither https nor excepted by the settings")]
    Scheme,
    /// The address is private, and not listed.
    #[error("the address is not public and not excepted by the settings")]
    Private,
    /// The answer is too large.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
    /// The other server did not answer as asked.
    #[error("the other server answered with status {0}")]
    Status(u16),
    /// The other server leads on and on.
    #[error("no answer: there are too many redirects")]
    TooManyRedirects,
    /// There was no whole answer.
    #[error("no answer: {0}")]
    Failed(String),
}

impl NotFetched {
    /// Whether the same may come through a while later.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Status(status) => matches!(status, 408 | 425 | 429 | 500..=599),
            Self::Failed(_) => true,
            Self::Scheme | Self::Private | Self::TooLarge(_) | Self::TooManyRedirects => false,
        }
    }
}

impl Egress {
    /// A client by these settings, which trusts the authorities in the file `extra_ca` too.
    ///
    /// # Errors
    /// When the authorities cannot be read.
    pub fn new(settings: &EgressSettings, extra_ca: Option<&Path>) -> Result<Self, NotUsable> {
        Self::within(PATIENCE, settings, extra_ca)
    }

    fn within(
        patience: Patience,
        settings: &EgressSettings,
        extra_ca: Option<&Path>,
    ) -> Result<Self, NotUsable> {
        let extra = match extra_ca {
            None => Vec::new(),
            Some(file) => {
                let pem = std::fs::read(file).map_err(NotUsable::File)?;
                let found = Certificate::from_pem_bundle(&pem).map_err(|_| NotUsable::Certificates)?;
                if found.is_empty() {
                    return Err(NotUsable::Certificates);
                }
                found
            }
        };
        let builder = || {
            extra
                .iter()
                .fold(plain(patience), |builder, authority| builder.add_root_certificate(authority.clone()))
        };
        Ok(Self {
            allow: settings.allow.clone().into(),
            listed: builder().build().map_err(NotUsable::Client)?,
            guarded: builder().dns_resolver(Arc::new(PublicOnly)).build().map_err(NotUsable::Client)?,
        })
    }

    /// The same for addresses that apps gave.
    ///
    /// # Errors
    /// When the authorities cannot be read.
    pub fn for_clients(settings: &EgressSettings, extra_ca: Option<&Path>) -> Result<Self, NotUsable> {
        Self::new(&EgressSettings { allow: settings.allow_clients.clone(), ..settings.clone() }, extra_ca)
    }

    /// Whether a request may be made to an address, as far as its text tells.
    ///
    /// # Errors
    /// Why not.
    pub fn permits(&self, url: &Url) -> Result<(), NotFetched> {
        if self.is_listed(url) {
            return Ok(());
        }
        if url.scheme() != "https" {
            return Err(NotFetched::Scheme);
        }
        // An address in the text is never resolved, so it is judged here.
        let is_public = match url.host().ok_or(NotFetched::Scheme)? {
            Host::Domain(name) => !public::is_own(name),
            Host::Ipv4(address) => public::is_public(address.into()),
            Host::Ipv6(address) => public::is_public(address.into()),
        };
        if is_public { Ok(()) } else { Err(NotFetched::Private) }
    }

    /// Whether a request may be made to an address, as far as its text and what its name leads to just now tell. A name that leads nowhere
    /// may lead somewhere when the request is made: it is judged again then.
    ///
    /// # Errors
    /// Why not.
    pub async fn permits_now(&self, url: &Url) -> Result<(), NotFetched> {
        self.permits(url)?;
        match url.host() {
            Some(Host::Domain(name)) if !self.is_listed(url) && resolver::leads_inside(name).await => {
                Err(NotFetched::Private)
            }
            Some(Host::Domain(_) | Host::Ipv4(_) | Host::Ipv6(_)) | None => Ok(()),
        }
    }

    /// Makes a request; the answer whatever its status, with a body of at most `largest` bytes.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn send(&self, request: Request, largest: usize) -> Result<Reply, NotFetched> {
        let mut response = self.execute(request).await?;
        let mut body = Vec::new();
        while let Some(part) = response.chunk().await.map_err(failed)? {
            if body.len().saturating_add(part.len()) > largest {
                return Err(NotFetched::TooLarge(largest));
            }
            body.extend_from_slice(&part);
        }
        let headers = std::mem::take(response.headers_mut());
        Ok(Reply { status: response.status().as_u16(), headers, body: body.into() })
    }

    /// Makes a request of whose answer the status alone matters: nothing behind the head is read.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn status(&self, request: Request) -> Result<u16, NotFetched> {
        Ok(self.execute(request).await?.status().as_u16())
    }

    async fn execute(&self, request: Request) -> Result<Response, NotFetched> {
        self.permits(request.url())?;
        let client = if self.is_listed(request.url()) { &self.listed } else { &self.guarded };
        client.execute(request).await.map_err(failed)
    }

    /// The JSON document at an address, as text.
    ///
    /// # Errors
    /// When there is none.
    pub async fn document(&self, url: Url, largest: usize) -> Result<String, NotFetched> {
        let mut request = Request::new(Method::GET, url);
        request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json"));
        let reply = self.send(request, largest).await?;
        if reply.status != 200 {
            return Err(NotFetched::Status(reply.status));
        }
        String::from_utf8(reply.body.into()).map_err(|_| NotFetched::Failed("it is not text".to_owned()))
    }

    fn is_listed(&self, url: &Url) -> bool {
        let is_web = matches!(url.scheme(), "http" | "https");
        is_web && Place::of(url).is_some_and(|place| self.allow.contains(&place))
    }
}

/// What both clients have in common. A proxy of the environment would see and reach what we must not.
fn plain(patience: Patience) -> ClientBuilder {
    Client::builder()
        .user_agent("hygeia")
        .redirect(Policy::none())
        .referer(false)
        .no_proxy()
        .connect_timeout(patience.connect)
        .timeout(patience.whole)
}

/// The error behind reqwest's, which would tell the address.
fn failed(error: reqwest::Error) -> NotFetched {
    let error = error.without_url();
    let mut told = error.to_string();
    let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(&error);
    while let Some(error) = cause {
        if error.is::<resolver::NotPublic>() {
            return NotFetched::Private;
        }
        told = error.to_string();
        cause = error.source();
    }
    NotFetched::Failed(told)
}

#[cfg(test)]
mod tests;
