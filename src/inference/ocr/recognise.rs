//! What does a line say? A recogniser with one distribution over characters for each step along the line.
//!
//! Decoding is the plain one for connectionist temporal classification: the likeliest symbol of each step,
//! repeats and blanks dropped (Graves et al., 2006).

use image::RgbImage;

use super::OcrError;
use super::crop::to_height;
use super::tensor::Tensor;
use crate::inference::number;
use crate::inference::registry::{Input, Model};
use crate::inference::runtime::{Net, Runtime, RuntimeError};

/// Metadata key under which the file carries its characters.
const DICTIONARY: &str = "character";
/// Lines are squeezed to this width at most, which bounds one run's time and memory.
const WIDEST: u32 = 1_600;
/// Lines that are read together.
const BATCH: usize = 8;
/// And their width at most, in heights: a number is short.
const WIDEST_TOGETHER: u32 = 8;

/// A loaded text recogniser.
#[derive(Debug)]
pub struct Recogniser {
    session: Net,
    input: Input,
    characters: Vec<char>,
    line: f32,
}

/// The text of one line.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// The characters with the probability of each.
    pub characters: Vec<(char, f32)>,
}

impl Text {
    /// The characters alone.
    pub fn text(&self) -> String {
        self.characters.iter().map(|(character, _)| character).collect()
    }

    /// Mean probability of the characters.
    pub fn confidence(&self) -> f32 {
        let sum: f32 = self.characters.iter().map(|(_, probability)| probability).sum();
        sum / number::real(self.characters.len().max(1))
    }
}

impl Recogniser {
    /// Loads the recogniser and the characters in its file.
    pub fn load(runtime: &Runtime, model: &Model, threads: usize) -> Result<Self, RuntimeError> {
        let session = runtime.session(model, threads)?;
        let dictionary = session.session().metadata().ok().and_then(|metadata| metadata.custom(DICTIONARY));
        let characters = dictionary.as_deref().and_then(characters).ok_or_else(|| RuntimeError::Session {
            name: model.name.clone(),
            reason: format!("its metadata has no {DICTIONARY} with one character a line"),
        })?;
        Ok(Self { session, input: model.input.clone(), characters, line: model.threshold("line")? })
    }

    /// Reads one line; `None` where there is no text after all.
    pub fn read(&mut self, line: &RgbImage) -> Result<Option<Text>, OcrError> {
        let scaled = to_height(line, self.input.height.unwrap_or(48), WIDEST);
        let answer =
            Tensor::of(&scaled, &self.input, self.input.width.unwrap_or(320)).run(&mut self.session)?;
        let [1, _, symbols] = answer.sizes.as_slice() else { return Err(OcrError::Shape) };
        let text = decode(&answer.values, *symbols, &self.characters)?;
        Ok(self.worth(text))
    }

    /// Reads short lines together, which costs less than one by one; `None` for each in which there is no text.
    pub fn read_together(&mut self, lines: &[RgbImage]) -> Result<Vec<Option<Text>>, OcrError> {
        let height = self.input.height.unwrap_or(48);
        let mut texts = Vec::with_capacity(lines.len());
        for batch in lines.chunks(BATCH) {
            let scaled: Vec<RgbImage> =
                batch.iter().map(|line| to_height(line, height, height * WIDEST_TOGETHER)).collect();
            let answer = Tensor::of_all(&scaled, &self.input, height).run(&mut self.session)?;
            let [count, steps, symbols] = answer.sizes.as_slice() else { return Err(OcrError::Shape) };
            if *count != batch.len() {
                return Err(OcrError::Shape);
            }
            for values in answer.values.chunks_exact((steps * symbols).max(1)) {
                let text = decode(values, *symbols, &self.characters)?;
                texts.push(self.worth(text));
            }
        }
        Ok(texts)
    }

    /// The text, where it is one.
    fn worth(&self, text: Text) -> Option<Text> {
        (!text.characters.is_empty() && text.confidence() >= self.line).then_some(text)
    }
}

/// One character a line; the space, which cannot have a line of its own, comes last.
fn characters(dictionary: &str) -> Option<Vec<char>> {
    let mut characters = Vec::new();
    for line in dictionary.lines() {
        let mut symbols = line.chars();
        match (symbols.next(), symbols.next()) {
            (Some(symbol), None) => characters.push(symbol),
            // A symbol of several code points cannot be part of a reading; its place must be kept.
            (Some(_), Some(_)) => characters.push(char::REPLACEMENT_CHARACTER),
            (None, _) => return None,
        }
    }
    characters.push(' ');
    (characters.len() > 1).then_some(characters)
}

fn decode(values: &[f32], symbols: usize, characters: &[char]) -> Result<Text, OcrError> {
    if symbols != characters.len() + 1 {
        return Err(OcrError::Shape);
    }
    let mut text = Text { characters: Vec::new() };
    let mut before = 0;
    for step in values.chunks_exact(symbols) {
        let best = step.iter().copied().enumerate().max_by(|(_, a), (_, b)| a.total_cmp(b));
        let (symbol, probability) = best.unwrap_or((0, 0.0));
        if symbol != before
            && let Some(index) = symbol.checked_sub(1)
        {
            let character = characters.get(index).copied().unwrap_or(char::REPLACEMENT_CHARACTER);
            text.characters.push((character, probability));
        }
        before = symbol;
    }
    while text.characters.last().is_some_and(|(character, _)| *character == ' ') {
        text.characters.pop();
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(steps: &[(usize, f32)]) -> Vec<f32> {
        let mut values = Vec::new();
        for (symbol, probability) in steps {
            let mut step = vec![0.0; 4];
            step[*symbol] = *probability;
            values.extend(step);
        }
        values
    }

    #[test]
    fn repeats_and_blanks_are_dropped() {
        let characters = characters("7\n2").unwrap();
        let steps = [(0, 1.0), (1, 0.9), (1, 0.8), (0, 1.0), (1, 0.7), (2, 0.6), (3, 0.9)];
        let text = decode(&answer(&steps), 4, &characters).unwrap();
        assert_eq!(text.characters, [('7', 0.9), ('7', 0.7), ('2', 0.6)]);
        assert!((text.confidence() - 0.733).abs() < 1e-3);
    }

    #[test]
    fn a_dictionary_of_another_size_is_refused() {
        let characters = characters("7\n2\n3").unwrap();
        assert!(matches!(decode(&answer(&[(1, 0.9)]), 4, &characters), Err(OcrError::Shape)));
        assert!(super::characters("").is_none());
        assert!(super::characters("a\n\nb").is_none());
    }
}
