//! The name that a file is kept under (contract IM-21): when it came, and what is harmless of the name that it was sent with. Pure.

use chrono::{DateTime, Utc};

/// Most characters that are taken of the name that it was sent with.
const LONGEST: usize = 80;

/// The name of a file that was sent as `sent`. It has only letters, digits, `.`, `_` and `-`, and cannot lead anywhere else.
#[must_use]
pub fn kept(sent: Option<&str>, ending: &str, now: DateTime<Utc>) -> String {
    let sent = sent.unwrap_or_default();
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let harmless = |letter: char| match letter {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '-' => Some(letter),
        letter if letter.is_control() => None,
        _ => Some('_'),
    };
    let name: String = last.trim().chars().filter_map(harmless).collect();
    let name = name.trim_start_matches('.');
    // The end tells what kind of file it is.
    let name = name.get(name.len().saturating_sub(LONGEST)..).unwrap_or_default().trim_start_matches('.');
    let fallback = format!("scan.{ending}");
    format!("{}-{}", now.timestamp_millis(), if name.is_empty() { &fallback } else { name })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(sent: &str) -> String {
        kept(Some(sent), "png", DateTime::from_timestamp_millis(1_744_068_779_585).unwrap())
    }

    #[test]
    fn a_name_cannot_lead_anywhere() {
        for (sent, name) in [
            ("../../etc/passwd", "passwd"),
            ("C:\\scans\\..\\a b.png", "a_b.png"),
            ("..", "scan.png"),
            ("", "scan.png"),
            (" ", "scan.png"),
            (".htaccess", "htaccess"),
            ("a\r\nSet-Cookie: x\u{0}.png", "aSet-Cookie__x.png"),
            ("a\"><script>.png", "a___script_.png"),
            ("n\u{e4}h%2e%2e?x#y.png", "n_h_2e_2e_x_y.png"),
        ] {
            assert_eq!(of(sent), format!("1744068779585-{name}"), "{sent:?}");
        }
        let long = of(&format!("{}.png", "x".repeat(5_000)));
        assert!(long.len() <= 100 && long.ends_with("x.png"), "{long}");
        assert_eq!(kept(None, "jpg", DateTime::UNIX_EPOCH), "0-scan.jpg");
    }

    #[test]
    fn blanks_become_underscores() {
        assert_eq!(of("Brain tumor MRI.png"), "1744068779585-Brain_tumor_MRI.png");
    }
}
