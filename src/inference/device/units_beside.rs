//! A unit that no detector saw: it is small, and close to its number. Where a picture shows none at all, the places in which displays write
//! one are read.

use image::RgbImage;

use super::lexicon;
use super::second_reading::Seen;
use crate::inference::ocr::{Line, Ocr, OcrError, Page, Quad};

/// Where it may stand, in heights of the number: from its end to there, ...
const REACH: (f32, f32) = (0.04, 1.5);
/// ... at its foot, at its head, or beside all of it.
const BANDS: [(f32, f32); 3] = [(0.5, 1.06), (-0.06, 0.5), (0.1, 0.9)];
/// How probable such a unit is.
const FOUND: f32 = 0.9;

/// The units beside the largest number of a page that has none.
pub fn units(ocr: &mut Ocr, upright: &RgbImage, page: &Page, seen: &[Seen]) -> Result<Vec<Line>, OcrError> {
    let has_unit = |line: &Line| line.text().split_whitespace().any(is_unit);
    let glued =
        |line: &Line| line.second.as_deref().is_some_and(|second| second.split_whitespace().any(is_unit));
    if page.lines.iter().any(|line| has_unit(line) || glued(line)) {
        return Ok(Vec::new());
    }
    let numbers = seen.iter().filter(|one| one.row.is_number()).map(|one| one.row.quad);
    let largest = numbers.max_by(|a, b| a.height().total_cmp(&b.height()));
    let places: Vec<Quad> = largest.iter().flat_map(places).collect();
    let texts = ocr.read_again(upright, &places)?;
    let line = |(text, quad): (String, Quad)| {
        let unit = text.split_whitespace().next().filter(|word| is_unit(word))?;
        let characters = unit.chars().map(|character| (character, FOUND)).collect();
        Some(Line { characters, confidence: FOUND, second: None, clear: true, judged: None, quad })
    };
    Ok(texts.into_iter().zip(places).filter_map(line).collect())
}

/// The places beside a number.
fn places(number: &Quad) -> impl Iterator<Item = Quad> {
    let height = number.height() / number.width().max(1.0);
    let beside = number.part(1.0 + REACH.0 * height, 1.0 + REACH.1 * height);
    BANDS.into_iter().map(move |(top, bottom)| {
        let [a, b, c, d] = beside.0;
        Quad([a.towards(d, top), b.towards(c, top), b.towards(c, bottom), a.towards(d, bottom)])
    })
}

/// Whether a word is a unit, and no letter alone.
fn is_unit(word: &str) -> bool {
    let signs = word
        .chars()
        .filter(|c| c.is_alphabetic() || matches!(c, '%' | '\u{b0}' | '\u{2103}' | '\u{2109}'))
        .count();
    (signs > 1 || word.contains(['\u{2103}', '\u{2109}'])) && lexicon::unit(word).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_no_unit() {
        assert!(!is_unit("C") && !is_unit("x") && !is_unit("%") && !is_unit(""));
        assert!(is_unit("kg") && is_unit("mg/dL") && is_unit("\u{b0}C") && is_unit("\u{2103}"));
    }

    #[test]
    fn places_stand_at_the_right() {
        let of: Vec<[f32; 4]> =
            places(&Quad::upright(0.0, 0.0, 100.0, 50.0)).map(|quad| quad.bounds()).collect();
        assert_eq!(of.len(), BANDS.len());
        assert!(of.iter().all(|[left, _, right, _]| *left >= 100.0 && *right <= 180.0), "{of:?}");
    }
}
