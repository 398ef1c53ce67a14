//! How a value stands to the same person's own values: anomalies and changes.
//!
//! Median and median absolute deviation keep one outlier from hiding the next: Iglewicz and Hoaglin, How to detect and handle
//! outliers, 1993, whose modified z-score this is. A change counts when it is larger than what repeated measurement and the body's
//! own variation explain: the reference change value, Harris and Yasaka, Clin Chem 1983;29:25-30.

/// With fewer earlier values nothing is told.
pub const LEAST: usize = 5;
/// With fewer than these it is told with the remark that it is provisional.
pub const SETTLED: usize = 7;
/// So many of the latest earlier values are looked at.
pub const MOST: usize = 30;
/// From here on a value is anomalous.
const ANOMALOUS: f64 = 3.5;
/// From here on a value is worth a note.
const NOTABLE: f64 = 2.5;
/// The MAD of a normal distribution is its standard deviation divided by this.
const MAD_TO_SD: f64 = 1.4826;

/// How unusual a value is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Anomaly {
    /// By median and MAD.
    pub robust_z: f64,
    /// By mean and standard deviation.
    pub z: f64,
    /// Whether it is anomalous.
    pub is_anomalous: bool,
    /// Whether it is nearly that.
    pub is_notable: bool,
    /// Whether more values may change that.
    pub is_provisional: bool,
}

/// Why it is not told how unusual a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAnomaly {
    /// Too few earlier values.
    InsufficientHistory,
    /// The earlier values do not vary, and no floor says by how much such values may.
    NoVariation,
}

/// Mean and standard deviation (n - 1) of values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// The mean.
    pub mean: f64,
    /// The standard deviation; none of one value.
    pub sd: Option<f64>,
}

/// How unusual `value` is after `earlier` ones, none of which it is. `floor` is the least deviation that is taken for real, so that
/// steady values make nothing of a small step.
///
/// # Errors
/// When that cannot be told.
pub fn anomaly(earlier: &[f64], value: f64, floor: f64) -> Result<Anomaly, NoAnomaly> {
    if earlier.len() < LEAST {
        return Err(NoAnomaly::InsufficientHistory);
    }
    let middle = median(earlier).ok_or(NoAnomaly::InsufficientHistory)?;
    let deviations: Vec<_> = earlier.iter().map(|one| (one - middle).abs()).collect();
    let deviation = median(&deviations).ok_or(NoAnomaly::InsufficientHistory)?;
    let scale = (MAD_TO_SD * deviation).max(floor);
    let Moments { mean, sd } = moments(earlier).ok_or(NoAnomaly::InsufficientHistory)?;
    let sd = sd.unwrap_or_default().max(floor);
    if scale <= 0.0 || sd <= 0.0 {
        return Err(NoAnomaly::NoVariation);
    }
    let robust_z = (value - middle) / scale;
    Ok(Anomaly {
        robust_z,
        z: (value - mean) / sd,
        is_anomalous: robust_z.abs() >= ANOMALOUS,
        is_notable: (NOTABLE..ANOMALOUS).contains(&robust_z.abs()),
        is_provisional: earlier.len() < SETTLED,
    })
}

/// Mean and standard deviation.
#[must_use]
pub fn moments(values: &[f64]) -> Option<Moments> {
    let count = count(values)?;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    Some(Moments { mean, sd: (count > 1.0).then(|| (squares / (count - 1.0)).sqrt()) })
}

/// The middle value, or the mean of both.
#[must_use]
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *sorted.get(middle.checked_sub(1)?)?;
    Some((lower + upper) / 2.0)
}

/// The reference change value in percent, by the coefficients of variation of the method and of the person, in percent.
#[must_use]
pub fn reference_change_percent(method_cv: f64, person_cv: f64) -> f64 {
    std::f64::consts::SQRT_2 * 1.96 * method_cv.hypot(person_cv)
}

/// The reference change value by a person's own earlier values, whose variation is that of method and person together. None
/// before there are enough.
#[must_use]
pub fn own_reference_change_percent(earlier: &[f64]) -> Option<f64> {
    if earlier.len() < SETTLED {
        return None;
    }
    let Moments { mean, sd } = moments(earlier)?;
    let cv = 100.0 * sd? / mean.abs();
    cv.is_finite().then(|| reference_change_percent(0.0, cv))
}

fn count(values: &[f64]) -> Option<f64> {
    u32::try_from(values.len()).ok().filter(|count| *count > 0).map(f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEADY: [f64; 7] = [62.0, 64.0, 63.0, 61.0, 65.0, 63.0, 62.0];

    fn rounded(found: Result<Anomaly, NoAnomaly>) -> (f64, f64, bool) {
        let found = found.unwrap();
        let round = |z: f64| (z * 1e4).round() / 1e4;
        (round(found.z), round(found.robust_z), found.is_anomalous)
    }

    #[test]
    fn too_few_or_constant_values_tell_nothing() {
        assert_eq!(anomaly(&[62.0, 64.0, 63.0], 66.0, 2.0), Err(NoAnomaly::InsufficientHistory));
        assert_eq!(anomaly(&[], 66.0, 2.0), Err(NoAnomaly::InsufficientHistory));
        assert_eq!(anomaly(&[70.0; 8], 71.0, 0.0), Err(NoAnomaly::NoVariation));
        assert_eq!(own_reference_change_percent(&[70.0; 6]), None);
        assert_eq!(own_reference_change_percent(&[0.0; 8]), None);
    }

    #[test]
    fn a_value_is_held_against_the_middle_of_the_earlier_ones() {
        assert_eq!(rounded(anomaly(&STEADY, 80.0, 2.0)), (8.5714, 8.5, true));
        assert_eq!(rounded(anomaly(&STEADY, 66.0, 2.0)), (1.5714, 1.5, false));
        assert_eq!(rounded(anomaly(&[70.0; 8], 71.0, 2.0)), (0.5, 0.5, false));
        let with_outlier = [62.0, 64.0, 63.0, 61.0, 65.0, 63.0, 120.0];
        assert_eq!(rounded(anomaly(&with_outlier, 66.0, 2.0)), (-0.2383, 1.5, false));
    }

    #[test]
    fn few_values_make_it_provisional_and_a_large_step_notable() {
        assert!(anomaly(&[62.0, 64.0, 63.0, 61.0, 65.0], 66.0, 2.0).unwrap().is_provisional);
        let found = anomaly(&STEADY, 69.0, 2.0).unwrap();
        assert!(found.is_notable && !found.is_anomalous && !found.is_provisional);
    }

    #[test]
    fn a_change_is_held_against_what_variation_explains() {
        for (method, person, percent) in [(2.0, 6.0, 17.531), (3.0, 5.0, 16.163), (0.0, 10.0, 27.719)] {
            assert!((reference_change_percent(method, person) - percent).abs() < 1e-3);
        }
        let own = own_reference_change_percent(&STEADY).unwrap();
        assert!((own - 5.931).abs() < 1e-2, "{own}");
    }
}
