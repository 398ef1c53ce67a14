//! Where an answer may be sent. <https://www.rfc-editor.org/rfc/rfc9700#section-2.1>
//!
//! A request must name one of the client's addresses letter by letter; what is looked at here is only whether an address is fit
//! to be registered.

use url::{Host, Url};

/// Longest address.
const LONGEST: usize = 2000;

/// Whether an address may be registered: `https`, `http` to this very machine (RFC 8252, 7.3), or a native app's own scheme,
/// which has a dot in it (7.1). A fragment is forbidden; a user is only there to deceive.
#[must_use]
pub fn is_fit(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let is_plain = text.len() <= LONGEST
        && text.bytes().all(|b| b.is_ascii_graphic() && !b"\\\"<>#*".contains(&b))
        && url.username().is_empty()
        && url.password().is_none();
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    let is_known = match url.scheme() {
        "https" => url.has_host(),
        "http" => is_here,
        scheme => scheme.contains('.'),
    };
    is_plain && is_known
}

#[cfg(test)]
mod tests {
    use super::is_fit;

    #[test]
    fn what_could_send_a_code_elsewhere_is_refused() {
        for text in [
            "",
            "/callback",
            "//app.example/callback",
            "http://app.example/callback",
            "http://localhost.app.example/",
            "https://app.example/callback#here",
            "https://user@app.example/",
            "https://app.example:pass@evil.example/",
            "https://*.app.example/",
            "https://app.example\\@evil.example/",
            "https://app.example/a b",
            "javascript:alert(1)",
            "data:text/html,x",
            "app:callback",
            "https:",
        ] {
            assert!(!is_fit(text), "{text}");
        }
    }

    #[test]
    fn web_loopback_and_native_addresses_are_fit() {
        for text in [
            "https://app.example/callback?a=b",
            "http://127.0.0.1:4711/cb",
            "http://localhost:3000",
            "http://[::1]:1/",
            "org.example.app:/callback",
        ] {
            assert!(is_fit(text), "{text}");
        }
    }
}
