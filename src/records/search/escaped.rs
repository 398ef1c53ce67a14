//! Texts in search values.

/// A text as the value of a search parameter. <https://hl7.org/fhir/R4/search.html#escaping>
#[must_use]
pub fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut escaped, character| {
        if matches!(character, '\\' | '|' | ',' | '$') {
            escaped.push('\\');
        }
        escaped.push(character);
        escaped
    })
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn a_text_is_searched_as_it_is() {
        assert_eq!(escaped(r".*, a|b\c $1 ' OR 1=1 --"), r".*\, a\|b\\c \$1 ' OR 1=1 --");
    }
}
