//! NEWS2, the early warning score. Royal College of Physicians, National Early Warning Score (NEWS) 2, 2017.
//!
//! For people of 16 years and more who are not pregnant. Its bands also say how far a single value is from usual.

/// The age in years from which on the bands hold.
pub const YOUNGEST: f64 = 16.0;

/// Points of a value, and on which side of the usual it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Band {
    /// From 0, usual, to 3, for which alone somebody must look.
    pub points: u8,
    /// Whether it is above the usual.
    pub is_high: bool,
}

/// A value that the score has bands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sign {
    /// Breaths in a minute.
    RespiratoryRate,
    /// Oxygen saturation in percent, on the first scale.
    OxygenSaturation,
    /// Systolic pressure in mmHg.
    Systolic,
    /// Beats in a minute.
    Pulse,
    /// Temperature in degrees Celsius.
    Temperature,
}

/// What is known of somebody.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Signs {
    /// Breaths in a minute.
    pub respiratory_rate: f64,
    /// Oxygen saturation in percent.
    pub oxygen_saturation: f64,
    /// Whether oxygen is given.
    pub on_oxygen: bool,
    /// Systolic pressure in mmHg.
    pub systolic: f64,
    /// Beats in a minute.
    pub pulse: f64,
    /// Whether the person is alert.
    pub is_alert: bool,
    /// Temperature in degrees Celsius.
    pub temperature: f64,
}

/// The bands of a sign from low to high: up to which value each goes, and its points. The last goes on.
fn bands(sign: Sign) -> (&'static [(f64, u8)], u8) {
    match sign {
        Sign::RespiratoryRate => (&[(8.0, 3), (11.0, 1), (20.0, 0), (24.0, 2)], 3),
        Sign::OxygenSaturation => (&[(91.0, 3), (93.0, 2), (95.0, 1)], 0),
        Sign::Systolic => (&[(90.0, 3), (100.0, 2), (110.0, 1), (219.0, 0)], 3),
        Sign::Pulse => (&[(40.0, 3), (50.0, 1), (90.0, 0), (110.0, 1), (130.0, 2)], 3),
        Sign::Temperature => (&[(35.0, 3), (36.0, 1), (38.0, 0), (39.0, 1)], 2),
    }
}

/// The band of a value, which is rounded to the digits that the chart has.
#[must_use]
pub fn band(sign: Sign, value: f64) -> Band {
    let value = match sign {
        Sign::Temperature => (value * 10.0).round() / 10.0,
        Sign::RespiratoryRate | Sign::OxygenSaturation | Sign::Systolic | Sign::Pulse => value.round(),
    };
    let (bands, last) = bands(sign);
    let mut is_high = false;
    for (most, points) in bands {
        if value <= *most {
            return Band { points: *points, is_high };
        }
        is_high |= *points == 0;
    }
    Band { points: last, is_high }
}

/// The score.
#[must_use]
pub fn score(signs: &Signs) -> u8 {
    let points = |sign, value| band(sign, value).points;
    points(Sign::RespiratoryRate, signs.respiratory_rate)
        + points(Sign::OxygenSaturation, signs.oxygen_saturation)
        + if signs.on_oxygen { 2 } else { 0 }
        + points(Sign::Systolic, signs.systolic)
        + points(Sign::Pulse, signs.pulse)
        + if signs.is_alert { 0 } else { 3 }
        + points(Sign::Temperature, signs.temperature)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bands_are_those_of_the_chart() {
        for (values, wanted) in [
            ((16.0, 98.0, false, 120.0, 70.0, true, 37.0), 0),
            ((25.0, 91.0, true, 90.0, 131.0, false, 39.1), 19),
            ((21.0, 95.0, false, 105.0, 95.0, true, 38.1), 6),
            ((8.0, 92.0, false, 220.0, 40.0, true, 35.0), 14),
            ((12.0, 96.0, false, 111.0, 51.0, true, 36.1), 0),
        ] {
            let (respiratory_rate, oxygen_saturation, on_oxygen, systolic, pulse, is_alert, temperature) =
                values;
            let signs = Signs {
                respiratory_rate,
                oxygen_saturation,
                on_oxygen,
                systolic,
                pulse,
                is_alert,
                temperature,
            };
            assert_eq!(score(&signs), wanted, "{signs:?}");
        }
    }

    #[test]
    fn a_value_is_low_or_high() {
        assert_eq!(band(Sign::Pulse, 45.0), Band { points: 1, is_high: false });
        assert_eq!(band(Sign::Pulse, 140.0), Band { points: 3, is_high: true });
        assert_eq!(band(Sign::OxygenSaturation, 80.0), Band { points: 3, is_high: false });
        assert_eq!(band(Sign::OxygenSaturation, 100.0).points, 0);
        assert_eq!(band(Sign::RespiratoryRate, 20.4).points, 0);
    }
}
