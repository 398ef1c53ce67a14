//! Is the whole number in sight? Whether nothing stands, or lies, where its next digit would be.
//!
//! A finger, a glare or the edge of the picture that hides a digit leaves a shorter number which reads as
//! well as a whole one: 234 becomes 34. What the digits say cannot tell; the pixels beside them can. Only
//! where one digit's width on both sides looks like the paper that the digits stand on is a number whole.

use image::RgbImage;

use super::crop;
use super::geometry::{Point, Quad};
use crate::inference::number;

/// How far to look beyond the box, in box heights: one digit's width.
pub const REACH: f32 = 0.6;
/// Rows that are looked at, whatever the height of the box.
const ROWS: u32 = 48;
/// The share of the box's height that is looked at beside it; rows above and below are others'.
const BAND: f32 = 0.8;
/// Ink and paper differ by this much at least, of 255.
const LEAST_CONTRAST: f32 = 40.0;
/// A colour is the paper's when it differs by less than this share of the contrast, and by less than ...
const PAPER: f32 = 0.15;
/// ... this share of pixels beside the number is something else. A minus covers more.
const STRANGE_BESIDE: f32 = 0.02;
/// More than this share of the box is neither ink, paper nor a mixture of both.
const STRANGE_WITHIN: f32 = 0.08;

/// How much may differ from ink and paper where nothing is hidden.
#[derive(Debug, Clone, Copy)]
struct Tolerance {
    paper: f32,
    beside: f32,
    within: f32,
}

/// The shares of a box, and of one digit's width left and right of it, that are neither ink nor paper.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Strange {
    /// Of the box itself.
    pub within: f32,
    /// Of what is left of it; all, where that is beyond the picture's edge.
    pub left: f32,
    /// Of what is right of it.
    pub right: f32,
}

impl Strange {
    /// Paper alone.
    pub const NONE: Self = Self { within: 0.0, left: 0.0, right: 0.0 };
    /// Nothing is known of the place.
    pub const ALL: Self = Self { within: 1.0, left: 1.0, right: 1.0 };

    /// Whether nothing can be hidden there where two readers agree: light that changes, unlit segments and grain hide none.
    pub fn is_open(&self) -> bool {
        self.within <= 0.25 && self.left.max(self.right) <= 0.06
    }
}

/// Where OCR alone read the line.
const STRICT: Tolerance = Tolerance { paper: PAPER, beside: STRANGE_BESIDE, within: STRANGE_WITHIN };
/// The same where two readers agree on the digits.
const LENIENT_PAPER: f32 = 0.3;

/// Whether the pixels beside a line are paper, but for those in the boxes of other words.
pub fn are_clear(picture: &RgbImage, quad: &Quad, words: &[Quad]) -> bool {
    look(picture, quad, words, STRICT)
}

/// How much beside digits on which two readers agree is something else than their paper.
pub fn beside(picture: &RgbImage, quad: &Quad, words: &[Quad]) -> Strange {
    strangeness(picture, quad, words, LENIENT_PAPER)
}

fn look(picture: &RgbImage, quad: &Quad, words: &[Quad], tolerance: Tolerance) -> bool {
    let strange = strangeness(picture, quad, words, tolerance.paper);
    strange.within <= tolerance.within && strange.left.max(strange.right) <= tolerance.beside
}

/// How much of a box and of what is beside it is neither ink nor paper.
fn strangeness(picture: &RgbImage, quad: &Quad, words: &[Quad], paper: f32) -> Strange {
    let inside = pixels(picture, quad);
    let Some(colours) = Colours::of(&inside) else { return Strange::ALL };
    let strange = inside.iter().filter(|pixel| !colours.mixed(**pixel, paper)).count();
    let beside = REACH * quad.height() / quad.width().max(1.0);
    let [left, right] = [quad.part(-beside, 0.0), quad.part(1.0, 1.0 + beside)].map(|strip| {
        let strip = banded(&strip);
        if within(picture, &strip) { strange_share(picture, &strip, words, &colours, paper) } else { 1.0 }
    });
    Strange { within: share(strange, inside.len()), left, right }
}

/// The middle of a box's height.
fn banded(quad: &Quad) -> Quad {
    let [a, b, c, d] = quad.0;
    let (top, bottom) = ((1.0 - BAND) / 2.0, f32::midpoint(1.0, BAND));
    Quad([a.towards(d, top), b.towards(c, top), b.towards(c, bottom), a.towards(d, bottom)])
}

/// Whether all of a box lies in the picture: nothing is known of what is beyond its edge.
fn within(picture: &RgbImage, quad: &Quad) -> bool {
    let [left, top, right, bottom] = quad.bounds();
    left >= 0.0
        && top >= 0.0
        && right <= number::side(picture.width())
        && bottom <= number::side(picture.height())
}

/// The share of a strip beside a number that is not its paper, but for what is in the boxes of other words.
fn strange_share(picture: &RgbImage, strip: &Quad, words: &[Quad], colours: &Colours, paper: f32) -> f32 {
    let rows = strip.height().ceil().clamp(1.0, number::side(ROWS));
    let columns = (rows * strip.width() / strip.height().max(1.0)).ceil().max(1.0);
    let [top_left, top_right, _, bottom_left] = strip.0;
    let mut strange = 0;
    for row in 0..number::floor(rows) {
        for column in 0..number::floor(columns) {
            let along = top_left.towards(top_right, (number::real(column) + 0.5) / columns);
            let down = top_left.towards(bottom_left, (number::real(row) + 0.5) / rows);
            let point = Point::new(along.x + down.x - top_left.x, along.y + down.y - top_left.y);
            let read = words.iter().any(|word| {
                let [left, top, right, bottom] = word.bounds();
                (left..=right).contains(&point.x) && (top..=bottom).contains(&point.y)
            });
            let colour = crop::sample(picture, point).0.map(f32::from);
            strange += usize::from(!read && !colours.is_paper(colour, paper));
        }
    }
    share(strange, number::floor(rows) * number::floor(columns))
}

type Colour = [f32; 3];

/// The two colours of a line.
struct Colours {
    paper: Colour,
    ink: Colour,
    contrast: f32,
}

impl Colours {
    /// Paper is what the upper and lower edges of the box show most, ink what differs from it most.
    fn of(inside: &[Colour]) -> Option<Self> {
        let edge = inside.len() / 16;
        let edges: Vec<Colour> =
            inside.iter().take(edge).chain(inside.iter().rev().take(edge)).copied().collect();
        let paper = median(&edges)?;
        let mut by_difference = inside.to_vec();
        by_difference.sort_by(|a, b| distance(*b, paper).total_cmp(&distance(*a, paper)));
        by_difference.truncate(inside.len() / 10);
        let ink = median(&by_difference)?;
        let contrast = distance(ink, paper);
        (contrast >= LEAST_CONTRAST).then_some(Self { paper, ink, contrast })
    }

    fn is_paper(&self, colour: Colour, share: f32) -> bool {
        distance(colour, self.paper) <= share * self.contrast
    }

    /// Whether a colour lies between ink and paper, as at the rim of a digit.
    fn mixed(&self, colour: Colour, share: f32) -> bool {
        let to = |from: Colour, to: Colour| {
            let ([a, b, c], [d, e, f]) = (from, to);
            [d - a, e - b, f - c]
        };
        let dot = |[a, b, c]: Colour, [d, e, f]: Colour| a * d + b * e + c * f;
        let (ink, seen) = (to(self.paper, self.ink), to(self.paper, colour));
        let along = (dot(seen, ink) / dot(ink, ink).max(1.0)).clamp(0.0, 1.0);
        let nearest = ink.map(|part| part * along);
        distance(seen, nearest) <= share * self.contrast
    }
}

/// The box's pixels, row by row.
fn pixels(picture: &RgbImage, quad: &Quad) -> Vec<Colour> {
    let widest = 40 * ROWS;
    crop::to_height(&crop::cut(picture, quad), ROWS, widest)
        .pixels()
        .map(|pixel| pixel.0.map(f32::from))
        .collect()
}

/// The largest difference of a channel.
fn distance(one: Colour, other: Colour) -> f32 {
    one.iter().zip(other).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

fn median(colours: &[Colour]) -> Option<Colour> {
    let channel = |pick: fn(&Colour) -> f32| {
        let mut values: Vec<f32> = colours.iter().map(pick).collect();
        values.sort_by(f32::total_cmp);
        values.get(values.len() / 2).copied()
    };
    Some([channel(|[red, ..]| *red)?, channel(|[_, green, _]| *green)?, channel(|[.., blue]| *blue)?])
}

fn share(part: usize, whole: usize) -> f32 {
    number::real(part) / number::real(whole.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    /// A dark bar on grey in the middle, with one more shape of a colour.
    fn drawn(left: u32, right: u32, colour: [u8; 3]) -> RgbImage {
        RgbImage::from_fn(200, 60, |x, y| match (x, y) {
            (90..=110, 15..=44) => Rgb([20; 3]),
            (x, 20..=39) if (left..right).contains(&x) => Rgb(colour),
            _ => Rgb([200; 3]),
        })
    }

    fn clear(left: u32, right: u32, colour: [u8; 3], words: &[Quad]) -> bool {
        are_clear(&drawn(left, right, colour), &Quad::upright(80.0, 10.0, 120.0, 50.0), words)
    }

    #[test]
    fn a_finger_a_digit_and_the_edge_hide_something() {
        assert!(!clear(60, 78, [205, 160, 130], &[]));
        assert!(!clear(122, 180, [205, 160, 130], &[]));
        assert!(!clear(70, 74, [20; 3], &[]));
        let at_the_edge = Quad::upright(10.0, 10.0, 120.0, 50.0);
        assert!(!are_clear(&drawn(0, 0, [0; 3]), &at_the_edge, &[]));
    }

    #[test]
    fn two_readers_that_agree_do_not_see_through_a_finger() {
        let open = |left, right, colour| {
            beside(&drawn(left, right, colour), &Quad::upright(80.0, 10.0, 120.0, 50.0), &[]).is_open()
        };
        assert!(!open(60, 78, [205, 160, 130]));
        assert!(!open(70, 78, [20; 3]));
        assert!(open(60, 78, [170; 3]), "a segment that is not lit");
    }

    #[test]
    fn a_finger_between_digits_is_seen() {
        assert!(!clear(81, 90, [230, 120, 100], &[]));
    }

    #[test]
    fn paper_words_that_were_read_and_what_is_farther_away_hide_nothing() {
        assert!(clear(0, 0, [0; 3], &[]));
        assert!(clear(70, 74, [20; 3], &[Quad::upright(66.0, 18.0, 76.0, 42.0)]));
        assert!(clear(150, 180, [205, 160, 130], &[]));
    }

    #[test]
    fn what_has_no_contrast_is_not_known() {
        let flat = RgbImage::from_pixel(200, 60, Rgb([200; 3]));
        assert!(!are_clear(&flat, &Quad::upright(80.0, 10.0, 120.0, 50.0), &[]));
    }
}
