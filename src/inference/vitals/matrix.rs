//! Symmetric 3 x 3 matrices: how much the channels change, alone and together.

use super::Colour;

/// A symmetric matrix by its upper half; the letters are those of the channels.
#[derive(Debug, Clone, Copy, Default)]
pub struct Symmetric {
    /// Red with itself.
    pub rr: f64,
    /// Green with itself.
    pub gg: f64,
    /// Blue with itself.
    pub bb: f64,
    /// Red with green.
    pub rg: f64,
    /// Red with blue.
    pub rb: f64,
    /// Green with blue.
    pub gb: f64,
}

impl Symmetric {
    /// All entries by one factor.
    pub fn times(self, factor: f64) -> Self {
        let Self { rr, gg, bb, rg, rb, gb } = self;
        let [rr, gg, bb, rg, rb, gb] = [rr, gg, bb, rg, rb, gb].map(|entry| entry * factor);
        Self { rr, gg, bb, rg, rb, gb }
    }

    /// As much added to each channel's own entry.
    pub fn loaded(self, load: f64) -> Self {
        Self { rr: self.rr + load, gg: self.gg + load, bb: self.bb + load, ..self }
    }

    /// What the matrix makes this colour of; nought where nothing or anything would do.
    pub fn solve(&self, [r, g, b]: Colour) -> Colour {
        let Self { rr, gg, bb, rg, rb, gb } = self;
        let whole = rr * (gg * bb - gb * gb) - rg * (rg * bb - gb * rb) + rb * (rg * gb - gg * rb);
        let of_red = (gg * bb - gb * gb) * r + (rb * gb - rg * bb) * g + (rg * gb - rb * gg) * b;
        let of_green = (rb * gb - rg * bb) * r + (rr * bb - rb * rb) * g + (rg * rb - rr * gb) * b;
        let of_blue = (rg * gb - rb * gg) * r + (rg * rb - rr * gb) * g + (rr * gg - rg * rg) * b;
        if whole > 0.0 { [of_red, of_green, of_blue].map(|value| value / whole) } else { [0.0; 3] }
    }

    /// The product with a colour from both sides.
    pub fn along(&self, [r, g, b]: Colour) -> f64 {
        let Self { rr, gg, bb, rg, rb, gb } = self;
        r * r * rr + g * g * gg + b * b * bb + 2.0 * (r * g * rg + r * b * rb + g * b * gb)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MATRIX: Symmetric = Symmetric { rr: 4.0, gg: 3.0, bb: 2.0, rg: 1.0, rb: 0.5, gb: -0.5 };

    #[test]
    fn what_it_solves_it_makes() {
        let [x, y, z] = MATRIX.solve([1.0, 2.0, 3.0]);
        let made = [4.0 * x + y + 0.5 * z, x + 3.0 * y - 0.5 * z, 0.5 * x - 0.5 * y + 2.0 * z];
        for (made, wanted) in made.iter().zip([1.0, 2.0, 3.0]) {
            assert!((made - wanted).abs() < 1e-12, "{made} for {wanted}");
        }
    }

    #[test]
    fn what_cannot_be_solved_is_nought() {
        assert_eq!(Symmetric::default().solve([1.0, 1.0, 1.0]), [0.0; 3]);
    }

    #[test]
    fn a_colour_from_both_sides() {
        assert_eq!(MATRIX.along([1.0, 1.0, 1.0]), 4.0 + 3.0 + 2.0 + 2.0 * (1.0 + 0.5 - 0.5));
    }
}
