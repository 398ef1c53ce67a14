//! JSON bodies.

/// Whether a text is an object, if it is JSON at all. A list of the fields' values would otherwise be taken for the object that they are of:
/// so serde reads structures.
#[must_use]
pub fn opens_an_object(bytes: &[u8]) -> bool {
    bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{')
}

#[cfg(test)]
mod tests {
    use super::opens_an_object;

    #[test]
    fn a_list_or_a_value_is_no_object() {
        for text in [r#"["a@b.c","secret"]"#, "null", "7", r#""text""#, "true", "", " "] {
            assert!(!opens_an_object(text.as_bytes()), "{text}");
        }
        assert!(opens_an_object(b" \r\n\t{}"));
    }
}
