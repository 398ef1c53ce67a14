//! What may be the matter, weighed: what speaks for it, what against it, and what nobody looked for.
//!
//! A score is the sum of weights, each times how much a count supports it (`share`). Weights are settings of experts and no
//! probabilities; the confidence is a curve over the score, lowered by poor pictures, strange cells and few of them.

use super::diagnosis::Diagnosis;
use super::share::Share;

/// What a hypothesis begins with: without anything that speaks for it, it is unlikely.
const BEGINNING: f64 = -2.0;
/// The highest confidence of something that a finding which nobody looked for could rule out, or is needed for.
const CANNOT_EXCLUDE: f64 = 0.69;

/// Cells that are less familiar than this, from 0 to 1, suggest nothing: whatever is said of them is a guess.
pub const FOREIGN: f64 = 0.3;

/// A hypothesis that is being weighed.
#[derive(Clone, Debug)]
pub struct Hypothesis {
    diagnosis: Diagnosis,
    score: f64,
    is_excluded: bool,
    is_capped: bool,
    evidence: Vec<String>,
}

/// How far the counts behind a hypothesis can be believed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trust {
    /// How good the pictures are, from 0 to 1.
    pub quality: f64,
    /// How many cells there are of those that there should be, at most 1.
    pub enough: f64,
    /// How much they look like what the reader has learnt from, from 0 to 1.
    pub familiar: f64,
}

/// Something that may be the matter.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// What.
    pub diagnosis: Diagnosis,
    /// How much speaks for it, in points.
    pub score: i64,
    /// How sure that is, from 0 to 1, with two decimals.
    pub confidence: f64,
    /// What speaks for it and against it, in words.
    pub evidence: Vec<String>,
}

/// A confidence in words.
#[must_use]
pub fn word(confidence: f64) -> &'static str {
    if confidence < 0.4 {
        "low"
    } else if confidence < 0.7 {
        "medium"
    } else {
        "high"
    }
}

impl Hypothesis {
    /// A hypothesis that nothing speaks for yet.
    #[must_use]
    pub fn of(diagnosis: Diagnosis) -> Self {
        Self { diagnosis, score: BEGINNING, is_excluded: false, is_capped: false, evidence: Vec::new() }
    }

    /// A finding without which it is not that.
    #[must_use]
    pub fn needs(mut self, name: &str, share: &Share, limit: f64, points: f64) -> Self {
        self.is_excluded |= share.over(limit) == 0.0;
        self.gains(name, share, limit, points)
    }

    /// A finding that speaks for it where it is over a limit.
    #[must_use]
    pub fn gains(mut self, name: &str, share: &Share, limit: f64, points: f64) -> Self {
        let support = share.over(limit);
        if support > 0.0 {
            self.score += points * support;
            self.evidence.push(format!("{name}: {share}"));
        }
        self
    }

    /// Something that speaks for it, by so much.
    #[must_use]
    pub fn supported(mut self, words: &str, support: f64, points: f64) -> Self {
        if support > 0.0 {
            self.score += points * support;
            self.evidence.push(words.to_owned());
        }
        self
    }

    /// Something without which it is not that.
    #[must_use]
    pub fn needs_that(mut self, is_so: bool) -> Self {
        self.is_excluded |= !is_so;
        self
    }

    /// A finding that speaks against it where it is over a limit.
    #[must_use]
    pub fn loses(mut self, name: &str, share: &Share, limit: f64, points: f64) -> Self {
        let support = share.over(limit);
        if support > 0.0 {
            self.score -= points * support;
            self.evidence.push(format!("against it, {name}: {share}"));
        }
        self
    }

    /// Something that speaks against it.
    #[must_use]
    pub fn contradicted(mut self, words: &str, is_so: bool, points: f64) -> Self {
        if is_so {
            self.score -= points;
            self.evidence.push(format!("against it: {words}"));
        }
        self
    }

    /// What would be needed to say so, and nobody looked for.
    #[must_use]
    pub fn lacks(mut self, what: &str) -> Self {
        self.is_capped = true;
        self.evidence.push(format!("not assessed: {what}"));
        self
    }

    /// What it comes to; none where it is excluded, less speaks for it than against it, or the cells look too foreign.
    #[must_use]
    pub fn weighed(self, trust: Trust) -> Option<Suggestion> {
        let Trust { quality, enough, familiar } = trust;
        if self.is_excluded || self.score <= 0.0 || familiar < FOREIGN {
            return None;
        }
        let sure = quality.clamp(0.0, 1.0) * enough.clamp(0.0, 1.0) * familiar.clamp(0.0, 1.0);
        let confidence = sure / (1.0 + (-self.score).exp());
        let most = if self.is_capped { CANNOT_EXCLUDE } else { 1.0 };
        let confidence = (confidence.min(most) * 100.0).floor() / 100.0;
        let score = points(self.score);
        Some(Suggestion { diagnosis: self.diagnosis, score, confidence, evidence: self.evidence })
    }
}

/// A score in whole points, at least one.
#[expect(clippy::as_conversions, reason = "std has no float-to-integer conversion; `as` saturates")]
fn points(score: f64) -> i64 {
    score.round().max(1.0) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Trust = Trust { quality: 1.0, enough: 1.0, familiar: 1.0 };

    fn of(found: u64) -> Share {
        Share::new(found, 100)
    }

    fn left_shift() -> Hypothesis {
        Hypothesis::of(Diagnosis::Bandemia)
    }

    #[test]
    fn what_nothing_speaks_for_is_not_suggested() {
        assert_eq!(left_shift().weighed(ALL), None);
        assert_eq!(left_shift().gains("bands", &of(2), 0.05, 5.0).weighed(ALL), None);
        assert_eq!(
            left_shift().supported("x", 1.0, 9.0).needs("bands", &of(2), 0.05, 5.0).weighed(ALL),
            None
        );
        assert_eq!(left_shift().supported("x", 1.0, 9.0).needs_that(false).weighed(ALL), None);
    }

    #[test]
    fn what_speaks_for_it_is_added_and_what_speaks_against_it_taken_off() {
        let found = left_shift().needs("bands", &of(20), 0.05, 5.0).weighed(ALL).unwrap();
        assert_eq!((found.score, found.confidence), (3, 0.95));
        assert_eq!(found.evidence, ["bands: 20 of 100, 20.0 % (95 % interval 13.3 to 28.9 %)"]);
        let less = left_shift()
            .needs("bands", &of(20), 0.05, 5.0)
            .loses("lymphocytes", &of(60), 0.45, 2.0)
            .weighed(ALL);
        let less = less.unwrap();
        assert_eq!((less.score, less.confidence), (1, 0.73));
        assert_eq!(
            less.evidence[1],
            "against it, lymphocytes: 60 of 100, 60.0 % (95 % interval 50.2 to 69.1 %)"
        );
    }

    #[test]
    fn confidence_falls_with_quality_number_familiarity_and_what_was_not_assessed() {
        let found =
            |trust| left_shift().needs("bands", &of(20), 0.05, 6.0).weighed(trust).unwrap().confidence;
        assert_eq!(found(ALL), 0.98);
        assert_eq!(found(Trust { quality: 0.5, ..ALL }), 0.49);
        assert_eq!(found(Trust { enough: 0.5, ..ALL }), 0.49);
        assert_eq!(found(Trust { familiar: 0.4, ..ALL }), 0.39);
        assert_eq!(left_shift().supported("x", 1.0, 9.0).weighed(Trust { familiar: 0.2, ..ALL }), None);
        let capped =
            left_shift().needs("bands", &of(20), 0.05, 6.0).lacks("toxic granules").weighed(ALL).unwrap();
        assert_eq!((capped.confidence, word(capped.confidence)), (0.69, "medium"));
        assert_eq!((word(0.39), word(0.7)), ("low", "high"));
    }
}
