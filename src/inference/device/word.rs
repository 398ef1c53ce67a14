//! From a line to words with a meaning: numbers, labels, units, clocks and dates.

use super::Unit;
use super::finding::PERHAPS_CUT;
use super::lexicon::{self, Label};
use crate::inference::number;
use crate::inference::ocr::{Line, Quad, Strange};

/// A character less probable than this makes its number doubtful.
const LEAST_PROBABLE: f32 = 0.75;
/// What a number is worth whose second reading showed no digits.
const UNCONFIRMED: f32 = 0.75;
/// What makes of a number another one, standing before it.
const SIGNS: [char; 8] = ['-', '–', '—', '−', '<', '>', '≤', '≥'];

/// A clean number.
#[derive(Debug, Clone, PartialEq)]
pub struct Number {
    /// As displayed, with a decimal point.
    pub text: String,
    /// Its value.
    pub value: f64,
    /// Digits after the point.
    pub decimals: usize,
    /// Digits before the point.
    pub digits: usize,
    /// What the rules go by: how far the readings of it agree.
    pub trust: f32,
    /// Probability that every digit in sight is right.
    pub sure: f32,
    /// Height of its digits, in the page's pixels, where the digit detector saw it: OCR's boxes have a margin.
    pub ink: Option<f32>,
    /// What stands beside it, where the digit detector saw it, and could hide one more digit.
    pub strange: Strange,
    /// Whether the digit detector alone saw its point: OCR reads the digits, and none of its readings shows the point there.
    pub is_pointless: bool,
}

impl Number {
    /// The same number, worth no more than this.
    pub fn at_most(self, most: f32) -> Self {
        Self { trust: self.trust.min(most), sure: self.sure.min(most), ..self }
    }
}

/// What a word means.
#[derive(Debug, Clone, PartialEq)]
pub enum Sense {
    /// A number, read cleanly.
    Number(Number),
    /// Mostly digits, but damaged, improbable or contradicted by the second reading.
    Doubtful,
    /// A time of day.
    Clock,
    /// A calendar date.
    Date,
    /// A word that says what a number is.
    Label(Label),
    /// A unit.
    Unit(Unit),
    /// A minus, or a sign that the value is beyond what can be measured.
    Sign,
    /// A word that may say what a number is, but is not known.
    Unknown,
    /// Anything else.
    Other,
}

/// A word and its place.
#[derive(Debug, Clone)]
pub struct Word {
    /// What it means.
    pub sense: Sense,
    /// Whether the digit detector read it.
    pub judged: bool,
    /// The box round it, in the page's pixels.
    pub quad: Quad,
}

/// The words of a line, from left to right.
pub fn words(line: &Line) -> Vec<Word> {
    let count = number::real(line.characters.len().max(1));
    let mut words = Vec::new();
    let mut start = 0;
    // Where the digit detector took part, how sure the digits are was judged by all that was read there.
    let certain = |(character, probability): &(char, f32)| {
        (*character, if line.judged.is_some() { 1.0 } else { *probability })
    };
    let characters: Vec<(char, f32)> = line.characters.iter().map(certain).collect();
    for chunk in characters.split(|(character, _)| character.is_whitespace()) {
        let mut from = start;
        for (length, sense) in senses(chunk) {
            let to = from + length;
            let quad = line.quad.part(number::real(from) / count, number::real(to) / count);
            words.push(Word { sense: checked(sense, line), judged: line.judged.is_some(), quad });
            from = to;
        }
        start += chunk.len() + 1;
    }
    words.extend(unit_beside(line));
    words
}

/// Whether each part of what stands without spaces is a number, a time, a label or a unit.
pub fn is_meant(chunk: &[(char, f32)]) -> bool {
    let certain: Vec<(char, f32)> = chunk.iter().map(|(character, _)| (*character, 1.0)).collect();
    let strange =
        |sense: &Sense| matches!(sense, Sense::Doubtful | Sense::Sign | Sense::Unknown | Sense::Other);
    !senses(&certain).iter().any(|(_, sense)| strange(sense))
}

/// The unit that only the second reading shows, at the end of the line: it is often too small or too close
/// to its number to have a box of its own.
fn unit_beside(line: &Line) -> Option<Word> {
    let second = line.second.as_deref()?;
    let unit = second.split_whitespace().skip(1).find_map(lexicon::unit)?;
    let quad = line.quad.part(1.0, 1.0 + 0.5 * line.quad.height() / line.quad.width().max(1.0));
    Some(Word { sense: Sense::Unit(unit), judged: false, quad })
}

/// A number that the second reading contradicts is doubtful; one that it does not show, or that may go on
/// beyond its box, is worth less.
fn checked(sense: Sense, line: &Line) -> Sense {
    let Sense::Number(mut number) = sense else { return sense };
    if let Some(judged) = line.judged {
        number.trust = if line.clear { judged.trust } else { judged.trust.min(PERHAPS_CUT) };
        number.sure = judged.sure;
        number.strange = judged.evidence.strange;
        number.ink = Some(judged.evidence.height);
        number.is_pointless = judged.evidence.alike == 0 && judged.evidence.pointless > 0;
        return Sense::Number(number);
    }
    if !line.clear {
        number = number.at_most(PERHAPS_CUT);
    }
    let Some(second) = line.second.as_deref() else { return Sense::Number(number) };
    let mut seen = second
        .split(|character: char| !character.is_ascii_digit() && !matches!(character, '.' | ','))
        .map(|run| run.trim_matches(['.', ',']).replace(',', "."))
        .filter(|run| !run.is_empty())
        .peekable();
    if seen.peek().is_none() {
        return Sense::Number(number.at_most(UNCONFIRMED));
    }
    let signed = second.trim_start().starts_with(SIGNS);
    if !signed && seen.any(|run| run == number.text) { Sense::Number(number) } else { Sense::Doubtful }
}

type Characters = [(char, f32)];

fn text(characters: &Characters) -> String {
    characters.iter().map(|(character, _)| character).collect()
}

/// The parts of a chunk without spaces, as lengths and meanings.
fn senses(chunk: &Characters) -> Vec<(usize, Sense)> {
    if chunk.is_empty() {
        return Vec::new();
    }
    let whole = sense(chunk);
    // START is no stone before an artery.
    let is_one = !matches!(whole, Sense::Other | Sense::Unknown | Sense::Doubtful);
    if is_one || lexicon::is_harmless(&text(chunk)) {
        return vec![(chunk.len(), whole)];
    }
    let halves = (1..chunk.len()).find_map(|cut| {
        let (left, right) = chunk.split_at_checked(cut)?;
        let (first, second) = (sense(left), sense(right));
        let known = |sense: &Sense| matches!(sense, Sense::Number(_) | Sense::Label(_) | Sense::Unit(_));
        let apart = !(matches!(first, Sense::Number(_)) && matches!(second, Sense::Number(_)));
        (known(&first) && known(&second) && apart).then(|| vec![(left.len(), first), (right.len(), second)])
    });
    halves.unwrap_or_else(|| vec![(chunk.len(), whole)])
}

fn sense(part: &Characters) -> Sense {
    let text = text(part);
    if let Some(label) = lexicon::label(&text) {
        return Sense::Label(label);
    }
    if let Some(unit) = lexicon::unit(&text) {
        return Sense::Unit(unit);
    }
    if is_clock(&text) {
        return Sense::Clock;
    }
    if is_date(&text) {
        return Sense::Date;
    }
    if text.chars().all(|character| SIGNS.contains(&character)) {
        return Sense::Sign;
    }
    let digits = text.chars().filter(char::is_ascii_digit).count();
    match clean_number(&text, part) {
        Some(number) if number.trust >= LEAST_PROBABLE => Sense::Number(number),
        _ if digits > 0 && digits * 2 >= text.chars().count() => Sense::Doubtful,
        _ if lexicon::may_name(&text) => Sense::Unknown,
        _ => Sense::Other,
    }
}

/// Digits with at most one decimal mark between them; no leading zero but that of 0.x, which a lost or
/// unlit digit leaves behind.
fn clean_number(text: &str, part: &Characters) -> Option<Number> {
    let plain = text.trim_end_matches(['°', 'º', '˚']).replace(',', ".");
    let (whole, fraction) = match plain.split_once('.') {
        Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
        Some(_) => return None,
        None => (plain.as_str(), ""),
    };
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let zero_led = whole.starts_with('0') && (whole != "0" || fraction.is_empty());
    if whole.is_empty() || whole.len() > 5 || zero_led || !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    let trust = part.iter().map(|(_, probability)| *probability).fold(1.0, f32::min);
    Some(Number {
        value: plain.parse().ok()?,
        decimals: fraction.len(),
        digits: whole.len(),
        trust,
        sure: trust,
        ink: None,
        strange: Strange::NONE,
        is_pointless: false,
        text: plain,
    })
}

/// 12:30, 9:05:11, 7:15pm.
fn is_clock(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let bare = lower.trim_start_matches("am").trim_start_matches("pm");
    let bare = bare.trim_end_matches("am").trim_end_matches("pm");
    let parts: Vec<&str> = bare.split(':').collect();
    parts.len() > 1 && parts.iter().all(|part| short_number(part, 2))
}

/// 10/23, 2024-01-15, 15.01.2024; between points only with two digits each, or 3.6.8 would be a date.
fn is_date(text: &str) -> bool {
    ['/', '-', '.'].iter().any(|mark| {
        let parts: Vec<&str> = text.split(*mark).collect();
        let (least, shortest) = if *mark == '.' { (3, 2) } else { (2, 1) };
        let day_and_month = parts.iter().filter(|part| short_number(part, 2)).count();
        (least..=3).contains(&parts.len())
            && parts.iter().all(|part| part.len() >= shortest && short_number(part, 4))
            && day_and_month >= 2
    })
}

fn short_number(text: &str, longest: usize) -> bool {
    (1..=longest).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, second: Option<&str>) -> Line {
        Line {
            characters: text.chars().map(|character| (character, 0.99)).collect(),
            confidence: 0.99,
            second: second.map(str::to_owned),
            clear: true,
            judged: None,
            quad: Quad::upright(0.0, 0.0, 100.0, 10.0),
        }
    }

    fn kinds(text: &str) -> Vec<String> {
        let kind = |word: &Word| match &word.sense {
            Sense::Number(number) => number.text.clone(),
            Sense::Label(label) => format!("{label:?}"),
            Sense::Unit(unit) => unit.symbol().to_owned(),
            other @ (Sense::Doubtful | Sense::Clock | Sense::Date) => format!("{other:?}"),
            other @ (Sense::Sign | Sense::Unknown | Sense::Other) => format!("{other:?}"),
        };
        words(&line(text, None)).iter().map(kind).collect()
    }

    #[test]
    fn clocks_dates_and_codes_are_not_numbers() {
        assert_eq!(
            kinds("12:30 10/23 2024-01-15 PM3:45 15.01.2024"),
            ["Clock", "Date", "Date", "Clock", "Date"]
        );
        assert_eq!(kinds("HEM-7120 MRN123456"), ["Doubtful"; 2]);
    }

    #[test]
    fn damaged_numbers_are_doubtful() {
        assert_eq!(kinds("12O 7Z 072 72. 3.6.8 .8 120/80"), ["Doubtful"; 7]);
        let mut faint = line("120", None);
        faint.characters[1].1 = 0.5;
        assert_eq!(words(&faint)[0].sense, Sense::Doubtful);
    }

    #[test]
    fn a_key_is_no_label_with_a_unit() {
        assert_eq!(kinds("START STOP START/STOP"), ["Other", "Other", "Unknown"]);
    }

    #[test]
    fn numbers_join_with_labels_and_units() {
        assert_eq!(
            kinds("SYS120 120mmHg 36.8°C 36,8 98% SpO298"),
            ["Systolic", "120", "120", "mmHg", "36.8", "°C", "36.8", "98", "%", "Saturation", "98"]
        );
    }

    #[test]
    fn the_second_reading_confirms_weakens_or_contradicts() {
        let sense = |second| words(&line("72", Some(second)))[0].sense.clone();
        assert!(matches!(sense("PUL 72"), Sense::Number(number) if number.trust > 0.9));
        assert!(matches!(sense("--"), Sense::Number(number) if number.trust == UNCONFIRMED));
        assert_eq!(sense("172"), Sense::Doubtful);
        assert_eq!(sense("7.2"), Sense::Doubtful);
    }

    #[test]
    fn a_sign_or_something_beside_the_number_lessens_it() {
        let sense = |line: &Line| words(line)[0].sense.clone();
        assert_eq!(sense(&line("12.5", Some("- 12.5"))), Sense::Doubtful);
        assert_eq!(sense(&line("600", Some(">600"))), Sense::Doubtful);
        assert_eq!(kinds("- 12.5 kg CREPS body"), ["Sign", "12.5", "kg", "Unknown", "Other"]);
        let crowded = Line { clear: false, ..line("34", Some("34")) };
        assert!(matches!(sense(&crowded), Sense::Number(number) if number.trust == PERHAPS_CUT));
    }

    #[test]
    fn a_unit_in_the_surroundings_counts() {
        let words = words(&line("63.4", Some("63.4 kg")));
        assert_eq!(words[1].sense, Sense::Unit(Unit::Kilograms));
    }

    #[test]
    fn words_lie_along_their_line() {
        let words = words(&line("SYS 120", None));
        let [left, _, right, _] = words[1].quad.bounds();
        assert!((left - 400.0 / 7.0).abs() < 0.1 && (right - 100.0).abs() < 0.1);
    }
}
