//! From the number of one unit to that of another, also where their zeros differ.

use std::cmp::Ordering;

use super::{Decimal, Ratio};

/// Numbers whose powers of ten are farther apart than this are not added: the smaller one would change no digit that counts.
const FARTHEST: u64 = 200;

/// What a number goes through: something is added, it is multiplied, and something is added again. Its order stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conversion {
    /// Added first; a decimal.
    before: &'static str,
    by: Ratio,
    /// Added last; a decimal.
    after: &'static str,
}

impl Conversion {
    /// Multiplication alone.
    #[must_use]
    pub const fn by(by: Ratio) -> Self {
        Self { before: "0", by, after: "0" }
    }

    /// `(number + before) * by + after`, where what is added is written as decimals.
    #[must_use]
    pub const fn affine(before: &'static str, by: Ratio, after: &'static str) -> Self {
        Self { before, by, after }
    }

    /// The number in the other unit.
    pub(super) fn of(self, number: Decimal) -> Decimal {
        plus(self.by.of(plus(number, self.before)), self.after)
    }
}

/// The sum with a decimal.
fn plus(number: Decimal, more: &str) -> Decimal {
    match Decimal::parse(more) {
        Some(more) if more.digits.iter().any(|digit| *digit != 0) => sum(number, more),
        Some(_) | None => number,
    }
}

fn sum(a: Decimal, b: Decimal) -> Decimal {
    if a.digits.iter().all(|digit| *digit == 0) {
        return b;
    }
    let top = |number: &Decimal| {
        number.power.saturating_add(i64::try_from(number.digits.len()).unwrap_or(i64::MAX))
    };
    if a.power.abs_diff(b.power) > FARTHEST {
        return if top(&a) > top(&b) { a } else { b };
    }
    let power = a.power.min(b.power);
    let length = usize::try_from(top(&a).max(top(&b)).saturating_sub(power)).unwrap_or_default();
    let (is_a_negative, is_b_negative) = (a.negative, b.negative);
    let (a, b) = (aligned(a, power, length), aligned(b, power, length));
    let (negative, digits) = match (is_a_negative == is_b_negative, a.cmp(&b)) {
        (true, _) => (is_a_negative, together(&a, &b)),
        (false, Ordering::Less) => (is_b_negative, apart(&b, &a)),
        (false, Ordering::Equal | Ordering::Greater) => (is_a_negative, apart(&a, &b)),
    };
    Decimal { negative, digits, power }
}

/// So many digits, the last of which counts units of this power.
fn aligned(number: Decimal, power: i64, length: usize) -> Vec<u8> {
    let zeros = usize::try_from(number.power.saturating_sub(power)).unwrap_or_default();
    let before = length.saturating_sub(number.digits.len().saturating_add(zeros));
    let mut digits = vec![0; before];
    digits.extend(number.digits);
    digits.resize(length, 0);
    digits
}

/// The sum of two whole numbers of as many digits.
fn together(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut carry = 0;
    let mut digits: Vec<u8> = Vec::with_capacity(a.len().saturating_add(1));
    for (a, b) in a.iter().zip(b).rev() {
        let sum = a.saturating_add(*b).saturating_add(carry);
        digits.push(sum % 10);
        carry = sum / 10;
    }
    digits.push(carry);
    digits.reverse();
    digits
}

/// The difference of two whole numbers of as many digits, of which the first is not the smaller.
fn apart(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut borrowed = 0;
    let mut digits: Vec<u8> = Vec::with_capacity(a.len());
    for (a, b) in a.iter().zip(b).rev() {
        let less = b.saturating_add(borrowed);
        let (digit, borrow) = if *a >= less { (*a, 0) } else { (a.saturating_add(10), 1) };
        digits.push(digit.saturating_sub(less));
        borrowed = borrow;
    }
    digits.reverse();
    digits
}

#[cfg(test)]
mod tests {
    use super::super::{Decimal, sortable};
    use super::{Conversion, Ratio};

    #[test]
    fn numbers_are_moved_and_multiplied_exactly() {
        let nine_fifths = Ratio { numerator: 18, denominator: 1, power: -1 };
        let five_ninths = Ratio { numerator: 5, denominator: 9, power: 0 };
        for (before, by, after, number, result) in [
            ("0", nine_fifths, "32", "37", "98.6"),
            ("0", nine_fifths, "32", "-40", "-40"),
            ("0", nine_fifths, "32", "0", "32"),
            ("0", nine_fifths, "32", "-17.5", "0.5"),
            ("0", nine_fifths, "-459.67", "310.15", "98.6"),
            ("-32", five_ninths, "0", "100.4", "38"),
            ("-32", five_ninths, "0", "32", "0"),
            ("459.67", five_ninths, "0", "-459.67", "0"),
            ("0", Ratio::ONE, "273.15", "-273.15", "0"),
            ("0", Ratio::ONE, "273.15", "1e300000", "1e300000"),
            ("0", Ratio::ONE, "273.15", "1e-300000", "273.15"),
            ("0", Ratio::ONE, "273.15", "0e300000", "273.15"),
            ("0", Ratio::ONE, "-273.15", "-999999999999999999999.999", "-1000000000000000000273.149"),
        ] {
            let found = Conversion::affine(before, by, after).of(Decimal::parse(number).unwrap());
            assert_eq!(found.sortable(), sortable(result).unwrap(), "{number}");
        }
    }
}
