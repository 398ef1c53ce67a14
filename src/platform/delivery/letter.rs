//! What is sent, where that is made only when it is sent: what a receiver may be told can have changed since something happened.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use reqwest::header::{HeaderName, HeaderValue};
use url::Url;

use crate::core::Secret;
use crate::platform::mail::Mail;
use crate::storage::deliveries::Next;
use crate::storage::{StorageError, TenantId};

/// What is sent of one delivery.
#[derive(Debug)]
pub enum Letter {
    /// A request.
    Request(Outward),
    /// A mail.
    Mail(Box<Mail>),
    /// Nothing: the receiver may not be told of it, or it is not there any more.
    Nothing,
    /// Nothing can be sent to the receiver any more; why not.
    Never(String),
}

/// A request to a receiver.
pub struct Outward {
    /// Whether it is a `PUT`, rather than a `POST`.
    pub is_put: bool,
    /// Where to.
    pub url: Url,
    /// The header fields.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// What is sent.
    pub body: Secret<String>,
    /// So many seconds the receiver has to answer; none for what all have.
    pub patience_s: Option<u64>,
}

impl fmt::Debug for Outward {
    /// Neither address nor fields: both may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Outward({} header fields)", self.headers.len())
    }
}

/// A letter that is written.
#[derive(Debug)]
pub struct Written {
    /// What is sent.
    pub letter: Letter,
    /// The ids of other deliveries of the line, those right behind, that it tells too: once it has come through, they have.
    pub also: Vec<String>,
}

impl From<Letter> for Written {
    /// A letter of one delivery.
    fn from(letter: Letter) -> Self {
        Self { letter, also: Vec::new() }
    }
}

/// A letter that is being written.
pub type Writing<'a> = Pin<Box<dyn Future<Output = Result<Written, StorageError>> + Send + 'a>>;

/// Who writes the letters to receivers of a kind.
pub trait Scribe: Send + Sync {
    /// The letter of a delivery to the receiver with this id.
    fn write<'a>(&'a self, tenant: TenantId, receiver: &'a str, next: &'a Next) -> Writing<'a>;
}
