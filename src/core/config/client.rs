//! Where a vendor's client is: the page that a browser is sent to.

use url::Url;

use super::source::Source;

/// The address of a page, which a token is added to as a fragment.
pub(super) fn address(source: &mut Source, name: &'static str) -> Option<String> {
    let text = source.text(name)?;
    let is_page = Url::parse(&text).is_ok_and(|url| {
        let is_web = matches!(url.scheme(), "https" | "http") && url.host().is_some();
        is_web && url.fragment().is_none() && url.username().is_empty()
    });
    if !is_page {
        source.fault(name, "must be an address without # such as https://app.example.org/signed-in");
    }
    Some(text)
}
