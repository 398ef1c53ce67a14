//! Dates and times of day in print, as ISO 8601 writes them.

use chrono::NaiveDate;

use super::is_digits;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
/// A date has so many words at most.
const LONGEST: usize = 4;

/// The date that a text begins with, where nothing but a time or an age follows. Where it is not certain which number is the month, it
/// stays as it is printed.
pub fn date(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let words = match words.split_first() {
        Some((first, rest)) if is_day(first) => rest,
        Some(_) | None => words.as_slice(),
    };
    (1..=LONGEST.min(words.len())).rev().find_map(|count| {
        let (date, rest) = words.split_at_checked(count)?;
        alone(&date.join(" ")).filter(|_| says_no_more(rest))
    })
}

/// Words beside a date, and what may follow a number there.
const BESIDE: &[&str] = &[
    "", "y", "yr", "yrs", "yo", "year", "years", "old", "age", "aged", "m", "f", "male", "female", "sex",
    "gender", "mo", "mth", "mths", "month", "months", "d", "days", "w", "weeks", "at", "on", "the", "am",
    "pm", "h", "hrs", "hours", "th", "st", "nd", "rd", "of", "date", "time", "dob", "approx", "est",
    "ddmmyyyy", "mmddyyyy", "yyyymmdd",
];

/// The only date of a text, whatever else it says. A year of two digits is one of this century, but for a date of birth only where
/// that is over.
pub fn only_date(text: &str, is_birth: bool) -> Option<String> {
    let marks = |c: char| matches!(c, '(' | ')' | ',' | ';' | '.' | ':' | '[' | ']' | '|');
    let words: Vec<&str> =
        text.split([' ', '\t', '(', ')', '|', ';', '~']).filter(|word| !word.is_empty()).collect();
    let mut dates: Vec<String> = Vec::new();
    let mut beside: Vec<&str> = Vec::new();
    let mut place = 0;
    while place < words.len() {
        let found = (1..=LONGEST.min(words.len() - place)).rev().find_map(|count| {
            let part = words.get(place..place + count)?.join(" ");
            let part = part.trim_matches(marks);
            alone(part).or_else(|| alone(&long_year(part, is_birth)?)).map(|date| (date, count))
        });
        match found {
            Some((date, count)) => {
                dates.push(date);
                place += count;
            }
            None => {
                beside.extend(words.get(place));
                place += 1;
            }
        }
    }
    let is_told = beside.iter().all(|word| goes_with_a_date(word));
    if dates.len() == 1 && is_told { dates.pop() } else { None }
}

/// Whether a word stands beside a date without saying that it is of something else: an age, a sex, a time, a day of the week.
fn goes_with_a_date(word: &str) -> bool {
    let plain: String = word.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    let letters = plain.trim_start_matches(|c: char| c.is_ascii_digit());
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    BESIDE.contains(&letters) || days.iter().any(|day| letters.starts_with(day))
}

/// A date whose year has two digits, with the year in full.
fn long_year(text: &str, is_birth: bool) -> Option<String> {
    let parts = parts(text);
    let [one, two, year] = parts.as_slice() else { return None };
    let is_short =
        year.len() == 2 && one.len() <= 2 && (two.len() <= 2 || month(two).is_some()) && is_digits(one);
    let number = number(year).filter(|_| is_short && !text.contains(' '))?;
    let century = match (is_birth, number) {
        (false, 0..=49) => 20,
        (true, 30..=99) => 19,
        _ => return None,
    };
    Some(format!("{one}/{two}/{century}{year}"))
}

/// Whether what stands behind a date is its time, or somebody's age.
fn says_no_more(rest: &[&str]) -> bool {
    let text = rest.join(" ");
    let bare = text.trim_start_matches(['/', '(', ',', '-', '|', ' ']).trim_end_matches([')', '.']);
    let is_age = bare.split_once(char::is_whitespace).map_or((bare, ""), |parts| parts);
    let units = ["", "y", "yr", "yrs", "year", "years", "years old", "yo"];
    let is_age = text.starts_with(['/', '('])
        && is_digits(is_age.0)
        && units.contains(&is_age.1.to_lowercase().as_str());
    text.is_empty() || is_age || time(bare.strip_prefix("at ").unwrap_or(bare)).is_some()
}

fn is_day(word: &str) -> bool {
    let word = word.trim_end_matches([',', '.']).to_lowercase();
    word.len() >= 3 && DAYS.iter().any(|day| day.starts_with(word.as_str()))
}

fn month(text: &str) -> Option<u32> {
    let short = text.to_lowercase();
    let known =
        |month: &&str| month.starts_with(short.as_str()) || (short == "sept" && **month == *"september");
    let place = MONTHS.iter().position(|month| short.len() >= 3 && known(month))?;
    u32::try_from(place).ok()?.checked_add(1)
}

fn number(text: &str) -> Option<u32> {
    text.parse().ok().filter(|_| is_digits(text))
}

/// The day of a month that is written in words: `15`, `15th`.
fn day(text: &str) -> Option<u32> {
    number(["st", "nd", "rd", "th"].iter().find_map(|ending| text.strip_suffix(ending)).unwrap_or(text))
}

fn iso(year: &str, month: u32, day: u32) -> Option<String> {
    let exists = NaiveDate::from_ymd_opt(number(year)?.try_into().ok()?, month, day).is_some();
    (year.len() == 4 && exists).then(|| format!("{year}-{month:02}-{day:02}"))
}

fn parts(text: &str) -> Vec<&str> {
    text.split([' ', '/', '-', '.', ',']).map(str::trim).filter(|part| !part.is_empty()).collect()
}

fn alone(text: &str) -> Option<String> {
    let parts = parts(text);
    let [one, two, three] = parts.as_slice() else { return None };
    match (month(one), month(two)) {
        (Some(month), None) => iso(three, month, day(two)?),
        (None, Some(month)) if one.len() == 4 && is_digits(one) => iso(one, month, number(three)?),
        (None, Some(month)) => iso(three, month, day(one)?),
        (None, None) if one.len() == 4 => iso(one, number(two)?, number(three)?),
        (None, None) => {
            let (first, second) = (number(one)?, number(two)?);
            match (iso(three, first, second), iso(three, second, first)) {
                (Some(american), Some(other)) if american != other => Some(text.to_owned()),
                (american, other) => american.or(other),
            }
        }
        (Some(_), Some(_)) => None,
    }
}

/// The two numbers before the year, where a text is a date in three numbers whose year comes last.
fn numbers(text: &str) -> Option<(u32, u32)> {
    let parts = parts(text);
    let [one, two, three] = parts.as_slice() else { return None };
    let known = three.len() == 4 && number(three).is_some() && one.len() <= 2 && two.len() <= 2;
    known.then(|| Some((number(one)?, number(two)?)))?
}

/// Whether nobody can tell from a date alone which number of it is the month.
pub fn is_open(date: &str) -> bool {
    numbers(date).is_some()
}

/// Whether the dates among these words tell the month first; none where they tell nothing, or one thing and the other.
pub fn month_first<'a>(words: impl Iterator<Item = &'a str>) -> Option<bool> {
    let (mut first, mut second) = (false, false);
    let mark = |character: char| matches!(character, ',' | ';' | ':' | '(' | ')' | '.');
    for (one, other) in words.filter_map(|word| numbers(word.trim_matches(mark))) {
        first |= (13..=31).contains(&one) && (1..=12).contains(&other);
        second |= (13..=31).contains(&other) && (1..=12).contains(&one);
    }
    (first != second).then_some(second)
}

/// An open date in the order of its page.
pub fn in_order(date: &str, month_first: bool) -> Option<String> {
    let (one, two) = numbers(date)?;
    let year = parts(date).pop()?;
    if month_first { iso(year, one, two) } else { iso(year, two, one) }
}

/// A time of day, in 24 hours.
pub fn time(text: &str) -> Option<String> {
    let lower: String = text.to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    let lower = lower.replace("a.m.", "am").replace("p.m.", "pm").replace("a.m", "am").replace("p.m", "pm");
    let (half, rest) = match (lower.strip_suffix("am"), lower.strip_suffix("pm")) {
        (Some(rest), _) => (Some(false), rest),
        (None, Some(rest)) => (Some(true), rest),
        (None, None) => (None, lower.as_str()),
    };
    let plain = if half.is_none() {
        ["hours", "hrs", "h"].iter().find_map(|end| rest.strip_suffix(end)).unwrap_or(rest)
    } else {
        rest
    };
    // `1048hrs` and `10h51`, as hospitals write them.
    let four = half.is_none() && plain.len() == 4 && is_digits(plain) && plain.len() < rest.len();
    let spelled;
    let plain = if four {
        spelled = format!("{}:{}", plain.get(..2)?, plain.get(2..)?);
        spelled.as_str()
    } else if half.is_none() && plain.contains('h') && !plain.contains(':') {
        spelled = plain.replacen('h', ":", 1);
        spelled.as_str()
    } else {
        plain
    };
    let mark = if half.is_some() { plain.split_once([':', '.']) } else { plain.split_once(':') };
    let (hours, minutes) = mark?;
    let minutes = minutes.strip_suffix(":00").unwrap_or(minutes);
    let (hour, minute) = (number(hours)?, number(minutes)?);
    let hour = match half {
        None if hour <= 23 => hour,
        Some(after) if (1..=12).contains(&hour) => hour % 12 + if after { 12 } else { 0 },
        None | Some(_) => return None,
    };
    (minutes.len() == 2 && minute <= 59).then(|| format!("{hour:02}:{minute:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(page: &str) -> Option<bool> {
        month_first(page.split_whitespace())
    }

    #[test]
    fn the_order_of_a_page_is_that_of_its_dates() {
        assert_eq!(order("Date: 03/04/2024 2024-05-20 120/80"), None);
        assert_eq!(order("09/14/1951, 25/12/2020"), None, "both orders");
        assert_eq!(order("03/84/2024"), None, "no day");
        assert_eq!(order("DOB: 09/14/1951, seen 03/04/2024"), Some(true));
        assert_eq!(order("(14.09.1951) 03.04.2024"), Some(false));
        assert_eq!(in_order("08/06/2021", true).as_deref(), Some("2021-08-06"));
        assert_eq!(in_order("08/06/2021", false).as_deref(), Some("2021-06-08"));
        assert!(is_open("08/06/2021") && !is_open("2021-08-06"));
    }
}
