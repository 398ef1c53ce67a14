//! Addresses that clients give: where files are, and who is told.

use url::Url;

use super::errors::Refusal;
use crate::core::Secret;
use crate::platform::egress::Egress;

/// Most characters of an address; signed ones are long.
const LONGEST: usize = 4_096;

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
