//! Blood pressure monitors: systolic over diastolic over pulse, in mmHg and beats a minute.
//!
//! Values from memory, averages among them, are marked as such and are never sure.

use super::finding::{Finding, PERHAPS_CUT, whole_within};
use super::lexicon::Label;
use super::scene::{Placed, Scene, pointed_at};
use super::{FieldName, ReadError, Unit, Value, framed};

/// All values have their own label.
const LABELLED: f32 = 0.95;
/// Labels name systolic and diastolic; the third value follows from its place.
const PULSE_BY_PLACE: f32 = 0.85;
/// Three values in a column, and some label or unit says that this is blood pressure.
const STACKED: f32 = 0.85;
/// Three values in a column and nothing else, or a word below that may name another quantity.
const BARE: f32 = 0.8;
/// The values come from memory.
const STORED: f32 = 0.5;
/// No value of a cuff or a pulse is larger or smaller.
const VALUES: std::ops::RangeInclusive<f64> = 30.0..=270.0;

/// More numbers than this are a screen with other values.
const MOST: usize = 8;
/// What two readers agree on is worth so much.
const AGREED: f32 = 0.75;
/// What stands beside the pulse is lower than this share of the pressures' height.
const ASIDE: f32 = 0.8;

/// The labels that its values have.
const LABELS: &[Label] = &[Label::Systolic, Label::Diastolic, Label::Pulse];
/// And those beside pressures that were measured before.
const OF_PRESSURES: &[Label] =
    &[Label::Systolic, Label::Diastolic, Label::Pulse, Label::Memory, Label::Average];
/// The units of three values in a column.
const UNITS: [Unit; 3] = [Unit::MillimetresOfMercury, Unit::MillimetresOfMercury, Unit::BeatsPerMinute];

/// The labels that they may have.
const NAMES: [&[Label]; 3] = [OF_PRESSURES, OF_PRESSURES, LABELS];

/// Whether labels or units speak of blood pressure.
pub fn evidence(scene: &Scene) -> bool {
    let both = scene.has_label(Label::Systolic) && scene.has_label(Label::Diastolic);
    both || scene.has_unit(Unit::MillimetresOfMercury)
}

/// The values, or why there are none.
pub fn read(scene: &Scene) -> Result<Vec<Finding>, ReadError> {
    if scene.has_unit(Unit::Kilopascals) {
        return Err(ReadError::Unreadable);
    }
    let numbers: Vec<Placed> = scene
        .large_numbers()?
        .into_iter()
        .map(|word| framed::mended(word, |one| VALUES.contains(&one)))
        .collect();
    let numbers: Vec<&Placed> = numbers.iter().collect();
    let at = |label: Label| pointed_at(scene.labels(label), &numbers);
    let pulse = at(Label::Pulse).or_else(|| pointed_at(scene.units(Unit::BeatsPerMinute), &numbers));
    let (places, ceiling) = match (at(Label::Systolic), at(Label::Diastolic), pulse) {
        (Some(systolic), Some(diastolic), Some(pulse)) => ((systolic, diastolic, Some(pulse)), LABELLED),
        (Some(systolic), Some(diastolic), None) => by_place(scene, systolic, diastolic, &numbers),
        (systolic, diastolic, pulse) => {
            let places = stack(&numbers).ok_or(ReadError::Unreadable)?;
            let agrees = |(found, place): (Option<usize>, usize)| found.is_none_or(|found| found == place);
            let stands = [systolic, diastolic, pulse].into_iter().zip(places).all(agrees);
            let its = || places.into_iter().filter_map(|place| numbers.get(place)).zip(UNITS).zip(NAMES);
            let another = its().any(|((number, unit), labels)| scene.is_another(number, labels, unit));
            let misnamed =
                its().any(|((number, unit), labels)| scene.is_misnamed_beside(number, labels, unit));
            // Where labels say so of others in the column, a word that is not known may be a label misread.
            let named = systolic.or(diastolic).or(pulse).is_some();
            if !stands || another || (misnamed && !named) {
                return Err(ReadError::Unreadable);
            }
            let [upper, lower, rate] = places;
            let known = !misnamed && (named || evidence(scene));
            ((upper, lower, Some(rate)), if known { STACKED } else { BARE })
        }
    };
    let is_stored = [places.0, places.1].into_iter().find_map(|place| stored(scene, numbers.get(place)?));
    let mut found =
        findings(&numbers, places, if is_stored.is_some() { ceiling.min(STORED) } else { ceiling })?;
    found.extend(is_stored);
    Ok(found)
}

/// The mark that a pressure comes from memory.
fn stored(scene: &Scene, number: &Placed) -> Option<Finding> {
    let marks = [Label::Memory, Label::Average].into_iter().flat_map(|label| scene.labels(label));
    let mark = marks.into_iter().find(|mark| number.is_beside(mark) && !scene.is_elsewhere(mark, number))?;
    let (name, value) = (FieldName::MemoryMark, Value::Flag(true));
    Some(Finding { name, value, confidence: STORED, quad: mark.quad })
}

type Places = (usize, usize, Option<usize>);

/// Systolic and diastolic are labelled: a third value below both is the pulse, unless something beside it
/// says that it is another value. A word below it that is not known may be the device's name.
fn by_place(scene: &Scene, systolic: usize, diastolic: usize, numbers: &[&Placed]) -> (Places, f32) {
    let third = match (numbers, stack(numbers)) {
        ([_, _, _], _) if (systolic, diastolic) == (0, 1) => Some(2),
        (_, Some([upper, lower, rate])) if (systolic, diastolic) == (upper, lower) => Some(rate),
        _ => None,
    };
    let names = |place: usize| {
        let number = numbers.get(place)?;
        let is_another =
            scene.is_another(number, LABELS, Unit::BeatsPerMinute) || scene.has_unknown_in_row(number);
        let is_unknown = scene.is_misnamed(number, LABELS, Unit::BeatsPerMinute);
        (!is_another).then_some((place, if is_unknown { BARE } else { PULSE_BY_PLACE }))
    };
    match third.and_then(names) {
        Some((rate, ceiling)) => ((systolic, diastolic, Some(rate)), ceiling),
        None => ((systolic, diastolic, None), LABELLED),
    }
}

/// The places of three numbers below each other. Where the digit detector saw all of them, others may be there: smaller ones beside them
/// (a time, a date, a place in the memory), and such as OCR contradicts. Of several ways, the one that both readers agree on, then the
/// one whose third number ends where the pressures end.
fn stack(numbers: &[&Placed]) -> Option<[usize; 3]> {
    if numbers.len() == 3 {
        return is_stack(numbers).then_some([0, 1, 2]);
    }
    if numbers.len() > MOST || !numbers.iter().all(|number| number.judged) {
        return None;
    }
    let count = numbers.len();
    let triples = (0..count).flat_map(|upper| {
        (upper + 1..count).flat_map(move |lower| (lower + 1..count).map(move |rate| [upper, lower, rate]))
    });
    let mut ways: Vec<[usize; 3]> = triples.filter(|way| is_way(numbers, *way)).collect();
    for narrower in [are_agreed, ends_alike] {
        if ways.len() > 1 {
            ways.retain(|way| {
                picked(numbers, *way).is_some_and(|[upper, lower, rate]| narrower(upper, lower, rate))
            });
        }
    }
    if let [way] = ways.as_slice() { Some(*way) } else { None }
}

fn picked<'a>(numbers: &[&'a Placed], [upper, lower, rate]: [usize; 3]) -> Option<[&'a Placed; 3]> {
    Some([*numbers.get(upper)?, *numbers.get(lower)?, *numbers.get(rate)?])
}

/// Whether three numbers may be pressures and pulse, and no other one stands there that both readers agree on and that is as large.
fn is_way(numbers: &[&Placed], way: [usize; 3]) -> bool {
    let Some(three @ [upper, lower, rate]) = picked(numbers, way) else { return false };
    let is_aside = |(place, number): (usize, &&Placed)| {
        way.contains(&place) || !is_agreed(number) || number.height() < ASIDE * lower.height()
    };
    is_stack(&three)
        && plausible(upper, lower)
        && rate.number().is_some_and(|number| whole_within(number, 30.0, 230.0))
        && numbers.iter().enumerate().all(is_aside)
}

fn is_agreed(number: &Placed) -> bool {
    number.number().is_some_and(|number| number.trust >= AGREED)
}

fn are_agreed(upper: &Placed, lower: &Placed, rate: &Placed) -> bool {
    [upper, lower, rate].into_iter().all(is_agreed)
}

fn ends_alike(_: &Placed, lower: &Placed, rate: &Placed) -> bool {
    lower.ends_with(rate)
}

/// Three numbers below each other, the two pressures of one size.
fn is_stack(numbers: &[&Placed]) -> bool {
    let [systolic, diastolic, pulse] = numbers else { return false };
    let alike = systolic.height() / diastolic.height();
    (0.75..=1.34).contains(&alike)
        && pulse.height() <= 1.15 * diastolic.height()
        && systolic.shares_column(diastolic)
        && diastolic.shares_column(pulse)
        && !systolic.shares_row(diastolic)
        && !diastolic.shares_row(pulse)
}

fn findings(numbers: &[&Placed], places: Places, ceiling: f32) -> Result<Vec<Finding>, ReadError> {
    let (systolic, diastolic, pulse) = places;
    let get = |place: usize| numbers.get(place).copied().ok_or(ReadError::Unreadable);
    let (upper, lower) = (get(systolic)?, get(diastolic)?);
    if !plausible(upper, lower)
        || systolic == diastolic
        || upper.middle().y > lower.middle().y + upper.height()
    {
        return Err(ReadError::Unreadable);
    }
    let unit = Unit::MillimetresOfMercury;
    let mut found = vec![
        Finding::whole(FieldName::Systolic, upper, unit, ceiling.min(whole(upper, lower)))?,
        Finding::whole(FieldName::Diastolic, lower, unit, ceiling.min(whole(lower, upper)))?,
    ];
    if let Some(place) = pulse {
        let rate = get(place)?;
        let taken = place == systolic || place == diastolic;
        if taken || !rate.number().is_some_and(|number| whole_within(number, 30.0, 230.0)) {
            return Err(ReadError::Unreadable);
        }
        let is_whole = !rate.may_go_on() || rate.ends_with(lower);
        let ceiling = if is_whole { ceiling } else { ceiling.min(PERHAPS_CUT) };
        found.push(Finding::whole(FieldName::Pulse, rate, Unit::BeatsPerMinute, ceiling)?);
    }
    Ok(found)
}

/// What a pressure is worth beside which a digit may be hidden: before two of the upper one, behind one that does not end with the other.
fn whole(pressure: &Placed, other: &Placed) -> f32 {
    let number = pressure.number();
    let is_open = number.is_some_and(|number| number.strange.is_open());
    let upper = pressure.middle().y < other.middle().y;
    let short = upper && number.is_none_or(|number| number.digits < 3);
    if is_open || (!short && pressure.ends_with(other)) { 1.0 } else { PERHAPS_CUT }
}

/// Both within what cuffs measure, and more than 10 mmHg apart.
fn plausible(upper: &Placed, lower: &Placed) -> bool {
    let (Some(upper), Some(lower)) = (upper.number(), lower.number()) else { return false };
    whole_within(upper, 60.0, 270.0) && whole_within(lower, 30.0, 170.0) && upper.value > lower.value + 10.0
}
