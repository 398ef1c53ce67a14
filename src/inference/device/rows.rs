//! A page's text in rows, from top to bottom, as forms and screens with labels are read.

use super::scene;
use crate::inference::ocr::{Judged, Line, Page, Point, Quad};

/// A piece of text in a row; without characters, something that could not be read.
#[derive(Debug, Clone)]
pub struct Cell {
    /// The characters with their probabilities.
    pub characters: Vec<(char, f32)>,
    /// What the cell and its surroundings say, where it holds digits.
    pub second: Option<String>,
    /// Whether nothing that was not read stands beside it.
    pub clear: bool,
    /// What its digits are worth, where the digit detector read them.
    pub judged: Option<Judged>,
    /// Its box in the page's pixels.
    pub quad: Quad,
    /// Left, top, right and bottom once the page's tilt is taken out.
    pub frame: [f32; 4],
}

impl Cell {
    /// The text.
    pub fn text(&self) -> String {
        self.characters.iter().map(|(character, _)| character).collect()
    }

    /// Height of the text.
    pub fn height(&self) -> f32 {
        let [_, top, _, bottom] = self.frame;
        (bottom - top).max(1.0)
    }

    /// Height of its middle.
    pub fn middle(&self) -> f32 {
        let [_, top, _, bottom] = self.frame;
        f32::midpoint(top, bottom)
    }

    /// Whether the two stand on one row.
    pub fn shares_row(&self, other: &Self) -> bool {
        (self.middle() - other.middle()).abs() < 0.5 * self.height().min(other.height())
    }
}

/// The rows of a page, each with its cells from left to right.
pub fn rows(page: &Page) -> Vec<Vec<Cell>> {
    let tilt = scene::tilt(page);
    let (sine, cosine) = tilt.sin_cos();
    let straight =
        |point: Point| Point::new(point.x * cosine + point.y * sine, point.y * cosine - point.x * sine);
    let cell = |line: &Line| Cell {
        characters: line.characters.clone(),
        second: line.second.clone(),
        clear: line.clear,
        judged: line.judged,
        quad: line.quad,
        frame: line.quad.map(straight).bounds(),
    };
    let unread = |quad: &Quad| Cell {
        characters: Vec::new(),
        second: None,
        clear: false,
        judged: None,
        quad: *quad,
        frame: quad.map(straight).bounds(),
    };
    let mut cells: Vec<_> = page.lines.iter().map(cell).collect();
    cells.sort_by(|a, b| a.middle().total_cmp(&b.middle()));
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for cell in cells {
        match rows.last_mut() {
            Some(row) if row.first().is_some_and(|first| first.shares_row(&cell)) => row.push(cell),
            Some(_) | None => rows.push(vec![cell]),
        }
    }
    // What was not read makes no row of what was.
    for cell in page.unread.iter().map(unread) {
        match rows.iter_mut().find(|row| row.first().is_some_and(|first| first.shares_row(&cell))) {
            Some(row) => row.push(cell),
            None => {
                let below = |row: &Vec<Cell>| row.first().is_some_and(|first| first.middle() > cell.middle());
                let place = rows.iter().position(below).unwrap_or(rows.len());
                rows.insert(place, vec![cell]);
            }
        }
    }
    for row in &mut rows {
        row.sort_by(|a, b| {
            let ([left, ..], [other, ..]) = (a.frame, b.frame);
            left.total_cmp(&other)
        });
    }
    rows
}
