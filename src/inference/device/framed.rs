//! What a number has too much: a stroke beside it that looks like a 1 (the frame of the display, the bar of a scale, the edge of a shadow),
//! an unlit place before it, all of whose segments can be seen, or a speck within it that looks like a point.
//!
//! Both readers may take a stroke for a digit. Where a number is larger with it than any value can be, and could be one without it, it is none.

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

/// The digits without an unlit place before them, which is an 8, where they fit no value with it and do without it.
fn without_unlit(text: &str, fits: impl Fn(f64) -> bool) -> Option<String> {
    let is_value = |text: &str| text.parse::<f64>().is_ok_and(&fits);
    let rest = text.strip_prefix('8').filter(|rest| rest.len() >= LEAST && !rest.starts_with('0'))?;
    (!is_value(text) && is_value(rest)).then(|| rest.to_owned())
}

/// The digits without what is none of them.
fn bare(number: &Number, fits: impl Fn(f64) -> bool) -> Option<String> {
    if number.decimals > 0 {
        // No value of these has a point, and no reading of print shows this one.
        let whole = number.text.replace('.', "");
        return Some(whole).filter(|whole| number.is_pointless && whole.parse::<f64>().is_ok_and(&fits));
    }
    // A stroke is there more often than an unlit place that both readers take for an 8.
    without_frame(&number.text, &fits).or_else(|| without_unlit(&number.text, &fits))
}

/// The whole number without such a stroke, place or speck; as it is where it has none, or where OCR alone read it.
pub fn mended(word: &Placed, fits: impl Fn(f64) -> bool) -> Placed {
    let mended = || {
        let number = word.number().filter(|_| word.judged)?;
        let text = bare(number, fits)?;
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
    use crate::inference::ocr::Strange;

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

    /// What is left of a number that is to be 30 to 270.
    fn bared(text: &str, is_pointless: bool) -> Option<String> {
        let decimals = text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        let number = Number {
            value: text.parse().unwrap(),
            digits: text.len(),
            decimals,
            text: text.to_owned(),
            trust: 0.9,
            sure: 0.9,
            ink: None,
            strange: Strange::NONE,
            is_pointless,
        };
        bare(&number, |value| (30.0..=270.0).contains(&value))
    }

    #[test]
    fn an_unlit_place_goes_where_it_can_be_none() {
        for text in ["84", "88", "805", "8300", "8861", "128"] {
            assert_eq!(bared(text, false), None, "{text}");
        }
        assert_eq!(bared("854", false).as_deref(), Some("54"));
        assert_eq!(bared("8163", false).as_deref(), Some("163"));
        assert_eq!(bared("841", false).as_deref(), Some("84"), "before a stroke");
    }

    #[test]
    fn a_point_that_only_the_detector_sees_is_a_speck_in_a_whole_number() {
        assert_eq!(bared("1.13", true).as_deref(), Some("113"));
        assert_eq!(bared("1.13", false), None, "OCR sees it too");
        assert_eq!(bared("2.8", true), None, "28 is no value");
    }
}
