//! Temperatures, whose scales begin at different points. <https://ucum.org/ucum#section-Special-Units-on-non-ratio-Scales>
//!
//! Each conversion is written so that it is exact wherever the result has an end. A scale within another unit, such as `Cel/h`, is
//! none of these.

use crate::fhir::decimal::{Conversion, Ratio};

const NINE_FIFTHS: Ratio = Ratio { numerator: 18, denominator: 1, power: -1 };
const FIVE_NINTHS: Ratio = Ratio { numerator: 5, denominator: 9, power: 0 };

const CELSIUS: &str = "Cel";
const FAHRENHEIT: &str = "[degF]";
const KELVIN: &str = "K";

/// The other scales, with what a temperature of this one becomes in them.
pub(super) fn others(code: &str) -> Vec<(&'static str, Conversion)> {
    match code {
        CELSIUS => vec![
            (FAHRENHEIT, Conversion::affine("0", NINE_FIFTHS, "32")),
            (KELVIN, Conversion::affine("0", Ratio::ONE, "273.15")),
        ],
        FAHRENHEIT => vec![
            (CELSIUS, Conversion::affine("-32", FIVE_NINTHS, "0")),
            (KELVIN, Conversion::affine("459.67", FIVE_NINTHS, "0")),
        ],
        KELVIN => vec![
            (CELSIUS, Conversion::affine("0", Ratio::ONE, "-273.15")),
            (FAHRENHEIT, Conversion::affine("0", NINE_FIFTHS, "-459.67")),
        ],
        _ => Vec::new(),
    }
}
