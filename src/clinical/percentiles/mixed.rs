//! Several bands of a table as one: each counts as much as it has people.

use super::{Cohort, Percentile, Standing};

/// A value among the people of all these bands. Of a band beyond whose knots it is, only the last knot is known, which then counts;
/// a value beyond the knots of all of them is told as beyond.
pub(super) fn mixed(bands: &[Standing]) -> Option<Standing> {
    let first = bands.first()?;
    if bands.len() == 1 {
        return Some(*first);
    }
    let n = bands.iter().map(|band| band.cohort.n).sum::<u32>();
    let weighted = |of: fn(&Standing) -> f64| {
        bands.iter().map(|band| f64::from(band.cohort.n) * of(band)).sum::<f64>() / f64::from(n)
    };
    let mean = weighted(|band| band.cohort.mean);
    let square = weighted(|band| band.cohort.sd.powi(2) + band.cohort.mean.powi(2));
    let is_of_one = bands.iter().all(|band| band.cohort.sex == first.cohort.sex);
    let youngest = bands.iter().map(|band| band.cohort.ages.0).min()?;
    let oldest = bands.iter().map(|band| band.cohort.ages.1).max()?;
    let cohort = Cohort {
        sex: first.cohort.sex.filter(|_| is_of_one),
        ages: (youngest, oldest),
        n,
        mean: rounded(mean),
        sd: rounded((square - mean.powi(2)).max(0.0).sqrt()),
        source: first.cohort.source,
    };
    let percentile = weighted(|band| known(band.percentile));
    let all = |is: fn(&Percentile) -> bool| bands.iter().all(|band| is(&band.percentile));
    let percentile = if all(|one| matches!(one, Percentile::Below(_))) {
        Percentile::Below(percentile)
    } else if all(|one| matches!(one, Percentile::Above(_))) {
        Percentile::Above(percentile)
    } else {
        Percentile::At(percentile)
    };
    Some(Standing { percentile, cohort })
}

fn known(percentile: Percentile) -> f64 {
    match percentile {
        Percentile::Below(knot) | Percentile::At(knot) | Percentile::Above(knot) => knot,
    }
}

/// To a hundredth, as the tables are.
fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}
