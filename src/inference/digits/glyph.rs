//! One digit or mark: what it is, how sure that is, and its box.

/// A digit or mark in a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Glyph {
    /// What it is.
    pub symbol: char,
    /// Probability of that.
    pub probability: f32,
    /// Left, top, right and bottom of its ink, in the picture's pixels.
    pub frame: [f32; 4],
}

impl Glyph {
    /// Whether it is a digit, or a letter or sign as high as one.
    pub fn is_tall(&self) -> bool {
        !self.is_mark()
    }

    /// Whether it is a mark that stands between digits or before them, smaller than they are.
    pub fn is_mark(&self) -> bool {
        matches!(self.symbol, '.' | '-' | ':')
    }

    /// Width of the ink.
    pub fn width(&self) -> f32 {
        let [left, _, right, _] = self.frame;
        right - left
    }

    /// Height of the ink.
    pub fn height(&self) -> f32 {
        let [_, top, _, bottom] = self.frame;
        bottom - top
    }

    /// The middle, from left to right.
    pub fn x(&self) -> f32 {
        let [left, _, right, _] = self.frame;
        f32::midpoint(left, right)
    }

    /// The middle, from top to bottom.
    pub fn y(&self) -> f32 {
        let [_, top, _, bottom] = self.frame;
        f32::midpoint(top, bottom)
    }

    /// Area of the box.
    pub fn area(&self) -> f32 {
        self.width().max(0.0) * self.height().max(0.0)
    }

    /// Area that its box and another's share.
    pub fn shared(&self, other: &Self) -> f32 {
        let ([a, b, c, d], [e, f, g, h]) = (self.frame, other.frame);
        (c.min(g) - a.max(e)).max(0.0) * (d.min(h) - b.max(f)).max(0.0)
    }
}
