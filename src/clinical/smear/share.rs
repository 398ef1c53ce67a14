//! How often something was found among what was counted, with the interval that the count allows.
//!
//! The interval is Wilson's (1927) at 95 %. Rümke's tables for differential counts are such intervals: 1 of 100 is 0.2 to 5.4 %.

use std::fmt;

/// The normal deviate of a two-sided interval of 95 %.
const DEVIATE: f64 = 1.959_964;

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Share {
    /// How many were found.
    pub found: u64,
    /// How many were looked at.
    pub of: u64,
    /// The share, from 0 to 1, that the reader finds where nothing is the matter: what it says no more than that is no finding.
    pub usual: f64,
}

/// A count as a real number; exact below 2^53.
#[expect(clippy::as_conversions, reason = "std has no lossy integer-to-float conversion")]
#[must_use]
pub fn real(count: u64) -> f64 {
    count as f64
}

impl Share {
    /// So many of so many, where a reader that makes no mistakes would find none.
    #[must_use]
    pub fn new(found: u64, of: u64) -> Self {
        Self { found, of, usual: 0.0 }
    }

    /// The share, from 0 to 1; 0 where nothing was looked at.
    #[must_use]
    pub fn point(&self) -> f64 {
        if self.of == 0 { 0.0 } else { real(self.found.min(self.of)) / real(self.of) }
    }

    /// The lower and the upper bound, from 0 to 1; all there is where nothing was looked at.
    #[must_use]
    pub fn interval(&self) -> (f64, f64) {
        if self.of == 0 {
            return (0.0, 1.0);
        }
        let (n, share, square) = (real(self.of), self.point(), DEVIATE * DEVIATE);
        let middle = (share + square / (2.0 * n)) / (1.0 + square / n);
        let spread = share * (1.0 - share) / n + square / (4.0 * n * n);
        let half = DEVIATE * spread.sqrt() / (1.0 + square / n);
        ((middle - half).max(0.0), (middle + half).min(1.0))
    }

    /// How much it speaks for being over a limit, which is never below what is usual: 1 where the whole interval is, a half where the
    /// share itself is, else 0.
    #[must_use]
    pub fn over(&self, limit: f64) -> f64 {
        let limit = limit.max(self.usual);
        if self.of == 0 {
            0.0
        } else if self.interval().0 >= limit {
            1.0
        } else if self.point() >= limit {
            0.5
        } else {
            0.0
        }
    }

    /// How much it speaks for being below a limit, in the same way.
    #[must_use]
    pub fn below(&self, limit: f64) -> f64 {
        if self.of == 0 {
            0.0
        } else if self.interval().1 < limit {
            1.0
        } else if self.point() < limit {
            0.5
        } else {
            0.0
        }
    }
}

impl fmt::Display for Share {
    /// As a report says it: `12 of 215, 5.6 % (95 % interval 3.2 to 9.5 %)`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (low, high) = self.interval();
        let percent = |share: f64| 100.0 * share;
        write!(
            out,
            "{} of {}, {:.1} % (95 % interval {:.1} to {:.1} %)",
            self.found,
            self.of,
            percent(self.point()),
            percent(low),
            percent(high)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_intervals_are_those_of_the_tables() {
        for (found, of, low, high) in
            [(1, 100, 0.18, 5.45), (5, 100, 2.15, 11.18), (20, 200, 6.57, 14.94), (0, 100, 0.0, 3.70)]
        {
            let (lower, upper) = Share::new(found, of).interval();
            assert!(
                (100.0 * lower - low).abs() < 0.005 && (100.0 * upper - high).abs() < 0.005,
                "{found}/{of}"
            );
        }
        assert_eq!(Share::new(0, 0).interval(), (0.0, 1.0));
        assert_eq!((Share::new(0, 0).over(0.0), Share::new(0, 0).below(1.0)), (0.0, 0.0));
    }

    #[test]
    fn a_bound_speaks_fully_and_the_share_alone_by_half() {
        assert_eq!(Share::new(40, 200).over(0.10), 1.0);
        assert_eq!(Share::new(22, 200).over(0.10), 0.5);
        assert_eq!(Share::new(10, 200).over(0.10), 0.0);
        assert_eq!((Share::new(2, 200).below(0.10), Share::new(18, 200).below(0.10)), (1.0, 0.5));
        assert_eq!(Share::new(18, 200).below(0.05), 0.0);
    }

    #[test]
    fn what_is_usual_is_no_finding() {
        let usual = Share { found: 40, of: 200, usual: 0.25 };
        assert_eq!(usual.over(0.10), 0.0);
        assert_eq!(Share { found: 80, ..usual }.over(0.10), 1.0);
    }

    #[test]
    fn a_share_reads_as_a_report_says_it() {
        assert_eq!(Share::new(5, 100).to_string(), "5 of 100, 5.0 % (95 % interval 2.2 to 11.2 %)");
    }
}
