//! Pulse oximeters: saturation in percent, pulse in beats a minute.

use super::finding::{Finding, PERHAPS_CUT, whole_within};
use super::lexicon::Label;
use super::scene::{Placed, Scene, pointed_at};
use super::{FieldName, ReadError, Unit, framed};

/// Both values have their label or unit.
const LABELLED: f32 = 0.95;
/// One has; the other follows.
const ONE_LABELLED: f32 = 0.8;
/// Neither has, but only one order is plausible.
const BY_RANGE: f32 = 0.75;

/// No saturation and no pulse is larger or smaller.
const VALUES: std::ops::RangeInclusive<f64> = 25.0..=250.0;
/// A saturation.
const SHARES: std::ops::RangeInclusive<f64> = 50.0..=100.0;

/// A saturation is not taken for one by its range alone below this.
const USUAL: f64 = 70.0;

/// The labels that its values have.
const LABELS: &[Label] = &[Label::Saturation, Label::Pulse];

/// Whether labels speak of saturation.
pub fn evidence(scene: &Scene) -> bool {
    scene.has_label(Label::Saturation)
}

/// The values, or why there are none.
pub fn read(scene: &Scene) -> Result<Vec<Finding>, ReadError> {
    let numbers: Vec<Placed> = scene
        .large_numbers()?
        .into_iter()
        .map(|word| framed::mended(word, |one| VALUES.contains(&one)))
        .collect();
    let numbers: Vec<&Placed> = numbers.iter().collect();
    let one_of = |label, unit| {
        pointed_at(scene.labels(label), &numbers).or_else(|| pointed_at(scene.units(unit), &numbers))
    };
    let saturation = one_of(Label::Saturation, Unit::Percent);
    let pulse = one_of(Label::Pulse, Unit::BeatsPerMinute);
    let nameless = |place: usize, unit| {
        numbers.get(place).is_some_and(|number| !scene.is_misnamed_beside(number, LABELS, unit))
    };
    let (first, second, ceiling) = match (saturation, pulse, numbers.as_slice()) {
        (Some(saturation), Some(pulse), _) => (saturation, Some(pulse), LABELLED),
        (Some(only), None, [_]) => (only, None, ONE_LABELLED),
        (Some(saturation), None, [_, _]) => {
            let other = 1 - saturation.min(1);
            (saturation, nameless(other, Unit::BeatsPerMinute).then_some(other), ONE_LABELLED)
        }
        (None, Some(pulse), [_, _]) if nameless(1 - pulse.min(1), Unit::Percent) => {
            (1 - pulse.min(1), Some(pulse), ONE_LABELLED)
        }
        (None, None, [one, other]) => {
            let (saturation, pulse) = by_range(one, other).ok_or(ReadError::Unreadable)?;
            if !nameless(saturation, Unit::Percent) || !nameless(pulse, Unit::BeatsPerMinute) {
                return Err(ReadError::Unreadable);
            }
            (saturation, Some(pulse), BY_RANGE)
        }
        _ => return Err(ReadError::Unreadable),
    };
    let mut used = [Some(first), second].into_iter().flatten().filter_map(|place| numbers.get(place));
    if used.any(|number| scene.is_unmeasured(number)) {
        return Err(ReadError::Unreadable);
    }
    findings(&numbers, first, second, ceiling)
}

fn findings(
    numbers: &[&Placed],
    saturation: usize,
    pulse: Option<usize>,
    ceiling: f32,
) -> Result<Vec<Finding>, ReadError> {
    let value = |place: usize, least: f64, most: f64| {
        let word = numbers.get(place).copied().ok_or(ReadError::Unreadable)?;
        let fits = word.number().is_some_and(|number| whole_within(number, least, most));
        if fits { Ok(word) } else { Err(ReadError::Unreadable) }
    };
    if pulse == Some(saturation) {
        return Err(ReadError::Unreadable);
    }
    // A bar beside it looks like a 1: no share is 197.
    let share = numbers.get(saturation).map(|word| framed::mended(word, |one| SHARES.contains(&one)));
    let fits = |word: &Placed| word.number().is_some_and(|number| whole_within(number, 50.0, 100.0));
    let word = share.filter(fits).ok_or(ReadError::Unreadable)?;
    let mut found = vec![Finding::whole(FieldName::OxygenSaturation, &word, Unit::Percent, ceiling)?];
    if let Some(place) = pulse {
        let word = value(place, 25.0, 250.0)?;
        let ceiling = if word.may_go_on() { ceiling.min(PERHAPS_CUT) } else { ceiling };
        found.push(Finding::whole(FieldName::Pulse, word, Unit::BeatsPerMinute, ceiling)?);
    }
    Ok(found)
}

/// Which of two is the saturation, where one is 90 to 100 and the other is not, or only one can be any.
fn by_range(one: &Placed, other: &Placed) -> Option<(usize, usize)> {
    let among = |word: &Placed, least: f64, most: f64| {
        word.number().is_some_and(|number| whole_within(number, least, most))
    };
    match (among(one, USUAL, 100.0), among(other, USUAL, 100.0)) {
        (true, false) if among(other, 101.0, *VALUES.end()) => return Some((0, 1)),
        (false, true) if among(one, 101.0, *VALUES.end()) => return Some((1, 0)),
        _ => (),
    }
    let high = |word: &Placed| word.number().is_some_and(|number| (90.0..=100.0).contains(&number.value));
    match (high(one), high(other)) {
        (true, false) => Some((0, 1)),
        (false, true) => Some((1, 0)),
        (true, true) | (false, false) => None,
    }
}
