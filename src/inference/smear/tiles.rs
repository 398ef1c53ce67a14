//! Parts of a field that are small enough for one run of the detector. Neighbours overlap, and a cell belongs to the part whose own area its
//! middle is in.

use image::imageops::{crop_imm, replace};
use image::{Rgb, RgbImage};

use super::cell::Place;
use crate::inference::number;

/// Both sides of a tile.
const SIDE: u32 = 768;
/// What two neighbours both see.
const OVERLAP: u32 = 96;
/// Both sides of what the detector sees are multiples of this.
const STEP: u32 = 32;
/// The least side that the detector takes.
const LEAST: u32 = 64;

/// A part of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tile {
    /// What is seen: left, top, right and lower edge.
    seen: [u32; 4],
    /// What is its own.
    own: [u32; 4],
}

/// One side cut into what is seen and what is own.
fn cut(side: u32) -> Vec<([u32; 2], [u32; 2])> {
    if side <= SIDE {
        return vec![([0, side], [0, side])];
    }
    let stride = SIDE - OVERLAP;
    let count = (side - OVERLAP).div_ceil(stride);
    (0..count)
        .map(|at| {
            let start = |at: u32| (at * stride).min(side - SIDE);
            let from = start(at);
            // The middle of what two see parts them.
            let border = |at: u32| u32::midpoint(start(at), start(at - 1) + SIDE);
            let own_from = if at == 0 { 0 } else { border(at) };
            let own_to = if at + 1 == count { side } else { border(at + 1) };
            ([from, from + SIDE], [own_from, own_to])
        })
        .collect()
}

/// The parts of a field with these sides.
pub(super) fn tiles(width: u32, height: u32) -> Vec<Tile> {
    let columns = cut(width);
    cut(height)
        .iter()
        .flat_map(|([top, lower], [own_top, own_lower])| {
            columns.iter().map(|([left, right], [own_left, own_right])| Tile {
                seen: [*left, *top, *right, *lower],
                own: [*own_left, *own_top, *own_right, *own_lower],
            })
        })
        .collect()
}

impl Tile {
    /// What is seen, with background to the right and below where the sides are no multiples.
    pub(super) fn picture(&self, field: &RgbImage, background: Rgb<u8>) -> RgbImage {
        let [left, top, right, lower] = self.seen;
        let (width, height) = (right - left, lower - top);
        let part = crop_imm(field, left, top, width, height).to_image();
        let side = |side: u32| side.max(LEAST).next_multiple_of(STEP);
        if (side(width), side(height)) == (width, height) {
            return part;
        }
        let mut whole = RgbImage::from_pixel(side(width), side(height), background);
        replace(&mut whole, &part, 0, 0);
        whole
    }

    /// A place in the field, where its middle is this part's own and within the field; what reaches beyond the part is cut off.
    pub(super) fn own(&self, place: Place) -> Option<Place> {
        let [from_x, from_y, to_x, to_y] = self.seen.map(number::side);
        let along = |middle: f32, length: f32, from: f32, to: f32| {
            let begin = (from + middle - length / 2.0).max(from);
            let end = (from + middle + length / 2.0).min(to);
            (f32::midpoint(begin, end), end - begin)
        };
        let is_within = place.x < to_x - from_x && place.y < to_y - from_y;
        let (x, width) = along(place.x, place.width, from_x, to_x);
        let (y, height) = along(place.y, place.height, from_y, to_y);
        let place = Some(Place { x, y, width, height }).filter(|place| is_within && place.is_one())?;
        let [left, top, right, lower] = self.own.map(number::side);
        let is_own = (left..right).contains(&place.x) && (top..lower).contains(&place.y);
        is_own.then_some(place)
    }
}

/// The colour that one of ten pixels exceeds in each plane: the ground on which cells lie.
pub(super) fn ground(picture: &RgbImage) -> Rgb<u8> {
    let mut counts = [[0_usize; 256]; 3];
    let mut all = 0_usize;
    for row in picture.rows().step_by(4) {
        for pixel in row.step_by(4) {
            for (counts, value) in counts.iter_mut().zip(pixel.0) {
                if let Some(count) = counts.get_mut(usize::from(value)) {
                    *count += 1;
                }
            }
            all += 1;
        }
    }
    Rgb(counts.map(|counts| {
        let mut sum = 0;
        let is_there = |count: &usize| {
            sum += count;
            10 * sum >= 9 * all
        };
        u8::try_from(counts.iter().position(is_there).unwrap_or(255)).unwrap_or(u8::MAX)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_some_parts_own_and_no_other_ones() {
        for (width, height) in [(1, 1), (768, 768), (769, 100), (1_600, 1_200), (3_001, 777)] {
            let tiles = tiles(width, height);
            for (x, y) in [(0, 0), (width - 1, height - 1), (width / 2, height / 3), (700.min(width - 1), 0)]
            {
                let owners = tiles.iter().filter(|tile| {
                    let [left, top, right, lower] = tile.own;
                    (left..right).contains(&x) && (top..lower).contains(&y)
                });
                assert_eq!(owners.count(), 1, "{x} {y} of {width} {height}");
            }
            for Tile { seen, own } in &tiles {
                assert!(seen[2] <= width && seen[3] <= height && seen[2] - seen[0] <= SIDE);
                assert!((0..2).all(|side| seen[side] <= own[side] && own[side + 2] <= seen[side + 2]));
                let inner = |side: usize, of: u32| {
                    (own[side] == 0 || own[side] - seen[side] >= OVERLAP / 2)
                        && (own[side + 2] == of || seen[side + 2] - own[side + 2] >= OVERLAP / 2)
                };
                assert!(inner(0, width) && inner(1, height), "{seen:?} {own:?}");
            }
        }
        assert_eq!(tiles(1_440, 768).len(), 2);
    }

    #[test]
    fn a_part_has_sides_that_the_detector_takes_and_background_beyond_the_field() {
        let field = RgbImage::from_pixel(100, 10, Rgb([200, 100, 50]));
        assert_eq!(ground(&field), Rgb([200, 100, 50]));
        let part = tiles(100, 10)[0].picture(&field, Rgb([1, 2, 3]));
        assert_eq!(part.dimensions(), (128, 64));
        assert_eq!((part.get_pixel(99, 9), part.get_pixel(100, 9)), (&Rgb([200, 100, 50]), &Rgb([1, 2, 3])));
    }

    #[test]
    fn a_cell_in_the_background_is_none() {
        let tile = tiles(100, 10)[0];
        let place = Place { x: 101.0, y: 5.0, width: 4.0, height: 4.0 };
        assert_eq!(tile.own(place), None);
        assert_eq!(tile.own(Place { x: 50.0, ..place }), Some(Place { x: 50.0, ..place }));
        assert_eq!(tile.own(Place { x: 99.0, ..place }), Some(Place { x: 98.5, width: 3.0, ..place }));
    }
}
