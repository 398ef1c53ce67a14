//! Fetching files, which are larger than what is held in memory.

use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::LOCATION;
use reqwest::{Method, Request};
use url::Url;

use super::{Egress, EgressSettings, NotFetched, NotUsable, Patience, failed};

/// So long a file may take to come.
const PATIENCE: Patience = Patience { connect: Duration::from_secs(5), whole: Duration::from_secs(15 * 60) };

impl Egress {
    /// A client that waits as long as large files take.
    ///
    /// # Errors
    /// When the authorities cannot be read.
    pub fn for_files(settings: &EgressSettings, extra_ca: Option<&Path>) -> Result<Self, NotUsable> {
        Self::within(PATIENCE, settings, extra_ca)
    }

    /// Asks for a file, following so many redirects, of which each is judged as the first address is. They lead to https alone, also where
    /// a place is listed: who redirects is none whom the operator asked.
    ///
    /// # Errors
    /// Why there is no file.
    pub async fn open(&self, url: Url, redirects: u8) -> Result<Download, NotFetched> {
        let mut url = url;
        for hop in 0..=redirects {
            self.permits(&url)?;
            if hop > 0 && url.scheme() != "https" {
                return Err(NotFetched::Scheme);
            }
            let client = if self.is_listed(&url) { &self.listed } else { &self.guarded };
            let response = client.execute(Request::new(Method::GET, url.clone())).await.map_err(failed)?;
            let status = response.status();
            if status.as_u16() == 200 {
                return Ok(Download { response, length: 0 });
            }
            let next = response.headers().get(LOCATION).filter(|_| status.is_redirection());
            let next = next.and_then(|next| next.to_str().ok()).and_then(|next| url.join(next).ok());
            url = next.ok_or(NotFetched::Status(status.as_u16()))?;
        }
        Err(NotFetched::TooManyRedirects)
    }
}

/// A file that comes in.
#[derive(Debug)]
pub struct Download {
    response: reqwest::Response,
    length: u64,
}

impl Download {
    /// The next part; none at the end.
    ///
    /// # Errors
    /// When the file gets longer than `largest`, or does not come whole.
    pub async fn next(&mut self, largest: u64) -> Result<Option<Bytes>, NotFetched> {
        let part = self.response.chunk().await.map_err(failed)?;
        let length = part.as_ref().map_or(0, |part| u64::try_from(part.len()).unwrap_or(u64::MAX));
        self.length = self.length.saturating_add(length);
        if self.length > largest {
            return Err(NotFetched::TooLarge(usize::try_from(largest).unwrap_or(usize::MAX)));
        }
        Ok(part)
    }
}
