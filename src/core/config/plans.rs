//! What the plan `enterprise` of SmartScanPro allows (contract SS-12: "custom").

use super::source::Source;

/// How many requests are allowed in an hour, a day and a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestLimits {
    /// In an hour.
    pub hour: i64,
    /// In a day.
    pub day: i64,
    /// In a month.
    pub month: i64,
}

/// `HYGEIA_SMARTSCAN_ENTERPRISE`, default `50000,500000,5000000`: requests an hour, a day and a month of the plan `enterprise`, where an
/// operator gives an account no others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Enterprise(pub RequestLimits);

impl Default for Enterprise {
    /// Ten times the plan below it.
    fn default() -> Self {
        Self(RequestLimits { hour: 50_000, day: 500_000, month: 5_000_000 })
    }
}

impl Enterprise {
    /// Reads the setting.
    pub fn read(source: &mut Source) -> Self {
        const NAME: &str = "HYGEIA_SMARTSCAN_ENTERPRISE";
        let Some(text) = source.text(NAME) else { return Self::default() };
        parsed(&text).unwrap_or_else(|| {
            source.fault(NAME, "must be three numbers above 0, such as 50000,500000,5000000");
            Self::default()
        })
    }
}

fn parsed(text: &str) -> Option<Enterprise> {
    let numbers = text.split(',').map(|number| number.trim().parse().ok().filter(|number| *number > 0));
    let numbers: Vec<i64> = numbers.collect::<Option<_>>()?;
    let [hour, day, month] = numbers.try_into().ok()?;
    Some(Enterprise(RequestLimits { hour, day, month }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_numbers_above_nought_are_needed() {
        for wrong in ["1", "1,2", "1,2,3,4", "0,1,2", "1,-2,3", "a,b,c", "1,2,99999999999999999999"] {
            assert_eq!(parsed(wrong), None, "{wrong}");
        }
        assert_eq!(parsed("7, 8,9"), Some(Enterprise(RequestLimits { hour: 7, day: 8, month: 9 })));
    }
}
