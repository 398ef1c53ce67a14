//! Numbers of signals: the one conversion that they need, and sums that say what they are.

/// A count as a real number; exact, since no trace has 2^53 samples.
#[expect(clippy::as_conversions, reason = "std has no integer-to-float conversion for usize")]
pub fn real(count: usize) -> f64 {
    count as f64
}

/// The nearest count; negative numbers and NaN give 0.
#[expect(clippy::as_conversions, reason = "std has no float-to-integer conversion; `as` saturates")]
pub fn count(value: f64) -> usize {
    value.max(0.0).round() as usize
}

/// The arithmetic mean; 0 of nothing.
pub fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / real(values.len()) }
}

/// The standard deviation about the mean.
pub fn deviation(values: &[f64]) -> f64 {
    let middle = mean(values);
    let squares: Vec<f64> = values.iter().map(|value| (value - middle).powi(2)).collect();
    mean(&squares).sqrt()
}

/// The value that as many are above as below; 0 of nothing.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}
