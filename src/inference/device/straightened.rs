//! Displays that are held askew: the digit detector knows digits that lean a little, OCR finds lines of any slope.
//!
//! So where the lines of a page lean more than that, alike, the detector looks at the picture turned upright by as much.

use image::RgbImage;

use crate::inference::digits::{Digits, Row};
use crate::inference::number;
use crate::inference::ocr::{OcrError, Page, Point, Quad, cut_upright};

/// A page that leans less than this, in radians, is read as it is.
const LEANS: f32 = 0.12;
/// One that leans more stands on its side.
const MOST: f32 = 1.2;
/// Lines that tell how much it leans are longer than this, in heights, ...
const LONG: f32 = 2.0;
/// ... are as many as this, ...
const LINES: usize = 3;
/// ... and lean alike: so much apart, in radians, half of them at most.
const ALIKE: f32 = 0.1;

/// The rows of digits in a picture, of which OCR has made a page.
pub fn rows(digits: &mut Digits, picture: &RgbImage, page: &Page) -> Result<Vec<Row>, OcrError> {
    let Some(lean) = lean(page) else { return digits.read(picture) };
    let frame = frame(picture, lean);
    let straight = cut_upright(picture, &frame);
    let (width, height) = (number::side(straight.width()), number::side(straight.height()));
    let [top_left, top_right, _, bottom_left] = frame.0;
    let back = |point: Point| {
        let along = top_left.towards(top_right, point.x / width.max(1.0));
        let down = top_left.towards(bottom_left, point.y / height.max(1.0));
        Point::new(along.x + down.x - top_left.x, along.y + down.y - top_left.y)
    };
    let rows = digits.read(&straight)?;
    Ok(rows.into_iter().map(|row| Row { quad: row.quad.map(back), ..row }).collect())
}

/// How much the lines of a page lean, where they do so alike and more than the detector knows.
fn lean(page: &Page) -> Option<f32> {
    let long = page.lines.iter().filter(|line| line.quad.width() > LONG * line.quad.height());
    let mut slopes: Vec<f32> = long.map(|line| line.quad.slope()).collect();
    slopes.sort_by(f32::total_cmp);
    let middle = slopes.get(slopes.len() / 2).copied()?;
    let alike = slopes.iter().filter(|slope| (*slope - middle).abs() <= ALIKE).count();
    let leans = (LEANS..=MOST).contains(&middle.abs()) && slopes.len() >= LINES && 2 * alike >= slopes.len();
    leans.then_some(middle)
}

/// The box that leans so much and has all of a picture in it.
fn frame(picture: &RgbImage, lean: f32) -> Quad {
    let (width, height) = (number::side(picture.width()), number::side(picture.height()));
    let (sine, cosine) = lean.sin_cos();
    let across = width * cosine.abs() + height * sine.abs();
    let down = width * sine.abs() + height * cosine.abs();
    Quad::upright(-across / 2.0, -down / 2.0, across / 2.0, down / 2.0).map(|corner| {
        Point::new(
            width / 2.0 + corner.x * cosine - corner.y * sine,
            height / 2.0 + corner.x * sine + corner.y * cosine,
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inference::ocr::Line;

    fn page(slopes: &[f32]) -> Page {
        let line = |slope: &f32| {
            let (sine, cosine) = slope.sin_cos();
            let turned = |p: Point| Point::new(p.x * cosine - p.y * sine, p.x * sine + p.y * cosine);
            let quad = Quad::upright(0.0, 0.0, 100.0, 20.0).map(turned);
            Line { characters: Vec::new(), confidence: 1.0, second: None, clear: true, judged: None, quad }
        };
        let lines = slopes.iter().map(line).collect();
        Page { width: 100.0, height: 100.0, turned: false, lines, unread: Vec::new(), left_out: Vec::new() }
    }

    #[test]
    fn a_page_that_leans_little_or_in_all_ways_is_left() {
        assert_eq!(lean(&page(&[])), None);
        assert_eq!(lean(&page(&[0.05, 0.04, 0.06])), None);
        assert_eq!(lean(&page(&[0.4, 0.4])), None);
        assert_eq!(lean(&page(&[-0.9, -0.4, 0.3, 0.8, 1.1])), None);
    }

    #[test]
    fn lines_that_lean_alike_tell_how_much() {
        let lean = lean(&page(&[0.38, 0.4, 0.42, -1.0])).unwrap();
        assert!((0.37..=0.43).contains(&lean), "{lean}");
    }

    #[test]
    fn the_leaning_box_holds_the_picture() {
        let frame = frame(&RgbImage::new(200, 100), 0.4);
        let centre = frame.centre();
        assert!((centre.x - 100.0).abs() < 0.01 && (centre.y - 50.0).abs() < 0.01);
        assert!(frame.width() > 200.0 && frame.height() > 100.0);
        assert!((frame.slope() - 0.4).abs() < 1e-3);
    }
}
