//! A picture with little between its darkest and its brightest, made to have all there is.
//!
//! Print on a display in bad light differs from its ground by a few steps of 255. Neither reader was trained on that much: what they do not see then,
//! they often see once each colour is stretched. Looked at only where a picture could not be read as it is, so what is read stays what it was.

use image::{Rgb, RgbImage};

use crate::inference::number::{colour, index, real, side};

/// This share of a colour's darkest pixels, and of its brightest, is left out of account: specks and lamps.
const APART: f32 = 0.02;
/// A colour of which the rest spans as many steps as this has all there is.
const WHOLE: u8 = 240;
/// One that spans fewer steps than this is stretched as if it had these: there is more noise than light in it.
const LEAST: f32 = 20.0;

/// The picture with each colour stretched; `None` where there is nothing to stretch.
pub fn stretched(picture: &RgbImage) -> Option<RgbImage> {
    let spans = [0, 1, 2].map(|channel| span(picture, channel));
    if spans.iter().all(|(dark, bright)| bright.saturating_sub(*dark) >= WHOLE) {
        return None;
    }
    let tables = spans.map(|(dark, bright)| {
        let steps = (f32::from(bright) - f32::from(dark)).max(LEAST);
        [(); 256].map({
            let mut value = -1.0;
            move |()| {
                value += 1.0;
                colour((value - f32::from(dark)) / steps * 255.0)
            }
        })
    });
    let [red, green, blue] = tables;
    let of = |table: &[u8; 256], value: u8| table.get(usize::from(value)).copied().unwrap_or(value);
    let mut made = picture.clone();
    for Rgb([r, g, b]) in made.pixels_mut() {
        (*r, *g, *b) = (of(&red, *r), of(&green, *g), of(&blue, *b));
    }
    Some(made)
}

/// The values between which a colour of nearly all pixels is.
fn span(picture: &RgbImage, channel: usize) -> (u8, u8) {
    let mut counts = [0_usize; 256];
    for value in picture.pixels().filter_map(|pixel| pixel.0.get(channel)) {
        if let Some(count) = counts.get_mut(usize::from(*value)) {
            *count += 1;
        }
    }
    let apart = APART * side(picture.width()) * side(picture.height());
    let mut before = 0;
    let mut dark = 0;
    let mut bright = 0;
    for (value, count) in (0..=u8::MAX).zip(counts) {
        if real(before) <= apart {
            dark = value;
        }
        if count > 0 && real(before) <= real(index(picture.width()) * index(picture.height())) - apart {
            bright = value;
        }
        before += count;
    }
    (dark, bright)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_all_there_is_and_what_is_empty_is_left() {
        let whole = RgbImage::from_fn(64, 64, |x, _| Rgb([if x % 2 == 0 { 0 } else { 255 }; 3]));
        assert_eq!(stretched(&whole), None);
        assert_eq!(stretched(&RgbImage::new(0, 0)).map(|picture| picture.dimensions()), Some((0, 0)));
    }

    #[test]
    fn each_colour_is_stretched_by_itself_and_a_lamp_is_left_out() {
        let mut faint =
            RgbImage::from_fn(
                64,
                64,
                |x, _| {
                    if x % 2 == 0 { Rgb([100, 10, 50]) } else { Rgb([140, 210, 52]) }
                },
            );
        faint.put_pixel(3, 3, Rgb([255; 3]));
        let made = stretched(&faint).unwrap();
        assert_eq!((made.get_pixel(0, 0), made.get_pixel(1, 0)), (&Rgb([0, 0, 0]), &Rgb([255, 255, 26])));
        assert_eq!(made.get_pixel(3, 3), &Rgb([255; 3]));
    }
}
