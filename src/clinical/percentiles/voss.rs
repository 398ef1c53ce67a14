//! Variability of the heart rate in healthy people of Augsburg, five minutes lying down, in ms.
//!
//! Voss A et al., PLoS ONE 2015;10(3):e0118308, tables 5 and 7. <https://doi.org/10.1371/journal.pone.0118308>

use super::Moments;
use crate::clinical::Sex::{Female, Male};

/// Root mean square of successive differences.
pub(super) const RMSSD: &[Moments] = &[
    Moments { sex: Female, ages: (25, 34), n: 208, mean: 42.9, sd: 22.8 },
    Moments { sex: Female, ages: (35, 44), n: 259, mean: 35.4, sd: 18.5 },
    Moments { sex: Female, ages: (45, 54), n: 158, mean: 26.3, sd: 13.6 },
    Moments { sex: Female, ages: (55, 64), n: 95, mean: 21.4, sd: 11.9 },
    Moments { sex: Female, ages: (65, 74), n: 62, mean: 19.1, sd: 11.8 },
    Moments { sex: Male, ages: (25, 34), n: 330, mean: 39.7, sd: 19.9 },
    Moments { sex: Male, ages: (35, 44), n: 292, mean: 32.0, sd: 16.5 },
    Moments { sex: Male, ages: (45, 54), n: 235, mean: 23.0, sd: 10.9 },
    Moments { sex: Male, ages: (55, 64), n: 183, mean: 19.9, sd: 11.1 },
    Moments { sex: Male, ages: (65, 74), n: 84, mean: 19.1, sd: 10.7 },
];

/// Standard deviation of the intervals between beats.
pub(super) const SDNN: &[Moments] = &[
    Moments { sex: Female, ages: (25, 34), n: 208, mean: 48.7, sd: 19.0 },
    Moments { sex: Female, ages: (35, 44), n: 259, mean: 45.4, sd: 20.5 },
    Moments { sex: Female, ages: (45, 54), n: 158, mean: 36.9, sd: 13.8 },
    Moments { sex: Female, ages: (55, 64), n: 95, mean: 30.6, sd: 12.4 },
    Moments { sex: Female, ages: (65, 74), n: 62, mean: 27.8, sd: 11.8 },
    Moments { sex: Male, ages: (25, 34), n: 330, mean: 50.0, sd: 20.9 },
    Moments { sex: Male, ages: (35, 44), n: 292, mean: 44.6, sd: 16.8 },
    Moments { sex: Male, ages: (45, 54), n: 235, mean: 36.8, sd: 14.6 },
    Moments { sex: Male, ages: (55, 64), n: 183, mean: 32.8, sd: 14.7 },
    Moments { sex: Male, ages: (65, 74), n: 84, mean: 29.6, sd: 13.2 },
];
