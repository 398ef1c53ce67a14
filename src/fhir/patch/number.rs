//! Comparing JSON numbers by what they are worth: `1.50`, `1.5` and `15e-1` are equal.

/// Whether both texts write the same number.
pub(super) fn equal(a: &str, b: &str) -> bool {
    match (parts(a), parts(b)) {
        (Some(a), Some(b)) => a == b,
        // An exponent beyond 64 bits: only the same text is known to be the same number.
        _ => a == b,
    }
}

/// Sign, digits without zeros at either end, exponent of the last digit.
fn parts(text: &str) -> Option<(bool, String, i64)> {
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let digits = digits.trim_start_matches('0');
    let significant = digits.trim_end_matches('0');
    if significant.is_empty() {
        return Some((false, String::new(), 0));
    }
    let zeros = i64::try_from(digits.len().saturating_sub(significant.len())).ok()?;
    let behind_point = i64::try_from(fraction.len()).ok()?;
    let exponent = exponent.parse::<i64>().ok()?.checked_sub(behind_point)?.checked_add(zeros)?;
    Some((negative, significant.to_owned(), exponent))
}

#[cfg(test)]
mod tests {
    use super::equal;

    #[test]
    fn numbers_are_equal_by_value() {
        for (a, b) in [
            ("1", "1.0"),
            ("1.50", "15e-1"),
            ("0", "-0.00"),
            ("1200", "1.2E+3"),
            ("1e99999999999999999999", "1e99999999999999999999"),
        ] {
            assert!(equal(a, b), "{a} {b}");
        }
        for (a, b) in [("1", "-1"), ("1", "10"), ("0.1", "0.01"), ("9007199254740993", "9007199254740992")] {
            assert!(!equal(a, b), "{a} {b}");
        }
    }
}
