//! A value that must not be printed.

use std::fmt;

use serde::Deserialize;

/// Holds a password, token, image or name; its `Debug` shows nothing and it has no `Display`.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Hides `value`.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for the one use that needs it. Every call is a place to look at in review.
    pub fn expose(&self) -> &T {
        &self.0
    }

    /// The value itself, for the one use that takes it; as [`Self::expose`] otherwise.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "(secret)");
    }
}
