//! An exact factor, and decimals multiplied by it.

use super::Decimal;

/// So many digits a quotient has that never ends.
const DIGITS: usize = 36;

/// A positive number: `numerator / denominator * 10^power`, always in the same form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ratio {
    /// Not a multiple of ten, and without a factor in common with the denominator.
    pub numerator: u64,
    /// Neither even nor a multiple of five.
    pub denominator: u64,
    /// The power of ten.
    pub power: i32,
}

impl Ratio {
    /// One.
    pub const ONE: Self = Self { numerator: 1, denominator: 1, power: 0 };

    /// A decimal without sign or exponent; `None` if it is no such decimal, is zero or too long.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits: String = whole.chars().chain(fraction.chars()).collect();
        let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
        let numerator = digits.parse().ok().filter(|_| plain)?;
        Self::reduced(numerator, 1, i32::try_from(fraction.len()).ok()?.checked_neg()?)
    }

    /// The product; `None` if its digits are too many.
    #[must_use]
    pub fn times(self, other: Self) -> Option<Self> {
        Self::reduced(
            u128::from(self.numerator).checked_mul(u128::from(other.numerator))?,
            u128::from(self.denominator).checked_mul(u128::from(other.denominator))?,
            self.power.checked_add(other.power)?,
        )
    }

    /// The quotient; `None` if its digits are too many.
    #[must_use]
    pub fn over(self, other: Self) -> Option<Self> {
        Self::reduced(
            u128::from(self.numerator).checked_mul(u128::from(other.denominator))?,
            u128::from(self.denominator).checked_mul(u128::from(other.numerator))?,
            self.power.checked_sub(other.power)?,
        )
    }

    fn reduced(mut numerator: u128, mut denominator: u128, mut power: i32) -> Option<Self> {
        let common = greatest_common(numerator, denominator);
        (numerator, denominator) = (numerator.checked_div(common)?, denominator.checked_div(common)?);
        for (of_ten, rest) in [(2, 5), (5, 2)] {
            while denominator.is_multiple_of(of_ten) {
                denominator = denominator.checked_div(of_ten)?;
                (numerator, power) = (numerator.checked_mul(rest)?, power.checked_sub(1)?);
            }
        }
        while numerator != 0 && numerator.is_multiple_of(10) {
            (numerator, power) = (numerator.checked_div(10)?, power.checked_add(1)?);
        }
        let (numerator, denominator) = (u64::try_from(numerator).ok()?, u64::try_from(denominator).ok()?);
        (numerator != 0).then_some(Self { numerator, denominator, power })
    }

    /// The number multiplied by it. Where the digits never end, the last ones are cut off.
    pub(super) fn of(self, number: Decimal) -> Decimal {
        if self == Self::ONE {
            return number;
        }
        let Decimal { negative, digits, power } = number;
        let mut digits = product(&digits, self.numerator);
        let mut power = power.saturating_add(i64::from(self.power));
        if self.denominator != 1 {
            let more = DIGITS.saturating_sub(digits.len());
            digits.resize(digits.len().saturating_add(more), 0);
            power = power.saturating_sub(i64::try_from(more).unwrap_or_default());
            digits = quotient(&digits, self.denominator);
        }
        Decimal { negative, digits, power }
    }
}

fn greatest_common(mut a: u128, mut b: u128) -> u128 {
    while let Some(rest) = a.checked_rem(b) {
        (a, b) = (b, rest);
    }
    a
}

fn product(digits: &[u8], factor: u64) -> Vec<u8> {
    let mut product = Vec::with_capacity(digits.len().saturating_add(20));
    let mut carry = 0_u128;
    for digit in digits.iter().rev() {
        let sum = u128::from(*digit).saturating_mul(u128::from(factor)).saturating_add(carry);
        product.push(u8::try_from(sum % 10).unwrap_or_default());
        carry = sum / 10;
    }
    while carry > 0 {
        product.push(u8::try_from(carry % 10).unwrap_or_default());
        carry /= 10;
    }
    product.reverse();
    product
}

fn quotient(digits: &[u8], divisor: u64) -> Vec<u8> {
    let divisor = u128::from(divisor);
    let mut rest = 0_u128;
    let next = |digit: &u8| {
        let taken = rest.saturating_mul(10).saturating_add(u128::from(*digit));
        rest = taken.checked_rem(divisor).unwrap_or_default();
        taken.checked_div(divisor).and_then(|digit| u8::try_from(digit).ok()).unwrap_or_default()
    };
    digits.iter().map(next).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Decimal, sortable};
    use super::Ratio;

    #[test]
    fn a_factor_has_one_form_however_it_came_about() {
        let ratio = |text| Ratio::parse(text).unwrap();
        assert_eq!(ratio("0.2540"), Ratio { numerator: 254, denominator: 1, power: -3 });
        assert_eq!(ratio("1").over(ratio("4")), Some(Ratio { numerator: 25, denominator: 1, power: -2 }));
        assert_eq!(ratio("60").over(ratio("3600")), Some(Ratio { numerator: 5, denominator: 3, power: -2 }));
        for text in ["", "0", "0.0", "-1", "1e3", "x", "99999999999999999999"] {
            assert_eq!(Ratio::parse(text), None, "{text}");
        }
        let large = ratio("9999999999999999999");
        assert_eq!(large.times(large), None);
    }

    #[test]
    fn decimals_are_multiplied_digit_by_digit() {
        for (number, by, divided, product) in [
            ("5.40", "1000", "1", "5400"),
            ("-5.4", "0.001", "1", "-0.0054"),
            ("0", "60", "7", "0"),
            ("100", "1", "3", "33.3333333333333333333333333333333333"),
            ("123456789012345678901234567890", "1000000007", "1", "123456789876543201987654320198641975230"),
        ] {
            let by = Ratio::parse(by).unwrap().over(Ratio::parse(divided).unwrap()).unwrap();
            let found = by.of(Decimal::parse(number).unwrap()).sortable();
            let found = found.get(..found.len().min(40)).unwrap();
            assert!(sortable(product).unwrap().starts_with(found), "{number}: {found}");
        }
    }
}
