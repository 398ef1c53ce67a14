//! From the detector's map to glyphs: a cell for each four by four pixels, with the probability of each class and the box round it.

use std::ops::RangeInclusive;

use super::glyph::Glyph;
use crate::inference::number;

/// Pixels of the input that a cell stands for, in each direction.
const CELL: f32 = 4.0;
/// Most glyphs that one look gives, the most probable first: a picture of nothing but digits costs no more than that.
const MOST: usize = 800;
/// Heights of digits, in pixels of the input, that the detector knows in the look from nearest, ...
pub const NEAREST: RangeInclusive<f32> = 9.0..=110.0;
/// ... and that are not seen better in the look before, in others.
pub const FARTHER: RangeInclusive<f32> = 26.0..=110.0;
/// Boxes beyond the input's edge by more than this are none.
const LARGEST: f32 = 400.0;

/// The detector's answer to one picture: `classes + 4` planes of `height` by `width` cells.
#[derive(Debug, Clone, Copy)]
pub struct Map<'a> {
    /// All planes.
    pub values: &'a [f32],
    /// Cells in a row.
    pub width: usize,
    /// Rows of cells.
    pub height: usize,
}

/// How a look's pixels become the picture's.
#[derive(Debug, Clone)]
pub struct Look {
    /// Pixels of the picture for one of the input, from left to right.
    pub across: f32,
    /// The same from top to bottom.
    pub down: f32,
    /// Cells with a digit less probable than this hold nothing, ...
    pub least: f32,
    /// ... and with a mark less probable than this: a speck looks like one.
    pub least_mark: f32,
    /// Digits of other heights, in pixels of the input, are left to other looks.
    pub heights: RangeInclusive<f32>,
}

impl Look {
    /// Whether this look finds such a glyph, of so many pixels' height in the input.
    fn wants(&self, glyph: &Glyph, height: f32) -> bool {
        if glyph.is_mark() {
            return glyph.probability >= self.least_mark;
        }
        glyph.probability >= self.least && self.heights.contains(&height)
    }
}

/// The glyphs of a map, in the picture's pixels; one glyph gives several, as the cells round its middle know it too. `None` when the map
/// is not of that many classes.
pub fn decode(map: Map<'_>, classes: &[char], look: &Look) -> Option<Vec<Glyph>> {
    let plane = map.width.checked_mul(map.height).filter(|plane| *plane > 0)?;
    if map.values.len() != plane.checked_mul(classes.len() + 4)? {
        return None;
    }
    let (scores, sides) = map.values.split_at_checked(plane * classes.len())?;
    let mut found: Vec<Glyph> = Vec::new();
    for cell in 0..plane {
        let of = |planes: &[f32], number: usize| planes.get(number * plane + cell).copied().unwrap_or(0.0);
        let best = (0..classes.len())
            .map(|class| (class, of(scores, class)))
            .max_by(|(_, a), (_, b)| a.total_cmp(b))
            .filter(|(_, probability)| (0.0..=1.0).contains(probability));
        let Some((class, probability)) = best else { continue };
        let (x, y) = middle(cell, map.width);
        let [left, top, right, bottom] = [0, 1, 2, 3].map(|side| of(sides, side));
        let frame = [
            (x - left) * look.across,
            (y - top) * look.down,
            (x + right) * look.across,
            (y + bottom) * look.down,
        ];
        let Some(&symbol) = classes.get(class) else { continue };
        let glyph = Glyph { symbol, probability, frame };
        if [left, top, right, bottom].iter().all(|side| side.abs() <= LARGEST)
            && glyph.area() > 0.0
            && look.wants(&glyph, top + bottom)
        {
            found.push(glyph);
        }
    }
    found.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    found.truncate(MOST);
    Some(found)
}

/// The middle of a cell in the input's pixels.
fn middle(cell: usize, width: usize) -> (f32, f32) {
    let width = width.max(1);
    ((number::real(cell % width) + 0.5) * CELL, (number::real(cell / width) + 0.5) * CELL)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLASSES: [char; 3] = ['4', '7', '.'];
    const LOOK: Look = Look { across: 2.0, down: 3.0, least: 0.3, least_mark: 0.6, heights: 9.0..=80.0 };

    /// A map of 8 by 4 cells with nothing but what is put: cell, class, probability, sides.
    fn map(cells: &[(usize, usize, f32, [f32; 4])]) -> Vec<f32> {
        let mut values = vec![0.0; 32 * 7];
        for (cell, class, probability, sides) in cells {
            values[class * 32 + cell] = *probability;
            for (number, side) in sides.iter().enumerate() {
                values[(3 + number) * 32 + cell] = *side;
            }
        }
        values
    }

    fn decoded(values: &[f32]) -> Option<Vec<Glyph>> {
        decode(Map { values, width: 8, height: 4 }, &CLASSES, &LOOK)
    }

    #[test]
    fn a_map_of_other_classes_or_none_is_refused() {
        assert_eq!(decoded(&vec![0.0; 32 * 6]), None);
        assert_eq!(decoded(&[]), None);
        let none = Map { values: &[], width: 0, height: usize::MAX };
        assert_eq!(decode(none, &CLASSES, &LOOK), None);
    }

    #[test]
    fn what_is_no_probability_and_no_box_is_left_out() {
        let sides = [5.0, 8.0, 5.0, 8.0];
        let strange = map(&[
            (0, 0, f32::NAN, sides),
            (1, 0, 7.0, sides),
            (2, 0, 0.29, sides),
            (3, 0, 0.9, [f32::INFINITY, 8.0, 5.0, 8.0]),
            (4, 0, 0.9, [-6.0, 8.0, 5.0, 8.0]),
            (5, 0, 0.9, [5.0, 50.0, 5.0, 50.0]),
            (6, 1, 0.9, [5.0, 2.0, 5.0, 2.0]),
        ]);
        assert_eq!(decoded(&strange), Some(vec![]));
    }

    #[test]
    fn a_cell_gives_its_best_class_in_the_pictures_pixels() {
        let values = map(&[
            (9, 0, 0.4, [0.0; 4]),
            (9, 1, 0.8, [2.0, 6.0, 4.0, 6.0]),
            (20, 2, 0.9, [1.0; 4]),
            (30, 2, 0.5, [1.0; 4]),
        ]);
        let seven = Glyph { symbol: '7', probability: 0.8, frame: [8.0, 0.0, 20.0, 36.0] };
        let point = Glyph { symbol: '.', probability: 0.9, frame: [34.0, 27.0, 38.0, 33.0] };
        assert_eq!(decoded(&values), Some(vec![point, seven]));
    }
}
