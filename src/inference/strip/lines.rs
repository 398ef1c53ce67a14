//! How strong the lines of a zone are, and what they say together.

use image::RgbImage;
use image::imageops::rotate180;

use super::flat::{self, flat};
use super::zones::Zone;
use crate::inference::ocr::{OcrError, Tensor};
use crate::inference::registry::{Input, Model, ModelRef};
use crate::inference::runtime::{Net, Runtime, RuntimeError};

/// What the net answers: a zone or none, four strengths on the left, four on the right, the control line's end on the right.
const TOLD: usize = 10;

/// How strong a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Strength {
    /// There is none.
    None,
    /// It can just be seen.
    Faint,
    /// It can be seen.
    Clear,
    /// It can be seen from afar.
    Strong,
}

impl Strength {
    /// In the order of the net's answer.
    const ALL: [Self; 4] = [Self::None, Self::Faint, Self::Clear, Self::Strong];
}

/// What a test says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The control line and the test line.
    Positive,
    /// The control line alone.
    Negative,
    /// No control line: it says nothing.
    Invalid,
}

/// The lines of one zone, as probabilities.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lines {
    /// Of each strength of the line at the end where the control line is, most probably.
    near: [f32; 4],
    /// Of each strength of the line at the other end.
    far: [f32; 4],
    /// That the control line's end is the one that it was taken for.
    turn: f32,
    /// That there is a zone at all.
    is_zone: f32,
}

impl Lines {
    /// Probability that these are the lines of a test.
    #[must_use]
    pub fn is_zone(&self) -> f32 {
        self.is_zone
    }

    /// What the test says, with its probability.
    #[must_use]
    pub fn outcome(&self) -> (Outcome, f32) {
        let shares = self.either(|[control, ..], [test, ..]| {
            [(1.0 - control) * (1.0 - test), (1.0 - control) * test, control]
        });
        let outcomes = [Outcome::Positive, Outcome::Negative, Outcome::Invalid].into_iter().zip(shares);
        outcomes.max_by(|(_, a), (_, b)| a.total_cmp(b)).unwrap_or((Outcome::Invalid, 0.0))
    }

    /// The strength of the control line, and the probability that it is there, or that it is not.
    #[must_use]
    pub fn control(&self) -> (Strength, f32) {
        likeliest(self.either(|control, _| control))
    }

    /// The same of the test line.
    #[must_use]
    pub fn test(&self) -> (Strength, f32) {
        likeliest(self.either(|_, test| test))
    }

    /// What is said of a control and a test line, over both ends that the control line may be at.
    fn either<const N: usize>(&self, say: impl Fn([f32; 4], [f32; 4]) -> [f32; N]) -> [f32; N] {
        let (one, other) = (say(self.near, self.far), say(self.far, self.near));
        let mut shares = [0.0; N];
        for (share, (one, other)) in shares.iter_mut().zip(one.into_iter().zip(other)) {
            *share = self.turn * one + (1.0 - self.turn) * other;
        }
        shares
    }
}

/// The likeliest strength of a line that is there, or none; with the probability of its being there or not.
fn likeliest(shares: [f32; 4]) -> (Strength, f32) {
    let [none, seen @ ..] = shares;
    let [_, strengths @ ..] = Strength::ALL;
    let there: f32 = seen.iter().sum();
    if none >= there {
        return (Strength::None, none);
    }
    let most = strengths.into_iter().zip(seen).max_by(|(_, a), (_, b)| a.total_cmp(b));
    (most.map_or(Strength::Faint, |(strength, _)| strength), there)
}

/// The net, loaded.
#[derive(Debug)]
pub(super) struct LineReader {
    session: Net,
    input: Input,
    least: f32,
    warmth: f32,
    of_lines: f32,
    of_zones: f32,
    model: ModelRef,
}

impl LineReader {
    pub(super) fn load(runtime: &Runtime, model: &Model, threads: usize) -> Result<Self, RuntimeError> {
        Ok(Self {
            session: runtime.session(model, threads)?,
            input: model.input.clone(),
            least: model.threshold("zone")?,
            warmth: model.threshold("warmth")?.max(0.1),
            of_lines: model.threshold("turn_by_lines")?,
            of_zones: model.threshold("turn_by_zones")?,
            model: model.reference(),
        })
    }

    pub(super) fn model(&self) -> &ModelRef {
        &self.model
    }

    /// The lines of a zone; none where a near look finds that it is no zone.
    pub(super) fn lines(&mut self, picture: &RgbImage, zone: &Zone) -> Result<Option<Lines>, OcrError> {
        let crop = flat(picture, zone);
        let both = [rotate180(&crop), crop];
        let answer = Tensor::of_all(&both, &self.input, flat::WIDTH).run(&mut self.session)?;
        let (turned, upright) = answer
            .values
            .split_at_checked(TOLD)
            .filter(|_| answer.values.len() == 2 * TOLD)
            .ok_or(OcrError::Shape)?;
        if answer.values.iter().any(|value| !value.is_finite()) {
            return Err(OcrError::Shape);
        }
        let (turned, upright) = (Told::of(turned)?, Told::of(upright)?);
        let is_zone = sigmoid(f32::midpoint(turned.zone, upright.zone));
        let by_lines = f32::midpoint(upright.turn, -turned.turn);
        Ok((is_zone >= self.least).then(|| Lines {
            near: shares(upright.right, turned.left, self.warmth),
            far: shares(upright.left, turned.right, self.warmth),
            turn: sigmoid(self.of_lines * by_lines + self.of_zones * zone.turn),
            is_zone,
        }))
    }
}

/// The logits of one crop.
struct Told {
    zone: f32,
    left: [f32; 4],
    right: [f32; 4],
    turn: f32,
}

impl Told {
    fn of(values: &[f32]) -> Result<Self, OcrError> {
        let [zone, l0, l1, l2, l3, r0, r1, r2, r3, turn] = *values else { return Err(OcrError::Shape) };
        Ok(Self { zone, left: [l0, l1, l2, l3], right: [r0, r1, r2, r3], turn })
    }
}

/// The mean of two looks as probabilities; the warmer, the less sure.
fn shares(one: [f32; 4], other: [f32; 4], warmth: f32) -> [f32; 4] {
    let mut shares = [0.0; 4];
    for (share, (one, other)) in shares.iter_mut().zip(one.into_iter().zip(other)) {
        *share = f32::midpoint(one, other) / warmth;
    }
    let most = shares.iter().copied().fold(f32::MIN, f32::max);
    let shares = shares.map(|share| (share - most).exp());
    let all: f32 = shares.iter().sum();
    shares.map(|share| share / all)
}

fn sigmoid(logit: f32) -> f32 {
    1.0 / (1.0 + (-logit).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: [f32; 4] = [1.0, 0.0, 0.0, 0.0];
    const FAINT: [f32; 4] = [0.1, 0.6, 0.2, 0.1];
    const STRONG: [f32; 4] = [0.0, 0.0, 0.1, 0.9];

    fn lines(near: [f32; 4], far: [f32; 4], turn: f32) -> Lines {
        Lines { near, far, turn, is_zone: 1.0 }
    }

    #[test]
    fn a_lone_line_whose_end_is_not_known_says_nothing_for_sure() {
        let (_, probability) = lines(STRONG, NONE, 0.5).outcome();
        assert!(probability < 0.51, "{probability}");
        assert_eq!(lines(STRONG, NONE, 1.0).outcome(), (Outcome::Negative, 1.0));
        assert_eq!(lines(NONE, STRONG, 1.0).outcome(), (Outcome::Invalid, 1.0));
        assert_eq!(lines(STRONG, NONE, 0.0).outcome(), (Outcome::Invalid, 1.0));
    }

    #[test]
    fn two_lines_are_positive_and_none_is_invalid_whichever_end_is_which() {
        for turn in [0.0, 0.5, 1.0] {
            assert_eq!(lines(STRONG, STRONG, turn).outcome(), (Outcome::Positive, 1.0));
            assert_eq!(lines(NONE, NONE, turn).outcome(), (Outcome::Invalid, 1.0));
        }
    }

    #[test]
    fn a_line_is_as_sure_as_its_being_there() {
        let read = lines(STRONG, FAINT, 1.0);
        let (strength, there) = read.test();
        assert_eq!(strength, Strength::Faint);
        assert!((there - 0.9).abs() < 1e-6, "{there}");
        assert_eq!(read.control(), (Strength::Strong, 1.0));
        assert_eq!(lines(STRONG, NONE, 1.0).test(), (Strength::None, 1.0));
    }

    #[test]
    fn shares_are_probabilities() {
        let made = shares([1.0, 3.0, 1.0, 0.0], [1.0, 1.0, 1.0, 0.0], 1.0);
        assert!((made.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        let [none, faint, ..] = made;
        assert!((faint / none - 1.0_f32.exp()).abs() < 1e-5);
    }
}
