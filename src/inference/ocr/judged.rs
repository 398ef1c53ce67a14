//! What two readers and the pixels round a number say of it, and how probable that makes its digits.
//!
//! The weights of [`Evidence::sure`] were fitted by `models/digits/train/confidence.py` on drawn devices, and held against others;
//! the card of `digits` has the counts.

use super::surroundings::Strange;

/// Readings by OCR that are counted: of a line, of the line with its surroundings, of the cut of the digits.
const READINGS: u8 = 3;
/// Probabilities this near to 0 and 1 are as good as those.
const NEAREST: f32 = 0.02;

/// What is known of a number that the digit detector saw.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evidence {
    /// Readings by OCR that show the same digits and points.
    pub alike: u8,
    /// Readings that show the same digits, and their point elsewhere or not at all.
    pub pointless: u8,
    /// Readings that show other digits.
    pub other: u8,
    /// How probable the detector's least probable digit is.
    pub probability: f32,
    /// Whether a digit of it is only one reader's, against the other.
    pub is_mended: bool,
    /// How much of its box and of what stands beside it is neither ink nor paper.
    pub strange: Strange,
    /// Height of the digits in pixels.
    pub height: f32,
}

/// A number that the digit detector saw, and other readings were held against.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    /// What the rules go by: how far the readers agree.
    pub trust: f32,
    /// Probability that the digits that are in sight are right.
    pub sure: f32,
    /// What both come from.
    pub evidence: Evidence,
}

impl Judged {
    /// A number with its evidence.
    pub fn new(trust: f32, evidence: Evidence) -> Self {
        Self { trust, sure: evidence.sure(), evidence }
    }

    /// The same, worth no more than this.
    #[must_use]
    pub fn at_most(self, most: f32) -> Self {
        Self { trust: self.trust.min(most), sure: self.sure.min(most), ..self }
    }

    /// A number of which the rules and the answer say the same.
    #[cfg(test)]
    pub fn of(trust: f32) -> Self {
        let evidence = Evidence {
            alike: READINGS,
            pointless: 0,
            other: 0,
            probability: trust,
            is_mended: false,
            strange: Strange { within: 0.0, left: 0.0, right: 0.0 },
            height: 60.0,
        };
        Self { trust, sure: trust, evidence }
    }
}

impl Evidence {
    /// What the fit was made on, in the order of its weights.
    pub fn features(&self) -> [f32; 5] {
        let share = |count: u8| f32::from(count.min(READINGS)) / f32::from(READINGS);
        let probability = self.probability.clamp(NEAREST, 1.0 - NEAREST);
        [
            share(self.alike),
            share(self.pointless),
            share(self.other),
            (probability / (1.0 - probability)).ln(),
            if self.is_mended { 1.0 } else { 0.0 },
        ]
    }

    /// Probability that the digits are right. Whether one more is hidden beside them, they do not tell.
    pub fn sure(&self) -> f32 {
        let sum: f32 = self.features().iter().zip(WEIGHTS).map(|(feature, weight)| feature * weight).sum();
        1.0 / (1.0 + (-(BIAS + sum)).exp())
    }
}

/// The fit's weights.
const WEIGHTS: [f32; 5] = [2.42, 0.39, -1.86, 1.11, -2.53];
/// And what is added to their sum.
const BIAS: f32 = 1.22;

#[cfg(test)]
mod tests {
    use super::*;

    fn sure(change: impl Fn(&mut Evidence)) -> f32 {
        let mut evidence = Judged::of(0.9).evidence;
        change(&mut evidence);
        evidence.sure()
    }

    #[test]
    fn what_speaks_against_a_number_makes_it_less_sure() {
        let all = sure(|_| ());
        assert!(all > 0.95, "{all}");
        assert!(sure(|one| (one.alike, one.other) = (0, 3)) < 0.9);
        assert!(sure(|one| one.is_mended = true) < all);
        assert!(sure(|one| one.probability = 0.5) < all);
        assert!(sure(|one| (one.alike, one.pointless) = (0, 3)) < all);
    }

    #[test]
    fn nothing_is_worth_more_than_what_bounds_it() {
        let judged = Judged::of(0.9).at_most(0.5);
        assert_eq!((judged.trust, judged.sure), (0.5, 0.5));
    }
}
