//! The one value of a device that shows only one: which number it is, and what else in sight forbids it.

use super::lexicon::{self, Label};
use super::scene::{Placed, Scene};
use super::word::{Number, Sense};
use super::{ReadError, Unit};

/// A word beside the number is not known; it may name another quantity.
const UNKNOWN_WORD: f32 = 0.8;
/// A second number at least this much of the first one's height may be a second device's, or a stored one.
const SECOND: f32 = 0.25;
/// The same, where the digit detector saw the first one: it sees times and dates too, which are less than half as high on meters.
const SECOND_SEEN: f32 = 0.5;
/// A word on the display says that the value is a stored one.
const STORED: f32 = 0.5;
/// A number in a picture without any word is worth so much at least.
const LONE: f32 = 0.75;
/// A word somewhere in the picture says that the value may not be measured now.
const PERHAPS_PAST: f32 = 0.6;

/// What a kind of device shows.
pub struct Rules {
    /// Labels that its value may have.
    pub labels: &'static [Label],
    /// Units that its value may have.
    pub units: &'static [Unit],
    /// Labels that stand beside a value that was measured before, where that is told as well.
    pub stored: &'static [Label],
    /// Whether its displays show other quantities too, each in a line of its own.
    pub companions: bool,
    /// Whether a number could be its value.
    pub plausible: fn(&Number) -> bool,
}

/// The value and the units that are its own.
pub struct Sole<'a> {
    /// Where it stands.
    pub word: &'a Placed,
    /// The number.
    pub number: &'a Number,
    /// The words that are its unit.
    pub units: Vec<&'a Placed>,
    /// The most that the surroundings allow.
    pub ceiling: f32,
}

impl Sole<'_> {
    /// Whether this unit is among the value's own.
    pub fn has_unit(&self, unit: Unit) -> bool {
        self.units.iter().any(|word| word.sense == Sense::Unit(unit))
    }
}

/// The largest number, where nothing says that it is something else or that there is a second one.
pub fn sole_value<'a>(scene: &'a Scene, rules: &Rules) -> Result<Sole<'a>, ReadError> {
    let word = scene.dominant()?;
    let number = word.number().ok_or(ReadError::Unreadable)?;
    let second = scene.other_numbers(word).any(|other| rules.rivals(scene, word, other));
    // A key of the case may carry such a word: where the digit detector saw the number, it counts only near it.
    let counts = |other: &Placed| !word.judged || word.tells(other);
    let (stored, past): (Vec<Label>, Vec<Label>) =
        lexicon::PAST.iter().copied().partition(|label| rules.stored.contains(label));
    let are_there = |labels: &[Label]| labels.iter().any(|label| scene.labels(*label).any(counts));
    if second || are_there(&past) {
        return Err(ReadError::Unreadable);
    }
    let mut sole = Sole { word, number, units: Vec::new(), ceiling: 1.0 };
    let foreign = |sense: &Sense| matches!(sense, Sense::Label(label) if rules.is_foreign(*label));
    if !rules.companions && scene.words.iter().any(|other| foreign(&other.sense) && counts(other)) {
        return Err(ReadError::Unreadable);
    }
    if lexicon::PAST.iter().any(|label| scene.has_label(*label)) {
        sole.ceiling = if are_there(&stored) { STORED } else { PERHAPS_PAST };
    }
    for other in scene.words.iter().filter(|other| !scene.is_elsewhere(other, word)) {
        match &other.sense {
            sense if foreign(sense) && counts(other) => return Err(ReadError::Unreadable),
            Sense::Unit(unit) if rules.units.contains(unit) => sole.units.push(other),
            Sense::Unit(_) if word.is_beside(other) => return Err(ReadError::Unreadable),
            Sense::Sign if word.is_beside(other) && word.spans(other) => return Err(ReadError::Unreadable),
            Sense::Unknown if word.is_beside(other) => sole.ceiling = sole.ceiling.min(UNKNOWN_WORD),
            Sense::Label(_) | Sense::Unit(_) | Sense::Sign | Sense::Unknown => (),
            Sense::Number(_) | Sense::Doubtful | Sense::Clock | Sense::Date | Sense::Other => (),
        }
    }
    // A picture with nothing but one number that is not sure: cells and shadows look like digits, too.
    if number.trust < LONE && !scene.words.iter().any(Placed::is_word) {
        return Err(ReadError::Unreadable);
    }
    // Neither unit nor known words: nothing speaks for the quantity, and one word perhaps against it.
    let unnamed = sole.units.is_empty() && sole.ceiling < 1.0 && !word.judged;
    if unnamed { Err(ReadError::Unreadable) } else { Ok(sole) }
}

impl Rules {
    /// Whether a label names something else than the value.
    fn is_foreign(&self, label: Label) -> bool {
        !self.labels.contains(&label) && !self.stored.contains(&label)
    }

    /// Whether a smaller number could be the value as well: it is plausible, and has no name of its own.
    fn rivals(&self, scene: &Scene, chosen: &Placed, other: &Placed) -> bool {
        let plausible = other.number().is_some_and(self.plausible);
        let named = || {
            let its = |word: &&Placed| other.shares_row(word) && scene.is_elsewhere(word, chosen);
            scene.words.iter().filter(its).any(|word| match &word.sense {
                Sense::Label(label) => !self.labels.contains(label),
                Sense::Unit(unit) => !self.units.contains(unit),
                Sense::Number(_) | Sense::Doubtful | Sense::Clock | Sense::Date => false,
                Sense::Sign | Sense::Unknown | Sense::Other => false,
            })
        };
        let least = if chosen.judged { SECOND_SEEN } else { SECOND };
        plausible && other.height() >= least * chosen.height() && !named()
    }
}
