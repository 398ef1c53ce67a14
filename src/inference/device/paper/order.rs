//! Whether the dates of a page tell the month first or the day: by a date of it that can be read in one way only, by what a form asks
//! for, or by the country that its numbers and addresses are of.

use super::LEAST_PROBABLE;
use super::labels::squeezed;
use super::value::month_first;
use crate::inference::device::rows::Cell;

/// Two-letter names of American states, as addresses have them before a ZIP code.
const STATES: &[&str] = &[
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY",
    "LA", "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND",
    "OH", "OK", "OR", "PA", "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY", "DC",
];
/// What stands only on pages of countries that write the day first.
const DAY_FIRST: &[&str] = &[
    "nhs", "gmc", "gphc", "ahpra", "abn", "uhid", "hpcsa", "mdcn", "nric", "fin", "eircode", "nmc", "imc",
    "mci", "odp", "pbs", "mcirc", "smc",
];
const DAY_FIRST_CODES: &[&str] =
    &["+44", "+61", "+91", "+27", "+65", "+353", "+64", "+234", "+254", "+33", "+49", "+39", "+34", "+31"];

/// Whether the month comes first; none where nothing tells it, or one thing and the other.
pub fn is_month_first(rows: &[Vec<Cell>], is_american: bool) -> Option<bool> {
    let words: Vec<String> = rows.iter().flatten().flat_map(sure_words).collect();
    let bare = words.iter().map(|word| word.rsplit(':').next().unwrap_or(word));
    month_first(bare).or_else(|| asked(rows)).or_else(|| {
        match (is_american || is_of_america(&words), is_day_first(&words)) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            (true, true) | (false, false) => None,
        }
    })
}

/// The words of a cell whose characters are all probable: a digit that was misread settles nothing.
fn sure_words(cell: &Cell) -> Vec<String> {
    let words = cell.characters.split(|one| one.0.is_whitespace());
    let sure =
        words.filter(|word| word.iter().all(|one| one.1 >= LEAST_PROBABLE || !one.0.is_alphanumeric()));
    sure.map(|word| word.iter().map(|one| one.0).collect()).collect()
}

/// What a form asks for: `(MM/DD/YYYY)`.
fn asked(rows: &[Vec<Cell>]) -> Option<bool> {
    let texts: String =
        rows.iter().flatten().map(|cell| squeezed(&cell.text())).collect::<Vec<_>>().join(" ");
    match (texts.contains("mmddyy"), texts.contains("ddmmyy")) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        (true, true) | (false, false) => None,
    }
}

fn is_of_america(words: &[String]) -> bool {
    words.windows(2).any(|pair| match pair {
        [state, zip] => {
            let zip = zip.trim_matches(|c: char| !c.is_ascii_alphanumeric());
            let zip = zip.split('-').next().unwrap_or(zip);
            STATES.contains(&state.trim_matches(','))
                && zip.len() == 5
                && zip.bytes().all(|byte| byte.is_ascii_digit())
        }
        _ => false,
    })
}

fn is_day_first(words: &[String]) -> bool {
    let named = words.iter().any(|word| {
        DAY_FIRST.contains(&squeezed(word).as_str()) && word.chars().filter(|c| c.is_uppercase()).count() >= 3
    });
    let called = words
        .iter()
        .any(|word| DAY_FIRST_CODES.iter().any(|code| word.trim_start_matches('(').starts_with(code)));
    named || called || words.windows(2).any(|pair| matches!(pair, [one, other] if is_british(one, other)))
}

/// Whether two words are a British postcode.
fn is_british(outward: &str, inward: &str) -> bool {
    let trim = |word: &str| word.trim_matches(|c: char| !c.is_ascii_alphanumeric()).to_owned();
    let (outward, inward) = (trim(outward), trim(inward));
    let form = |word: &str| -> String {
        let kind = |c: char| {
            if c.is_ascii_digit() {
                '9'
            } else if c.is_ascii_uppercase() {
                'A'
            } else {
                '-'
            }
        };
        word.chars().map(kind).collect()
    };
    ["A9", "A99", "AA9", "AA99", "A9A", "AA9A"].contains(&form(&outward).as_str()) && form(&inward) == "9AA"
}
