//! A wellness score of our own: how near some values are to what is usual. It is no clinical score.
//!
//! Each part is a line through knots, from 0 to 100; the score is their weighted mean over what was measured. A pressure counts when
//! a cuff measured it, a saturation when an oximeter did. The stress index is left out, for it is made of the same beats as
//! the variability.

use super::Sex;
use super::news2::YOUNGEST;
use super::percentiles::{Measure, Percentile, standing};

/// What was measured; nothing stands for what was not.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measured {
    /// Beats in a minute.
    pub heart_rate: Option<f64>,
    /// Systolic pressure by a cuff.
    pub systolic: Option<f64>,
    /// Diastolic pressure by a cuff.
    pub diastolic: Option<f64>,
    /// Oxygen saturation by an oximeter.
    pub oxygen_saturation: Option<f64>,
    /// Breaths in a minute.
    pub respiratory_rate: Option<f64>,
    /// RMSSD in ms.
    pub rmssd: Option<f64>,
    /// Sex, for the variability.
    pub sex: Option<Sex>,
    /// Age in years, for the variability.
    pub age: Option<f64>,
}

/// One part of the score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// Its name.
    pub name: &'static str,
    /// From 0 to 100.
    pub score: f64,
    /// How much it counts.
    pub weight: f64,
}

/// The score with what it is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Wellness {
    /// From 0 to 100; none where too little was measured.
    pub score: Option<f64>,
    /// How much of all weight was measured, from 0 to 1.
    pub coverage: f64,
    /// The parts.
    pub parts: Vec<Part>,
}

/// With fewer parts, or less weight, there is no score.
const LEAST_PARTS: usize = 3;
const LEAST_WEIGHT: f64 = 50.0;
const WHOLE_WEIGHT: f64 = 100.0;

type Line = &'static [(f64, f64)];

const HEART_RATE: Line =
    &[(35.0, 0.0), (40.0, 40.0), (50.0, 100.0), (75.0, 100.0), (90.0, 70.0), (110.0, 40.0), (130.0, 0.0)];
const SYSTOLIC: Line = &[
    (80.0, 0.0),
    (90.0, 60.0),
    (100.0, 100.0),
    (119.0, 100.0),
    (129.0, 80.0),
    (139.0, 60.0),
    (159.0, 30.0),
    (180.0, 0.0),
];
const DIASTOLIC: Line =
    &[(40.0, 0.0), (50.0, 40.0), (60.0, 100.0), (79.0, 100.0), (89.0, 60.0), (99.0, 30.0), (120.0, 0.0)];
const OXYGEN_SATURATION: Line = &[(85.0, 0.0), (91.0, 30.0), (94.0, 70.0), (96.0, 100.0)];
const RESPIRATORY_RATE: Line =
    &[(8.0, 0.0), (10.0, 60.0), (12.0, 100.0), (18.0, 100.0), (20.0, 90.0), (24.0, 40.0), (30.0, 0.0)];
const VARIABILITY: Line = &[(0.0, 40.0), (25.0, 80.0), (50.0, 100.0)];

/// The score. Of a child there is none: what is usual for one is not what the lines tell.
#[must_use]
pub fn wellness(measured: &Measured) -> Wellness {
    if measured.age.is_some_and(|age| age < YOUNGEST) {
        return Wellness { score: None, coverage: 0.0, parts: Vec::new() };
    }
    let pressures = [
        measured.systolic.and_then(|systolic| along(SYSTOLIC, systolic)),
        measured.diastolic.and_then(|diastolic| along(DIASTOLIC, diastolic)),
    ];
    let pressure = pressures.into_iter().flatten().reduce(f64::min);
    let parts = [
        ("hr", measured.heart_rate.and_then(|rate| along(HEART_RATE, rate)), 25.0),
        ("bp", pressure, 25.0),
        ("hrv", variability(measured), 20.0),
        ("spo2", measured.oxygen_saturation.and_then(|share| along(OXYGEN_SATURATION, share)), 15.0),
        ("rr", measured.respiratory_rate.and_then(|rate| along(RESPIRATORY_RATE, rate)), 15.0),
    ];
    let parts: Vec<_> = parts
        .into_iter()
        .filter_map(|(name, score, weight)| Some(Part { name, score: score?, weight }))
        .collect();
    let weight: f64 = parts.iter().map(|part| part.weight).sum();
    let sum: f64 = parts.iter().map(|part| part.score * part.weight).sum();
    let is_enough = parts.len() >= LEAST_PARTS && weight >= LEAST_WEIGHT;
    Wellness { score: is_enough.then(|| sum / weight), coverage: weight / WHOLE_WEIGHT, parts }
}

fn variability(measured: &Measured) -> Option<f64> {
    let found = standing(Measure::Rmssd, measured.rmssd?, measured.sex?, measured.age?).ok()?;
    match found.percentile {
        Percentile::Below(percentile) | Percentile::At(percentile) | Percentile::Above(percentile) => {
            along(VARIABILITY, percentile)
        }
    }
}

/// The height of a line at `x`; level before its first and after its last knot.
fn along(line: Line, x: f64) -> Option<f64> {
    let (first, last) = (line.first()?, line.last()?);
    if x <= first.0 {
        return Some(first.1);
    }
    let within = line.windows(2).find_map(|pair| match pair {
        [(from, low), (to, high)] if x <= *to => Some(low + (x - from) / (to - from) * (high - low)),
        _ => None,
    });
    Some(within.unwrap_or(last.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(measured: Measured) -> (Option<f64>, f64) {
        let found = wellness(&measured);
        (found.score.map(|score| (score * 100.0).round() / 100.0), found.coverage)
    }

    #[test]
    fn too_little_makes_no_score() {
        let two = Measured { heart_rate: Some(70.0), respiratory_rate: Some(16.0), ..Measured::default() };
        assert_eq!(of(two), (None, 0.4));
        assert_eq!(of(Measured::default()), (None, 0.0));
    }

    #[test]
    fn the_score_is_the_weighted_mean_of_what_was_measured() {
        let young = Measured { sex: Some(Sex::Female), age: Some(30.0), ..Measured::default() };
        let three =
            Measured { heart_rate: Some(68.0), respiratory_rate: Some(15.0), rmssd: Some(40.0), ..young };
        assert_eq!(of(three), (Some(100.0), 0.6));
        let all = Measured {
            heart_rate: Some(95.0),
            systolic: Some(142.0),
            diastolic: Some(88.0),
            oxygen_saturation: Some(96.0),
            respiratory_rate: Some(19.0),
            rmssd: Some(15.0),
            sex: Some(Sex::Male),
            age: Some(50.0),
        };
        assert_eq!(of(all), (Some(74.25), 1.0));
        let ill = Measured {
            heart_rate: Some(120.0),
            systolic: Some(95.0),
            diastolic: Some(58.0),
            oxygen_saturation: Some(90.0),
            respiratory_rate: Some(26.0),
            ..Measured::default()
        };
        assert_eq!(of(ill), (Some(40.94), 0.8));
    }
}
