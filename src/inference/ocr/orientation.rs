//! Which way up is a line? A classifier with two answers, upright and turned by 180 degrees.

use image::RgbImage;

use super::OcrError;
use super::crop::to_height;
use super::tensor::Tensor;
use crate::inference::registry::{Input, Model};
use crate::inference::runtime::{Net, Runtime, RuntimeError};

/// A loaded orientation classifier.
#[derive(Debug)]
pub struct Orientation {
    session: Net,
    input: Input,
    turned: f32,
}

/// One line's vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vote {
    /// The line stands upright.
    Upright,
    /// The line stands on its head.
    Turned,
    /// The line could be either.
    Unsure,
}

impl Orientation {
    /// Loads the classifier.
    pub fn load(runtime: &Runtime, model: &Model, threads: usize) -> Result<Self, RuntimeError> {
        Ok(Self {
            session: runtime.session(model, threads)?,
            input: model.input.clone(),
            turned: model.threshold("turned")?,
        })
    }

    /// One line's vote.
    pub fn vote(&mut self, line: &RgbImage) -> Result<Vote, OcrError> {
        let width = self.input.width.unwrap_or(192);
        let scaled = to_height(line, self.input.height.unwrap_or(48), width);
        let answer = Tensor::of(&scaled, &self.input, width).run(&mut self.session)?;
        match answer.values.as_slice() {
            [upright, _] if *upright >= self.turned => Ok(Vote::Upright),
            [_, turned] if *turned >= self.turned => Ok(Vote::Turned),
            [_, _] => Ok(Vote::Unsure),
            _ => Err(OcrError::Shape),
        }
    }
}
