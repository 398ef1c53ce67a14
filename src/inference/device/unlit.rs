//! Places of a display in which no digit is lit: a liquid crystal's segments can be seen all the same, as a faint 8.
//!
//! The detector reads it as it reads the others, so that 163 becomes 8163. Ink tells: it is far weaker than that of the digits beside it.

use image::RgbImage;

use crate::inference::digits::{Glyph, Row};
use crate::inference::number::{floor, real};
use crate::inference::ocr::{Quad, cut_upright};

/// All segments of a place, unlit.
const ALL: char = '8';
/// The ink of an unlit place has less than this share of the others' strength.
const WEAK: f32 = 0.33;
/// Ink is what differs most from the ground: this share of a digit's pixels.
const INK: f32 = 0.15;
/// Within a number the detector makes an 8 or a 0 of an unlit place, is unsure of it, and its ink has less than this share.
const FAINT: f32 = 0.5;
/// It is unsure of what is less probable than this.
const UNSURE: f32 = 0.7;
/// Rows whose ink is weaker than this, of 255, tell nothing.
const LEAST: f32 = 25.0;

/// The row without unlit places at its left.
pub fn without(picture: &RgbImage, row: Row) -> Row {
    let tall = row.glyphs.iter().filter(|glyph| glyph.is_tall()).count();
    let leads = row.glyphs.iter().take_while(|glyph| glyph.symbol == ALL).count();
    if leads == 0 || tall < 2 {
        return row;
    }
    let ground = ground(picture, &row.quad);
    let strengths: Vec<f32> = row.glyphs.iter().map(|glyph| strength(picture, &row, glyph, ground)).collect();
    let mut lit: Vec<f32> = row
        .glyphs
        .iter()
        .zip(&strengths)
        .skip(leads.min(tall - 1))
        .filter_map(|(glyph, strength)| glyph.is_tall().then_some(*strength))
        .collect();
    lit.sort_by(f32::total_cmp);
    let middle = lit.get(lit.len() / 2).copied().unwrap_or_default();
    let unlit = strengths.iter().take(leads.min(tall - 1)).take_while(|one| **one < WEAK * middle).count();
    if unlit == 0 || middle < LEAST {
        return row;
    }
    row.part(unlit, row.glyphs.len() - unlit)
}

/// The row without unlit places within it, where there are any; a shadow makes lit digits faint, too, so that such a number is mended.
pub fn without_faint(picture: &RgbImage, row: &Row) -> Option<Row> {
    let is_doubted = |glyph: &Glyph| matches!(glyph.symbol, ALL | '0') && glyph.probability < UNSURE;
    if !row.glyphs.iter().any(is_doubted) || row.glyphs.iter().all(is_doubted) {
        return None;
    }
    let ground = ground(picture, &row.quad);
    let of = |glyph: &Glyph| strength(picture, row, glyph, ground);
    let sure = row.glyphs.iter().filter(|glyph| glyph.is_tall() && !is_doubted(glyph));
    let least = sure.map(of).fold(f32::INFINITY, f32::min);
    if least < LEAST {
        return None;
    }
    let glyphs: Vec<Glyph> =
        row.glyphs.iter().filter(|glyph| !is_doubted(glyph) || of(glyph) >= FAINT * least).copied().collect();
    let left = glyphs.iter().filter(|glyph| glyph.is_tall()).count();
    (left > 1 && glyphs.len() < row.glyphs.len()).then_some(Row { glyphs, quad: row.quad })
}

/// The light of what is round the digits: the median of the box's upper and lower edges.
fn ground(picture: &RgbImage, quad: &Quad) -> f32 {
    let flat = cut_upright(picture, &quad.grown(0.1));
    let rows = flat.height();
    let edges = flat.enumerate_pixels().filter(|(_, y, _)| *y < rows / 16 + 1 || *y + rows / 16 + 1 >= rows);
    let mut light: Vec<f32> = edges.map(|(_, _, pixel)| of(pixel.0)).collect();
    light.sort_by(f32::total_cmp);
    light.get(light.len() / 2).copied().unwrap_or_default()
}

/// How far the ink of a digit is from the ground.
fn strength(picture: &RgbImage, row: &Row, glyph: &Glyph, ground: f32) -> f32 {
    let flat = cut_upright(picture, &row.place(glyph));
    let mut away: Vec<f32> = flat.pixels().map(|pixel| (of(pixel.0) - ground).abs()).collect();
    away.sort_by(|a, b| b.total_cmp(a));
    away.get(floor(real(away.len()) * INK)).copied().unwrap_or_default()
}

fn of([red, green, blue]: [u8; 3]) -> f32 {
    // The strongest channel: a red digit on black has no green.
    f32::from(red.max(green).max(blue)) * 0.5
        + f32::from(red) * 0.15
        + f32::from(green) * 0.29
        + f32::from(blue) * 0.06
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    /// Digits 20 pixels wide and 40 high, each of that grey on white, as boxes with a hole.
    fn drawn(digits: &[(char, u8)]) -> (RgbImage, Row) {
        let mut picture = RgbImage::from_pixel(300, 100, Rgb([230; 3]));
        let mut glyphs = Vec::new();
        for (place, (symbol, grey)) in digits.iter().enumerate() {
            let left = 50 + u32::try_from(place).unwrap() * 30;
            for (x, y) in (left..left + 20).flat_map(|x| (30..70).map(move |y| (x, y))) {
                if !(left + 6..left + 14).contains(&x) || !(36..64).contains(&y) {
                    picture.put_pixel(x, y, Rgb([*grey; 3]));
                }
            }
            let left = crate::inference::number::side(left);
            glyphs.push(Glyph { symbol: *symbol, probability: 0.8, frame: [left, 30.0, left + 20.0, 70.0] });
        }
        let right = glyphs.last().unwrap().frame[2];
        (picture, Row { glyphs, quad: Quad::upright(50.0, 30.0, right, 70.0) })
    }

    fn told(digits: &[(char, u8)]) -> String {
        let (picture, row) = drawn(digits);
        without(&picture, row).text()
    }

    #[test]
    fn lit_digits_stay() {
        assert_eq!(told(&[('8', 40), ('1', 40), ('6', 40)]), "816");
        assert_eq!(told(&[('8', 90), ('1', 40)]), "81", "light changes");
        assert_eq!(told(&[('1', 210), ('6', 40)]), "16", "no 8");
        assert_eq!(told(&[('8', 225), ('8', 225)]), "88", "all alike");
    }

    #[test]
    fn a_faint_place_within_a_number_goes_where_the_detector_is_unsure_of_it() {
        let lit = |digits: &[(char, u8)], probability: f32| {
            let (picture, mut row) = drawn(digits);
            row.glyphs[1].probability = probability;
            without_faint(&picture, &row).map(|row| row.text())
        };
        assert_eq!(lit(&[('2', 40), ('0', 200), ('1', 40), ('3', 40)], 0.6).as_deref(), Some("213"));
        assert_eq!(lit(&[('2', 40), ('0', 200), ('1', 40), ('3', 40)], 0.8), None, "it is sure");
        assert_eq!(lit(&[('2', 40), ('0', 60), ('1', 40), ('3', 40)], 0.6), None, "lit");
        assert_eq!(lit(&[('2', 40), ('7', 200), ('1', 40)], 0.6), None, "no place with all segments");
    }

    #[test]
    fn unlit_places_go() {
        assert_eq!(told(&[('8', 205), ('1', 40), ('6', 40)]), "16");
        assert_eq!(told(&[('8', 205), ('8', 205), ('6', 40)]), "6");
    }
}
