//! How large a red cell is in a field: its own magnification, which no file tells.

use super::peaks::{Kind, Peak};
use crate::inference::number;

/// Longest sides of the copies that are looked at, in their order, until red cells are large enough in one.
pub(super) const COPIES: [f32; 4] = [224.0, 448.0, 896.0, 1_792.0];
/// A red cell in a small copy need not be more probable than this.
pub(super) const LEAST: f32 = 0.3;
/// Red cells of fewer pixels are measured better in a larger copy.
pub(super) const SMALLEST: f32 = 20.0;
/// So many red cells tell a width.
const ENOUGH: usize = 4;
/// Off by this much, the field is looked at again at another magnification.
const OFF: f32 = 0.15;

/// A copy of a picture, and how wide red cells are in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scale {
    /// Pixels of the copy for one of the picture.
    pub(super) ratio: f32,
    /// The median width of a red cell in pixels of the copy, where enough were found.
    pub(super) red_cell: Option<f32>,
}

/// Whether a measured width is far from the wanted one.
pub(super) fn is_off(width: f32, wanted: f32) -> bool {
    width > 0.0 && (width / wanted - 1.0).abs() > OFF
}

/// The median width of the red cells in a picture of these sides: of the whole ones, where they are enough.
pub(super) fn width(found: &[Peak], (width, height): (u32, u32)) -> Option<f32> {
    let (right, lower) = (number::side(width) - 1.0, number::side(height) - 1.0);
    let is_whole = |peak: &&Peak| {
        let place = peak.place;
        place.x - place.width / 2.0 > 1.0
            && place.y - place.height / 2.0 > 1.0
            && place.x + place.width / 2.0 < right
            && place.y + place.height / 2.0 < lower
    };
    let red = || found.iter().filter(|peak| peak.kind == Kind::Red);
    let mut sizes: Vec<f32> = red().filter(is_whole).map(|peak| peak.place.size()).collect();
    if sizes.len() < ENOUGH {
        sizes = red().map(|peak| peak.place.size()).collect();
    }
    if sizes.len() < ENOUGH {
        return None;
    }
    sizes.sort_by(f32::total_cmp);
    let at = |at: usize| sizes.get(at).copied();
    Some(f32::midpoint(at((sizes.len() - 1) / 2)?, at(sizes.len() / 2)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inference::smear::cell::Place;

    fn red(x: f32, side: f32) -> Peak {
        Peak { kind: Kind::Red, probability: 0.9, place: Place { x, y: 50.0, width: side, height: side } }
    }

    #[test]
    fn few_cells_and_cells_of_other_kinds_tell_no_width() {
        assert_eq!(width(&[], (100, 100)), None);
        let white = Peak { kind: Kind::White, ..red(50.0, 20.0) };
        assert_eq!(
            width(&[red(20.0, 20.0), red(40.0, 20.0), red(60.0, 20.0), white, white], (100, 100)),
            None
        );
    }

    #[test]
    fn the_median_is_of_whole_cells_where_they_are_enough() {
        let whole = [red(20.0, 20.0), red(40.0, 22.0), red(60.0, 24.0), red(80.0, 30.0)];
        assert_eq!(width(&whole, (100, 100)), Some(23.0));
        let cut = [whole[0], whole[1], whole[2], whole[3], red(2.0, 10.0), red(99.0, 10.0)];
        assert_eq!(width(&cut, (100, 100)), Some(23.0));
        assert_eq!(width(&cut[2..], (100, 100)), Some(17.0));
    }

    #[test]
    fn a_width_that_is_somewhat_off_is_left() {
        assert!(!is_off(50.0, 48.0) && !is_off(42.0, 48.0) && is_off(60.0, 48.0) && is_off(30.0, 48.0));
        assert!(!is_off(0.0, 48.0));
    }
}
