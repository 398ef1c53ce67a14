//! Where a value stands among people of the same sex and age, or of both sexes and all ages where these are not known.
//!
//! A percentile is of the population, not of the healthy; a high one is not better. Between the published knots it is a straight
//! line; beyond them it is only told that it is beyond. Variability of the heart rate is compared by the log-normal distribution
//! that has the published mean and standard deviation: Voss A et al., PLoS ONE 2015;10(3):e0118308, tables 5 and 7, of recordings of
//! five minutes lying down.

mod mixed;
mod nhanes;
mod voss;

use super::{Sex, normal_share};

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Measure {
    /// Resting heart rate, /min.
    HeartRate,
    /// Systolic pressure, mmHg.
    Systolic,
    /// Diastolic pressure, mmHg.
    Diastolic,
    /// Body mass index, kg/m2.
    Bmi,
    /// RMSSD, ms.
    Rmssd,
    /// SDNN, ms.
    Sdnn,
}

/// Where a value stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Percentile {
    /// Below the lowest knot, which is this percentile.
    Below(f64),
    /// At this percentile.
    At(f64),
    /// Above the highest knot, which is this percentile.
    Above(f64),
}

/// People of one sex or both, of some ages.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cohort {
    /// Their sex; none for both.
    pub sex: Option<Sex>,
    /// From and to which age, in full years; the oldest have no end.
    pub ages: (u16, u16),
    /// How many they were.
    pub n: u32,
    /// The mean of their values.
    pub mean: f64,
    /// The standard deviation of their values.
    pub sd: f64,
    /// Where that is published.
    pub source: &'static str,
}

/// A value among others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// Where it stands.
    pub percentile: Percentile,
    /// Among whom.
    pub cohort: Cohort,
}

/// Why a value stands nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoStanding {
    /// There is no table for this sex.
    SexNotSupported,
    /// There is no table for this age.
    NoTable,
}

/// A line of a table of knots.
struct Band {
    sex: Sex,
    ages: (u16, u16),
    n: u32,
    mean: f64,
    sd: f64,
    knots: [f64; 7],
}

type Table = &'static [Band];

/// The percentiles of the knots.
const KNOTS: [f64; 7] = [5.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0];

const NHANES: &str = "NHANES 2021-2023";

/// Where the value of somebody of this sex and age in years stands.
///
/// # Errors
/// When there is no table for them.
pub fn standing(measure: Measure, value: f64, sex: Sex, age: f64) -> Result<Standing, NoStanding> {
    among(measure, value, Some(sex), Some(age))
}

/// As [`standing`], among people of both sexes where the sex is not known, and of all ages of the table where the age is not.
///
/// # Errors
/// When there is no table for them.
pub fn among(
    measure: Measure,
    value: f64,
    sex: Option<Sex>,
    age: Option<f64>,
) -> Result<Standing, NoStanding> {
    if sex == Some(Sex::Other) {
        return Err(NoStanding::SexNotSupported);
    }
    let mut bands = match measure {
        Measure::HeartRate => by_knots(nhanes::HEART_RATE, value),
        Measure::Systolic => by_knots(nhanes::SYSTOLIC_BP, value),
        Measure::Diastolic => by_knots(nhanes::DIASTOLIC_BP, value),
        Measure::Bmi => by_knots(nhanes::BMI, value),
        Measure::Rmssd => by_moments(voss::RMSSD, value),
        Measure::Sdnn => by_moments(voss::SDNN, value),
    };
    bands.retain(|band| sex.is_none() || band.cohort.sex == sex);
    bands.retain(|band| age.is_none_or(|age| is_within(band.cohort.ages, age)));
    mixed::mixed(&bands).ok_or(NoStanding::NoTable)
}

fn is_within((from, to): (u16, u16), age: f64) -> bool {
    (f64::from(from)..=f64::from(to)).contains(&age.floor())
}

/// Where a value stands in each band of a table.
fn by_knots(table: Table, value: f64) -> Vec<Standing> {
    let standing = |band: &Band| {
        let &Band { sex, ages, n, mean, sd, .. } = band;
        let cohort = Cohort { sex: Some(sex), ages, n, mean, sd, source: NHANES };
        Some(Standing { percentile: between(&band.knots, value)?, cohort })
    };
    table.iter().filter_map(standing).collect()
}

fn between(knots: &[f64; 7], value: f64) -> Option<Percentile> {
    let points: Vec<_> = knots.iter().copied().zip(KNOTS).collect();
    let ((lowest, first), (highest, last)) = (*points.first()?, *points.last()?);
    if value < lowest {
        return Some(Percentile::Below(first));
    }
    if value > highest {
        return Some(Percentile::Above(last));
    }
    points.windows(2).find_map(|pair| match pair {
        [(low, from), (high, to)] if value <= *high => {
            let share = if high > low { (value - low) / (high - low) } else { 0.0 };
            Some(Percentile::At(from + share * (to - from)))
        }
        _ => None,
    })
}

/// Mean and standard deviation of people of one sex and some ages.
struct Moments {
    sex: Sex,
    ages: (u16, u16),
    n: u32,
    mean: f64,
    sd: f64,
}

fn by_moments(table: &[Moments], value: f64) -> Vec<Standing> {
    let standing = |band: &Moments| {
        let &Moments { sex, ages, n, mean, sd } = band;
        let variance = (sd / mean).powi(2).ln_1p();
        let z = (value.ln() - mean.ln() + variance / 2.0) / variance.sqrt();
        let cohort = Cohort { sex: Some(sex), ages, n, mean, sd, source: "Voss 2015" };
        Standing { percentile: Percentile::At(100.0 * normal_share(z)), cohort }
    };
    table.iter().map(standing).collect()
}

#[cfg(test)]
mod tests;
