//! Addresses that clients give: where files are, and who is told.

use std::collections::BTreeMap;

use futures_util::{StreamExt, TryStreamExt, stream};
use url::Url;

use super::errors::Refusal;
use crate::core::Secret;
use crate::platform::egress::Egress;

/// Most characters of an address; signed ones are long.
const LONGEST: usize = 4_096;
/// So many servers' names are asked for at the same time.
const AT_ONCE: usize = 16;

/// An address that may be called: https, to what anybody could reach, unless the operator excepted it.
///
/// # Errors
/// When it is none, or may not be called. It is not repeated: it may hold a secret.
pub async fn checked(egress: &Egress, field: &str, text: &Secret<String>) -> Result<Url, Refusal> {
    let url = parsed(field, text.expose())?;
    let judged = egress.permits_now(&url).await;
    judged.map_err(|_| Refusal::field(field, "must lead to a public address"))?;
    Ok(url)
}

/// The same of several. Each server's name is asked for once, several names at a time: a list may have thousands of one server's.
///
/// # Errors
/// When one is none, or may not be called.
pub async fn all_checked(
    egress: &Egress,
    field: &str,
    texts: &[Secret<String>],
) -> Result<Vec<String>, Refusal> {
    let parsed: Result<Vec<_>, _> = texts.iter().map(|text| parsed(field, text.expose())).collect();
    let urls = parsed?;
    let servers: BTreeMap<_, _> =
        urls.iter().map(|url| ((url.host_str(), url.port_or_known_default()), url)).collect();
    let asked: Vec<_> = servers.into_values().map(|url| egress.permits_now(url)).collect();
    let judged = stream::iter(asked).buffer_unordered(AT_ONCE).try_collect::<Vec<()>>().await;
    judged.map_err(|_| Refusal::field(field, "must lead to a public address"))?;
    Ok(urls.into_iter().map(String::from).collect())
}

/// An https address, which leads wherever it leads.
///
/// # Errors
/// When it is none.
pub fn parsed(field: &str, text: &str) -> Result<Url, Refusal> {
    let refusal = || Refusal::field(field, "must be an https address without a user in it");
    let url = Some(text).filter(|text| text.len() <= LONGEST).and_then(|text| Url::parse(text).ok());
    let url = url.ok_or_else(refusal)?;
    let names_user = !url.username().is_empty() || url.password().is_some();
    if url.scheme() != "https" || url.host_str().is_none() || names_user {
        return Err(refusal());
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_https_addresses_are_taken() {
        for text in [
            "",
            "example.org",
            "http://example.org/",
            "ftp://example.org/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "https://",
            "https://user@example.org/",
            "https://u:p@example.org/",
            &format!("https://example.org/{}", "x".repeat(5_000)),
        ] {
            let told = parsed("callback_url", text).unwrap_err().to_string();
            assert_eq!(told, "callback_url must be an https address without a user in it.", "{text}");
        }
        assert!(parsed("callback_url", "https://example.org:9443/a?b=<c>").is_ok());
    }
}
