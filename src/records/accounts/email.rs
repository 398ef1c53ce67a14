//! The form of an e-mail address by which somebody signs in.

use super::NotOpened;

/// What is said of an address with other letters: its owner could be taken for somebody else.
pub const NOT_ASCII: &str = "must be of ASCII letters; a domain with others is written as xn--";

/// The address in lower case, when it has the form of one: something, `@`, a domain with a dot or `localhost`. Letters that are not of
/// ASCII are refused before they are folded: the lower case of U+212A is `k`, and its owner would be taken for somebody else.
pub(super) fn checked(email: &str) -> Result<String, NotOpened> {
    let email = email.trim().to_ascii_lowercase();
    if !email.is_ascii() {
        return Err(NotOpened::NotAscii);
    }
    let well_formed = email.len() <= 254
        && email.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty()
                && local.len() <= 64
                && (domain == "localhost" || domain.split('.').count() > 1)
                && domain.split('.').all(|label| !label.is_empty())
                && domain.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-')
        })
        && email.bytes().all(|b| b.is_ascii_graphic() && !b"()<>,;:\\\"[]".contains(&b));
    if well_formed { Ok(email) } else { Err(NotOpened::Email) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_needs_both_parts() {
        for wrong in ["", "a", "a@", "@b.c", "a@b", "a b@c.d", "a@b..c", "a@b.c@d.e", "a@b.c\0", "<a@b.c>"] {
            assert!(matches!(checked(wrong), Err(NotOpened::Email)), "{wrong:?}");
        }
        assert_eq!(checked(" Alice@Example.org ").unwrap(), "alice@example.org");
    }

    /// The Kelvin sign, a dotless and a dotted i, letters of full width, Cyrillic ones, and what is not seen.
    #[test]
    fn what_looks_like_another_address_is_none() {
        for foreign in [
            "\u{212a}@b.c",
            "a@b.\u{212a}",
            "\u{131}@b.c",
            "\u{130}@b.c",
            "\u{ff41}@b.c",
            "a\u{ff20}b.c",
            "\u{430}@b.c",
            "a@b\u{3002}c",
            "a\u{301}@b.c",
            "a\u{200b}@b.c",
            "\u{202e}a@b.c",
        ] {
            assert!(matches!(checked(foreign), Err(NotOpened::NotAscii)), "{foreign:?}");
        }
    }
}
