//! From the detector's maps to cells: peaks of three planes, each with the box that it says.

use super::cell::Place;
use super::net::Output;
use crate::inference::number;

/// Planes of the heat map, in their order.
pub(super) const KINDS: [Kind; 3] = [Kind::Red, Kind::White, Kind::Platelet];

/// What the detector tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Red,
    White,
    Platelet,
}

/// A cell that the detector found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Peak {
    pub(super) kind: Kind,
    pub(super) probability: f32,
    pub(super) place: Place,
}

/// From which probability on a cell of each kind is one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Least {
    pub(super) red: f32,
    pub(super) white: f32,
    pub(super) platelet: f32,
}

impl Least {
    pub(super) fn of(&self, kind: Kind) -> f32 {
        match kind {
            Kind::Red => self.red,
            Kind::White => self.white,
            Kind::Platelet => self.platelet,
        }
    }
}

/// All peaks of a run, in pixels of its input; none where the maps are not of one size.
pub(super) fn peaks(heat: &Output, boxes: &Output, least: Least) -> Option<Vec<Peak>> {
    let [1, 3, height, width] = *heat.sides.as_slice() else { return None };
    let [1, 4, other_height, other_width] = *boxes.sides.as_slice() else { return None };
    let plane = height.checked_mul(width).filter(|plane| *plane > 0)?;
    if (height, width) != (other_height, other_width)
        || heat.values.len() != plane.checked_mul(3)?
        || boxes.values.len() != plane.checked_mul(4)?
    {
        return None;
    }
    let mut found = Vec::new();
    for (kind, values) in KINDS.into_iter().zip(heat.values.chunks_exact(plane)) {
        let enough = |probability: f32| probability >= least.of(kind) && probability <= 1.0;
        for (at, &probability) in values.iter().enumerate().filter(|(_, heat)| enough(**heat)) {
            let of = |number: usize| boxes.values.get(number * plane + at).copied().unwrap_or(f32::NAN);
            let place = Place { x: of(0), y: of(1), width: of(2), height: of(3) };
            if place.is_one() {
                found.push(Peak { kind, probability, place });
            }
        }
    }
    Some(found)
}

/// What is found twice.
#[derive(Clone, Copy, Debug)]
pub(super) struct Once {
    /// Two of a kind that share more of what they cover are one.
    pub(super) overlap: f32,
    /// A red cell that lies by as much within a more probable white cell's box is a part of that.
    pub(super) inside: f32,
}

/// Each cell once, the most probable first.
pub(super) fn once(mut found: Vec<Peak>, limits: Once) -> Vec<Peak> {
    found.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    let mut kept = Grid::of(&found);
    for peak in found {
        let is_known = kept.near(&peak).any(|other| {
            let is_same = other.kind == peak.kind && other.place.overlap(&peak.place) > limits.overlap;
            let is_part = (other.kind, peak.kind) == (Kind::White, Kind::Red)
                && other.place.shared(&peak.place) >= limits.inside * peak.place.area();
            is_same || is_part
        });
        if !is_known {
            kept.add(peak);
        }
    }
    kept.kept
}

/// Peaks by where they are, so that one is held against its neighbours alone.
struct Grid {
    kept: Vec<Peak>,
    step: f32,
    columns: usize,
    rows: usize,
    cells: Vec<Vec<usize>>,
}

impl Grid {
    /// Most columns and rows: beyond that, those at the edge hold the rest.
    const MOST: usize = 512;

    fn of(all: &[Peak]) -> Self {
        let step = all.iter().map(|peak| peak.place.width.max(peak.place.height)).fold(8.0, f32::max);
        let along = |of: fn(&Place) -> f32| {
            let farthest = all.iter().map(|peak| of(&peak.place)).fold(0.0, f32::max);
            (number::floor(farthest / step) + 1).min(Self::MOST)
        };
        let (columns, rows) = (along(|place| place.x), along(|place| place.y));
        Self { kept: Vec::new(), step, columns, rows, cells: vec![Vec::new(); columns * rows] }
    }

    fn cell(&self, place: &Place) -> (usize, usize) {
        let at = |middle: f32, count: usize| number::floor(middle / self.step).min(count.saturating_sub(1));
        (at(place.x, self.columns), at(place.y, self.rows))
    }

    fn near(&self, peak: &Peak) -> impl Iterator<Item = &Peak> {
        let (x, y) = self.cell(&peak.place);
        let rows = y.saturating_sub(1)..=(y + 1).min(self.rows.saturating_sub(1));
        let columns = x.saturating_sub(1)..=(x + 1).min(self.columns.saturating_sub(1));
        rows.flat_map(move |row| columns.clone().map(move |column| row * self.columns + column))
            .filter_map(|at| self.cells.get(at))
            .flatten()
            .filter_map(|at| self.kept.get(*at))
    }

    fn add(&mut self, peak: Peak) {
        let (x, y) = self.cell(&peak.place);
        if let Some(cell) = self.cells.get_mut(y * self.columns + x) {
            cell.push(self.kept.len());
        }
        self.kept.push(peak);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONCE: Once = Once { overlap: 0.55, inside: 0.8 };
    const LEAST: Least = Least { red: 0.3, white: 0.4, platelet: 0.5 };

    fn peak(kind: Kind, probability: f32, x: f32, y: f32, side: f32) -> Peak {
        Peak { kind, probability, place: Place { x, y, width: side, height: side } }
    }

    fn output(sides: [usize; 4], values: Vec<f32>) -> Output {
        Output { sides: sides.to_vec(), values }
    }

    #[test]
    fn maps_of_other_sizes_are_refused() {
        let heat = || output([1, 3, 2, 2], vec![0.0; 12]);
        let boxes = |sides: [usize; 4], length| output(sides, vec![0.0; length]);
        assert_eq!(peaks(&heat(), &boxes([1, 4, 2, 3], 24), LEAST), None);
        assert_eq!(peaks(&heat(), &boxes([1, 4, 2, 2], 15), LEAST), None);
        assert_eq!(peaks(&output([1, 2, 2, 2], vec![0.0; 8]), &boxes([1, 4, 2, 2], 16), LEAST), None);
        assert_eq!(peaks(&output([1, 3, 0, 0], vec![]), &boxes([1, 4, 0, 0], 0), LEAST), None);
        assert_eq!(peaks(&heat(), &boxes([1, 4, 2, 2], 16), LEAST), Some(vec![]));
    }

    #[test]
    fn a_peak_has_the_kind_of_its_plane_and_the_box_of_its_place() {
        let mut heat = vec![0.0; 12];
        (heat[1], heat[6], heat[11], heat[0], heat[5]) = (0.9, 0.39, 0.5, f32::NAN, 7.0);
        let boxes: Vec<f32> =
            [10.0, 20.0, 4.0, 6.0].iter().flat_map(|side| [0.0, 1.0, 2.0, 3.0].map(|at| side + at)).collect();
        let found = peaks(&output([1, 3, 2, 2], heat), &output([1, 4, 2, 2], boxes), LEAST).unwrap();
        let place = |at: f32| Place { x: 10.0 + at, y: 20.0 + at, width: 4.0 + at, height: 6.0 + at };
        assert_eq!(
            found,
            [
                Peak { kind: Kind::Red, probability: 0.9, place: place(1.0) },
                Peak { kind: Kind::Platelet, probability: 0.5, place: place(3.0) },
            ]
        );
    }

    #[test]
    fn a_cell_that_was_found_twice_is_one() {
        let found = vec![
            peak(Kind::Red, 0.7, 101.0, 100.0, 40.0),
            peak(Kind::Red, 0.9, 100.0, 100.0, 40.0),
            peak(Kind::Red, 0.8, 130.0, 100.0, 40.0),
            peak(Kind::Platelet, 0.6, 100.0, 100.0, 40.0),
        ];
        let kept = once(found, ONCE);
        assert_eq!(kept.iter().map(|peak| peak.probability).collect::<Vec<_>>(), [0.9, 0.8, 0.6]);
    }

    #[test]
    fn a_red_cell_within_a_white_one_is_a_part_of_it_unless_it_is_more_probable() {
        let white = peak(Kind::White, 0.8, 100.0, 100.0, 80.0);
        let within = |probability| peak(Kind::Red, probability, 110.0, 90.0, 40.0);
        assert_eq!(once(vec![white, within(0.7)], ONCE), [white]);
        assert_eq!(once(vec![white, within(0.9)], ONCE).len(), 2);
        let beside = peak(Kind::Red, 0.7, 145.0, 100.0, 40.0);
        assert_eq!(once(vec![white, beside], ONCE).len(), 2);
    }

    #[test]
    fn ten_thousand_cells_are_quickly_each_kept_once() {
        let all: Vec<_> = (0..200)
            .flat_map(|row| (0..100).map(move |column| (row, column)))
            .map(|(row, column)| {
                peak(Kind::Red, 0.9, 30.0 * number::real(column / 2), 30.0 * number::real(row), 28.0)
            })
            .collect();
        assert_eq!(once(all, ONCE).len(), 10_000);
    }
}
