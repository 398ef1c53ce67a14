//! Connected regions of a mask, as rows of runs joined across rows (8-connected).

use super::geometry::{Point, at};

/// One horizontal run of set pixels, ends included.
#[derive(Debug, Clone, Copy)]
struct Run {
    row: usize,
    first: usize,
    last: usize,
}

/// The end points of all runs of each region; enough for its convex hull.
pub fn outlines(mask: &[bool], width: usize) -> Vec<Vec<Point>> {
    if width == 0 {
        return Vec::new();
    }
    let runs = runs(mask, width);
    let mut sets = Sets::new(runs.len());
    join_rows(&runs, &mut sets);
    let mut outlines: Vec<Vec<Point>> = vec![Vec::new(); runs.len()];
    for (number, run) in runs.iter().enumerate() {
        if let Some(outline) = outlines.get_mut(sets.root(number)) {
            outline.push(at(run.first, run.row));
            outline.push(at(run.last, run.row));
        }
    }
    outlines.retain(|outline| !outline.is_empty());
    outlines
}

fn runs(mask: &[bool], width: usize) -> Vec<Run> {
    let mut runs = Vec::new();
    for (row, pixels) in mask.chunks_exact(width).enumerate() {
        let mut open: Option<Run> = None;
        for (column, &set) in pixels.iter().enumerate() {
            match (&mut open, set) {
                (Some(run), true) => run.last = column,
                (None, true) => open = Some(Run { row, first: column, last: column }),
                (_, false) => runs.extend(open.take()),
            }
        }
        runs.extend(open);
    }
    runs
}

/// Joins each run with the runs of the row above that it touches, corners included.
fn join_rows(runs: &[Run], sets: &mut Sets) {
    let mut above = 0;
    for (number, run) in runs.iter().enumerate() {
        // Runs are in reading order, so what ends before this run's left neighbour is behind for good.
        while runs.get(above).is_some_and(|other| {
            other.row + 1 < run.row || (other.row + 1 == run.row && other.last + 1 < run.first)
        }) {
            above += 1;
        }
        let touching = runs.iter().enumerate().skip(above);
        for (other, candidate) in touching.take_while(|(_, other)| other.row + 1 == run.row) {
            if candidate.first > run.last + 1 {
                break;
            }
            sets.join(number, other);
        }
    }
}

/// Disjoint sets with path halving.
struct Sets(Vec<usize>);

impl Sets {
    fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    fn parent(&self, member: usize) -> usize {
        self.0.get(member).copied().unwrap_or(member)
    }

    fn root(&mut self, mut member: usize) -> usize {
        while self.parent(member) != member {
            let grandparent = self.parent(self.parent(member));
            if let Some(slot) = self.0.get_mut(member) {
                *slot = grandparent;
            }
            member = grandparent;
        }
        member
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        if let Some(slot) = self.0.get_mut(one) {
            *slot = other;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(picture: &[&str]) -> usize {
        let width = picture.first().map_or(0, |row| row.len());
        let mask: Vec<bool> = picture.iter().flat_map(|row| row.chars()).map(|pixel| pixel == '#').collect();
        outlines(&mask, width).len()
    }

    #[test]
    fn regions_are_counted_with_diagonal_neighbours() {
        assert_eq!(count(&[]), 0);
        assert_eq!(count(&["....", "...."]), 0);
        assert_eq!(count(&["#..#", ".##."]), 1);
        assert_eq!(count(&["#..#", "#..#"]), 2);
        assert_eq!(count(&["#.#.#", "#.#.#", "#####"]), 1);
        assert_eq!(count(&["##.##", ".....", "##.##"]), 4);
        assert_eq!(count(&["#####", "#...#", "#.#.#", "#...#", "#####"]), 2);
    }

    #[test]
    fn the_end_of_one_row_does_not_touch_the_start_of_the_next() {
        assert_eq!(count(&["...#", "#..."]), 2);
    }
}
