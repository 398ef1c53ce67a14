//! Pressures in the form of a monitor, `107/57 (73)`, of which the detector makes one row of digits.
//!
//! It knows no stroke and no brackets: it sees a digit there, or nothing. Where OCR reads the row's own cut in that form, with the same digits, and
//! the mean is about what the two pressures let expect, two readers and a sum say the same. So does `57(73)`, where the stroke parted the row.

use super::Seen;
use crate::inference::digits::{Glyph, Row};

/// Glyphs that the detector may see in one mark.
const OF_ONE: usize = 2;
/// A mean is so near to what two pressures let expect, as a share of that.
const EXPECTED: f64 = 0.12;
/// A mean is less than this above the lower pressure.
const ABOVE: f64 = 90.0;

/// The pressures of a row and their mean, each a row by itself; `None` where it has no such form.
pub fn parted(seen: &Seen) -> Option<[Seen; 2]> {
    let text: Vec<char> = plain(&seen.again);
    let at = text.iter().position(|character| *character == '(')?;
    let said: String = text.iter().collect();
    let (pressures, mean) = said.split_once('(')?;
    if !are_pressures(pressures, value(mean.strip_suffix(')')?)?) {
        return None;
    }
    let counts = aligned(&text, &seen.row.glyphs)?;
    let row = Row { glyphs: glyphs(&text, &counts, &seen.row.glyphs)?, quad: seen.row.quad };
    let part = |from: usize, count: usize| {
        let row = row.part(from, count);
        Seen { again: row.text(), row, ..seen.clone() }
    };
    Some([part(0, at), part(at, text.len() - at)])
}

/// A text without blanks, its brackets as on a keyboard, the last one closed.
fn plain(text: &str) -> Vec<char> {
    let same = |character: char| match character {
        '\u{ff08}' => '(',
        '\u{ff09}' => ')',
        other => other,
    };
    let mut plain: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).map(same).collect();
    if plain.contains(&'(') && plain.last().is_some_and(char::is_ascii_digit) {
        plain.push(')');
    }
    plain
}

fn value(text: &str) -> Option<f64> {
    let is_value =
        (2..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
    text.parse().ok().filter(|_| is_value)
}

/// Whether a text is two pressures, or the lower one, that have this mean.
fn are_pressures(text: &str, mean: f64) -> bool {
    let is_lower = |lower: f64| (20.0..=170.0).contains(&lower) && lower < mean && mean < lower + ABOVE;
    match text.split_once('/') {
        Some((upper, lower)) => value(upper).zip(value(lower)).is_some_and(|(upper, lower)| {
            let expected = (upper + 2.0 * lower) / 3.0;
            is_lower(lower)
                && (60.0..=270.0).contains(&upper)
                && mean < upper
                && upper > lower + 10.0
                && (mean - expected).abs() <= EXPECTED * expected
        }),
        None => value(text).is_some_and(is_lower),
    }
}

/// How many glyphs each character of a text stands for: a digit for the same one, a mark for any few; `None` where they say another thing.
fn aligned(text: &[char], glyphs: &[Glyph]) -> Option<Vec<usize>> {
    let Some((first, rest)) = text.split_first() else {
        return glyphs.is_empty().then(Vec::new);
    };
    let counts = if first.is_ascii_digit() { 1..=1 } else { 0..=OF_ONE };
    counts.into_iter().find_map(|count| {
        let (own, others) = glyphs.split_at_checked(count)?;
        let is_it = !first.is_ascii_digit() || own.iter().all(|glyph| glyph.symbol == *first);
        let rest = if is_it { aligned(rest, others)? } else { return None };
        Some(std::iter::once(count).chain(rest).collect())
    })
}

/// The glyphs of a text: digits as they were seen, marks as OCR reads them, in the place of what was seen there.
fn glyphs(text: &[char], counts: &[usize], seen: &[Glyph]) -> Option<Vec<Glyph>> {
    let mut rest = seen;
    let mut made: Vec<Glyph> = Vec::new();
    for (character, count) in text.iter().zip(counts) {
        let (own, others) = rest.split_at_checked(*count)?;
        rest = others;
        let frame = match own {
            [] => {
                let [_, top, right, bottom] = made.last()?.frame;
                [right, top, right, bottom]
            }
            [first, .., last] => [first.frame[0], first.frame[1], last.frame[2], last.frame[3]],
            [one] => one.frame,
        };
        let probability =
            own.first().filter(|_| character.is_ascii_digit()).map_or(1.0, |one| one.probability);
        made.push(Glyph { symbol: *character, probability, frame });
    }
    Some(made)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inference::ocr::{Quad, Strange};

    fn told(row: &str, again: &str) -> Option<[String; 2]> {
        let mut left = 0.0;
        let glyph = |symbol| {
            left += 20.0;
            Glyph { symbol, probability: 0.8, frame: [left, 0.0, left + 18.0, 40.0] }
        };
        let glyphs: Vec<Glyph> = row.chars().map(glyph).collect();
        let quad = Quad::upright(20.0, 0.0, left + 18.0, 40.0);
        let seen = Seen::new(Row { glyphs, quad }, again.to_owned(), Strange::NONE);
        let parts = parted(&seen)?;
        let [one, other] = parts.clone().map(|part| part.row.quad.bounds());
        assert!(one[2] <= other[2] && one[0] < other[0], "{one:?} {other:?}");
        assert!(parts.iter().all(|part| part.row.probability() > 0.7 && part.again == part.row.text()));
        Some(parts.map(|part| part.row.text()))
    }

    fn own(one: &str, other: &str) -> Option<[String; 2]> {
        Some([one.to_owned(), other.to_owned()])
    }

    #[test]
    fn another_form_other_digits_and_another_mean_are_none() {
        assert_eq!(told("10757", "107/57"), None, "no mean");
        assert_eq!(told("1075773", "1075773"), None);
        assert_eq!(told("1085773", "107/57 (73)"), None, "other digits");
        assert_eq!(told("10757731", "107/57 (73"), own("107/57", "(73)"));
        assert_eq!(told("107577311", "107/57 (73) 1"), None);
        assert_eq!(told("1075799", "107/57 (99)"), None, "no such mean");
        assert_eq!(told("5710773", "57/107 (73)"), None);
        assert_eq!(told("7369", "73(69)"), None);
        assert_eq!(told("", ""), None);
        assert_eq!(told("", "(73)"), None);
    }

    #[test]
    fn strokes_and_brackets_are_none_of_the_digits() {
        assert_eq!(told("1075773", "107/57 (73)"), own("107/57", "(73)"));
        assert_eq!(told("15117911031", "151/79\u{ff08}103\u{ff09}"), own("151/79", "(103)"));
        assert_eq!(told("132777195", "132/77 (95"), own("132/77", "(95)"));
        assert_eq!(told("69179", "69(79)"), own("69", "(79)"));
    }
}
