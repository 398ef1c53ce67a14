//! Codes of ICD-10 of which a letter was read as a digit.

/// A diagnosis without codes that begin with a digit, as no code of ICD-10 does: a letter was misread, and nobody can tell which.
pub fn without_misread_codes(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some(open) = rest.find(['(', '[']) {
        let (before, bracket) = rest.split_at_checked(open).unwrap_or((rest, ""));
        let end = bracket.find([')', ']']).map_or(bracket.len(), |end| end + 1);
        let (inner, after) = bracket.split_at_checked(end).unwrap_or((bracket, ""));
        kept.push_str(before);
        if is_misread(inner) {
            kept.truncate(kept.trim_end().len());
        } else {
            kept.push_str(inner);
        }
        rest = after;
    }
    kept.push_str(rest);
    let leading =
        kept.split_once(char::is_whitespace).filter(|(first, _)| first.contains('.') && is_misread(first));
    leading.map_or_else(|| kept.trim().to_owned(), |(_, name)| name.trim().to_owned())
}

fn is_misread(code: &str) -> bool {
    let upper = code.to_uppercase();
    let inner = upper.trim_matches(|c: char| !c.is_alphanumeric());
    let inner = ["ICD-10-CM", "ICD-10", "ICD10", "ICD"]
        .iter()
        .find_map(|name| inner.strip_prefix(name))
        .unwrap_or(inner);
    let inner = inner.trim_start_matches(|c: char| !c.is_alphanumeric());
    // I10, whose letter was lost, is the commonest of all codes.
    if code.trim_matches(|c: char| !c.is_alphanumeric()) == "10" && code.starts_with('(') {
        return true;
    }
    // `(ICD10)` says of what the code is that stands elsewhere, and [10] is a code that lost its letter.
    if (inner.is_empty() && code.contains(char::is_alphabetic))
        || (code.starts_with('[') && inner.chars().all(|c| c.is_ascii_digit() || c == '.'))
    {
        return true;
    }
    // Three places before the point, as codes have them: other numbers are sizes, counts and years.
    let (category, rest) = inner.split_once('.').unwrap_or((inner, "0"));
    let are_digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    category.len() == 3 && are_digits(category) && (1..=4).contains(&rest.len()) && are_digits(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_that_begins_with_a_digit_is_none() {
        for (text, kept) in [
            ("Angina (120.9)", "Angina"),
            ("Angina [ICD-10: 120.9]", "Angina"),
            ("Angina (I20.9)", "Angina (I20.9)"),
            ("1. Angina (120.9) 2. Gout (M10.9)", "1. Angina 2. Gout (M10.9)"),
            ("120.9 ANGINA", "ANGINA"),
            ("Burns (2 fingers)", "Burns (2 fingers)"),
            ("Angina (", "Angina ("),
            ("2 weeks of pain", "2 weeks of pain"),
            ("2.5 cm nodule", "2.5 cm nodule"),
            ("Hyperkalaemia (6.2)", "Hyperkalaemia (6.2)"),
            ("Stroke (2019)", "Stroke (2019)"),
        ] {
            assert_eq!(without_misread_codes(text), kept, "{text}");
        }
    }
}
