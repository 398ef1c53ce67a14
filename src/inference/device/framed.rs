//! A stroke beside a number that looks like a 1: the frame of the display, the bar of a scale, the edge of a shadow.
//!
//! Both readers may take it for a digit. Where a number is larger with it than any value can be, and could be one without it, it is none.

use super::scene::Placed;
use super::word::{Number, Sense};

/// What is left is worth this at most.
const WORTH: f32 = 0.5;
/// Digits that a number has without the stroke, at least.
const LEAST: usize = 2;

/// The digits without the 1 at one end, where they fit no value with it and in one way without it.
pub fn without_frame(text: &str, fits: impl Fn(f64) -> bool) -> Option<String> {
    let value = |text: &str| text.parse::<f64>().ok();
    if value(text).is_none_or(&fits) {
        return None;
    }
    let is_value =
        |part: &&str| part.len() >= LEAST && !part.starts_with('0') && value(part).is_some_and(&fits);
    let before = text.strip_prefix('1').filter(is_value);
    let behind = text.strip_suffix('1').filter(is_value);
    match (before, behind) {
        (Some(one), Some(other)) if one != other => None,
        (one, other) => one.or(other).map(str::to_owned),
    }
}

/// The number without such a stroke; as it is where it has none, or where OCR alone read it.
pub fn mended(word: &Placed, fits: impl Fn(f64) -> bool) -> Placed {
    let mended = || {
        let number = word.number().filter(|number| word.judged && number.decimals == 0)?;
        let text = without_frame(&number.text, fits)?;
        let value = text.parse().ok()?;
        let kept = number.clone().at_most(WORTH);
        let sense = Number { digits: text.len(), value, decimals: 0, text, ..kept };
        Some(Placed { sense: Sense::Number(sense), ..word.clone() })
    };
    mended().unwrap_or_else(|| word.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Option<String> {
        without_frame(text, |value| (30.0..=270.0).contains(&value))
    }

    #[test]
    fn what_could_be_a_value_or_could_be_two_is_left() {
        for text in ["118", "181", "", "9.1", "1", "21", "12845", "1028"] {
            assert_eq!(told(text), None, "{text}");
        }
    }

    #[test]
    fn a_stroke_at_one_end_goes() {
        assert_eq!(told("1138").as_deref(), Some("138"));
        assert_eq!(told("861").as_deref(), Some("86"));
        assert_eq!(told("1201"), None, "each end could be the frame, and each number a value");
        assert_eq!(told("1111").as_deref(), Some("111"));
    }
}
