//! Decimals of any size, exactly, and how a search compares them. <https://hl7.org/fhir/R4/search.html#number>
//!
//! A number is compared through a text whose order is the number's: a sign, a power of ten, the digits. No digit is lost on
//! the way, and no number is too large.

mod conversion;
mod ratio;

pub use conversion::Conversion;
pub use ratio::Ratio;

use super::prefix::Prefix;

/// Longer numbers serve nobody; resources hold none.
const MOST_CHARACTERS: usize = 64;
/// Half of the range of powers of ten; what is beyond counts as the farthest.
const POWERS: i64 = 500_000;

/// A decimal: its digits as a whole number, times a power of ten.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Decimal {
    negative: bool,
    /// 0 to 9 each.
    digits: Vec<u8>,
    power: i64,
}

/// A searched number with its comparison. The ends are texts as [`sortable`] makes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberQuery {
    /// How it is compared.
    pub prefix: Prefix,
    /// The least value: the number itself, or for `eq`, `ne` and `ap` the beginning of the range that it stands for.
    pub low: String,
    /// The greatest value, or the end of the range. It belongs to the range for `ap` alone.
    pub high: String,
}

/// Why a searched number cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a number is written in digits, with a point and an exponent or none, after a prefix or none")]
pub struct NumberFault;

/// The number as a text whose place among other such texts is the number's among numbers; `None` if it is no number.
#[must_use]
pub fn sortable(text: &str) -> Option<String> {
    Decimal::parse(text).map(|decimal| decimal.sortable())
}

impl NumberQuery {
    /// Reads a search value.
    pub fn parse(text: &str) -> Result<Self, NumberFault> {
        Self::converted(text, Conversion::by(Ratio::ONE))
    }

    /// Reads a search value, and converts its ends.
    pub fn converted(text: &str, to: Conversion) -> Result<Self, NumberFault> {
        let (prefix, number) = Prefix::split(text);
        let decimal = Decimal::parse(number).ok_or(NumberFault)?;
        let (low, high) = match prefix {
            Prefix::Equal | Prefix::NotEqual => decimal.written_precisely(number).around(),
            Prefix::Approximate => decimal.tenth_around(),
            Prefix::Greater
            | Prefix::Less
            | Prefix::GreaterOrEqual
            | Prefix::LessOrEqual
            | Prefix::StartsAfter
            | Prefix::EndsBefore => (decimal.clone(), decimal),
        };
        Ok(Self { prefix, low: to.of(low).sortable(), high: to.of(high).sortable() })
    }
}

impl Decimal {
    fn parse(text: &str) -> Option<Self> {
        if text.len() > MOST_CHARACTERS {
            return None;
        }
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let unsigned = mantissa.strip_prefix('-');
        let negative = unsigned.is_some();
        let unsigned = unsigned.or_else(|| mantissa.strip_prefix('+')).unwrap_or(mantissa);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let is_number = !whole.is_empty() && (!fraction.is_empty() || !unsigned.contains('.'));
        let digits = whole.bytes().chain(fraction.bytes()).map(|byte| char::from(byte).to_digit(10));
        let digits: Vec<u8> = digits.map(|digit| u8::try_from(digit?).ok()).collect::<Option<_>>()?;
        let places = i64::try_from(fraction.len()).ok()?;
        is_number.then_some(Self { negative, digits, power: power(exponent)?.saturating_sub(places) })
    }

    /// A whole number before an exponent counts as written to one digit more: the specification reads `1e2` as 95 to 105.
    fn written_precisely(mut self, text: &str) -> Self {
        if text.contains(['e', 'E']) && !text.contains('.') {
            self.digits.push(0);
            self.power = self.power.saturating_sub(1);
        }
        self
    }

    /// Half of the last digit's unit below and above.
    fn around(self) -> (Self, Self) {
        let power = self.power.saturating_sub(1);
        let half_more = |mut digits: Vec<u8>| {
            digits.push(5);
            digits
        };
        let outer = Self { negative: self.negative, digits: half_more(self.digits.clone()), power };
        let inner = match one_less(self.digits) {
            Some(digits) => Self { negative: self.negative, digits: half_more(digits), power },
            // From zero, half a unit towards the other side.
            None => Self { negative: !self.negative, digits: vec![5], power },
        };
        if self.negative { (outer, inner) } else { (inner, outer) }
    }

    /// A tenth of the number below and above.
    fn tenth_around(self) -> (Self, Self) {
        let power = self.power.saturating_sub(1);
        let of = |factor| Self { negative: self.negative, digits: times(&self.digits, factor), power };
        if self.negative { (of(11), of(9)) } else { (of(9), of(11)) }
    }

    fn sortable(&self) -> String {
        let digits: Vec<u8> = self.digits.iter().copied().skip_while(|digit| *digit == 0).collect();
        let end = digits.iter().rposition(|digit| *digit != 0).map_or(0, |last| last.saturating_add(1));
        if end == 0 {
            return "1".to_owned();
        }
        let length = i64::try_from(digits.len()).unwrap_or(POWERS);
        let power = self.power.saturating_add(length).clamp(1 - POWERS, POWERS - 1).saturating_add(POWERS);
        let significant = digits.iter().take(end).map(|digit| char::from(b'0'.saturating_add(*digit)));
        let positive: String = format!("{power:06}").chars().chain(significant).collect();
        if !self.negative {
            return format!("2{positive}");
        }
        // The larger the size, the smaller the number; and what has fewer digits comes last.
        let mirrored =
            |digit: char| digit.to_digit(10).and_then(|d| char::from_digit(9_u32.saturating_sub(d), 10));
        format!("0{}~", positive.chars().filter_map(mirrored).collect::<String>())
    }
}

fn power(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let most = POWERS.saturating_mul(4);
    let size = digits.parse().unwrap_or(most).min(most);
    Some(if text.starts_with('-') { -size } else { size })
}

/// The whole number less one; none for zero.
fn one_less(mut digits: Vec<u8>) -> Option<Vec<u8>> {
    let at = digits.iter().rposition(|digit| *digit != 0)?;
    for (place, digit) in digits.iter_mut().enumerate().skip(at) {
        *digit = if place == at { digit.saturating_sub(1) } else { 9 };
    }
    Some(digits)
}

fn times(digits: &[u8], factor: u32) -> Vec<u8> {
    let mut product = Vec::with_capacity(digits.len().saturating_add(2));
    let mut carry = 0_u32;
    for digit in digits.iter().rev() {
        let sum = u32::from(*digit).saturating_mul(factor).saturating_add(carry);
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

#[cfg(test)]
mod tests;
