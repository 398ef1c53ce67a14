//! JSON Pointer (RFC 6901), exactly: `~0` and `~1` are the only escapes, an index has no leading zero.

use serde_json::Value;

/// A pointer's names and indexes, unescaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pointer(Vec<String>);

impl Pointer {
    /// Reads a pointer; `None` where it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self(Vec::new()));
        }
        text.strip_prefix('/')?.split('/').map(unescaped).collect::<Option<_>>().map(Self)
    }

    pub fn tokens(&self) -> &[String] {
        &self.0
    }

    /// The place that holds what this points at, and the name or index in it; none for the whole document.
    pub fn split(&self) -> Option<(&[String], &str)> {
        self.0.split_last().map(|(last, parent)| (parent, last.as_str()))
    }

    /// Whether `other` points into what this points at.
    pub fn holds(&self, other: &Self) -> bool {
        other.0.len() > self.0.len() && other.0.starts_with(&self.0)
    }
}

fn unescaped(token: &str) -> Option<String> {
    let mut plain = String::with_capacity(token.len());
    let mut characters = token.chars();
    while let Some(character) = characters.next() {
        plain.push(match character {
            '~' => match characters.next()? {
                '0' => '~',
                '1' => '/',
                _ => return None,
            },
            other => other,
        });
    }
    Some(plain)
}

/// The value that is reached by these names and indexes.
pub(super) fn find<'v>(root: &'v Value, tokens: &[String]) -> Option<&'v Value> {
    tokens.iter().try_fold(root, |value, token| match value {
        Value::Object(object) => object.get(token),
        Value::Array(items) => items.get(index(token)?),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    })
}

/// The same, to be changed.
pub(super) fn find_mut<'v>(root: &'v mut Value, tokens: &[String]) -> Option<&'v mut Value> {
    tokens.iter().try_fold(root, |value, token| match value {
        Value::Object(object) => object.get_mut(token),
        Value::Array(items) => items.get_mut(index(token)?),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    })
}

/// An array index.
pub(super) fn index(token: &str) -> Option<usize> {
    let digits = !token.is_empty() && token.bytes().all(|b| b.is_ascii_digit());
    let plain = token == "0" || !token.starts_with('0');
    (digits && plain).then(|| token.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_pointer_is_refused() {
        for text in ["a", "a/b", "/~", "/~2", "/a~", " /a"] {
            assert_eq!(Pointer::parse(text), None, "{text}");
        }
        for token in ["", "01", "-1", "+1", "1e0", "-", "99999999999999999999999"] {
            assert_eq!(index(token), None, "{token}");
        }
    }

    /// The examples of RFC 6901, section 5.
    #[test]
    fn the_examples_of_the_rfc_are_found() {
        let document: Value = serde_json::from_str(
            r#"{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8}"#,
        )
        .unwrap();
        let at = |text| find(&document, Pointer::parse(text).unwrap().tokens()).cloned();
        assert_eq!(at(""), Some(document.clone()));
        assert_eq!(at("/foo/0"), Some("bar".into()));
        for (number, text) in
            ["/", "/a~1b", "/c%d", "/e^f", "/g|h", "/i\\j", "/k\"l", "/ ", "/m~0n"].iter().enumerate()
        {
            assert_eq!(at(text), Some(number.into()), "{text}");
        }
        assert_eq!(at("/~01"), None, "~01 is ~1, not a slash");
        assert_eq!(at("/foo/2"), None);
    }
}
