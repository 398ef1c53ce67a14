//! Units of time that quantities are written with. <http://hl7.org/fhirpath/N1/#time-valued-quantities>

/// The unit's code in UCUM, of a word such as `years`.
pub(super) fn calendar_unit(word: &str) -> Option<&'static str> {
    Some(match word {
        "year" | "years" => "a",
        "month" | "months" => "mo",
        "week" | "weeks" => "wk",
        "day" | "days" => "d",
        "hour" | "hours" => "h",
        "minute" | "minutes" => "min",
        "second" | "seconds" => "s",
        "millisecond" | "milliseconds" => "ms",
        _ => return None,
    })
}
