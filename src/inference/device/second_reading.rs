//! What OCR says of a row of digits, before the row takes its place in the page.
//!
//! The detector knows digits and three marks: of a letter, a bracket or the frame beside a number it makes a digit. OCR knows those,
//! and reads each place up to three times: in a line of its own, in that line with its surroundings, and in the cut of the row. So what
//! OCR reads as words is no row, a digit that only an unsure detector sees beside a number is none, and one that it is unsure of is what
//! OCR says, where OCR agrees on the others. What was mended so is worth less.

mod forms;

use std::collections::BTreeSet;

use super::lexicon;
use crate::inference::digits::{Glyph, Row};
use crate::inference::number::real;
use crate::inference::ocr::{Line, Quad, Strange};

/// A row of which this share lies in a line is a part of what the line says.
const WITHIN: f32 = 0.5;
/// A row lower than this share of a line's height is no part of its text.
const AS_HIGH: f32 = 0.45;
/// A row this probable is seen, whatever OCR makes of it.
const SEEN: f32 = 0.65;
/// A glyph less probable than this is one that the detector is unsure of.
const UNSURE: f32 = 0.7;
/// Before a number, where an icon or the edge of a label may stand, it is no witness against OCR with one less probable than this.
const UNSURE_BEFORE: f32 = 0.6;
/// At a number's end, where a frame or a unit stands, it is unsure of one less probable than this.
const UNSURE_AT_END: f32 = 0.8;
/// A line this probable is print that OCR can read.
const PRINT: f32 = 0.85;
/// And so is one that is read alike twice.
const READ: f32 = 0.9;
/// Digits that the detector may see beside a number where there are none.
const BESIDE: usize = 2;
/// Digits that it may make of one letter or mark.
const OF_ONE: usize = 2;
/// Of two rows whose middles are farther apart than this, in heights of the lower one, one stands below the other.
pub const BELOW: f32 = 0.8;

/// A row of digits, and what is known of its place.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The digits.
    pub row: Row,
    /// What the text recogniser says of the same place; empty where that is no text.
    pub again: String,
    /// What stands beside it, and could hide a digit.
    pub strange: Strange,
    /// Whether both ends of it are its own.
    pub clear: bool,
    /// Whether one of its digits is OCR's.
    pub is_mended: bool,
}

impl Seen {
    /// A row as the detector saw it.
    pub fn new(row: Row, again: String, strange: Strange) -> Self {
        Self { row, again, strange, clear: strange.is_open(), is_mended: false }
    }
}

/// The rows that are numbers as far as OCR can tell.
pub fn settled(seen: Vec<Seen>, lines: &[Line]) -> Vec<Seen> {
    let mut of_form: Vec<Seen> = seen.iter().filter_map(forms::parted).flatten().collect();
    let rows = seen.into_iter().filter(|one| forms::parted(one).is_none() && !is_text(one, lines));
    let rows: Vec<Seen> = rows.map(|one| mended(with_its_point(cut(one, lines)))).collect();
    let all: Vec<Seen> = rows.iter().chain(&of_form).cloned().collect();
    let is_whole = |one: &Seen| !is_part_of_a_line(one, lines, &rows) && !is_of_pressures(one, lines, &all);
    let whole: Vec<Seen> = rows.iter().filter(|one| is_whole(one)).cloned().collect();
    of_form.extend(whole);
    of_form
}

/// Whether a row lies in a line that is two pressures, read alike twice, of which the rows there say another thing: the stroke between
/// the two is a digit for the detector.
fn is_of_pressures(seen: &Seen, lines: &[Line], rows: &[Seen]) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    lines.iter().any(|line| {
        let text = line.text();
        let mut parts = text.split('(').next().unwrap_or_default().split('/').map(str::trim);
        let is_part = |part: Option<&str>| {
            part.is_some_and(|part| (2..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()))
        };
        let is_two = is_part(parts.next()) && is_part(parts.next()) && parts.next().is_none();
        if !is_two || !is_within(&seen.row.quad, &line.quad) || !is_read_alike(line) {
            return false;
        }
        let mut inside: Vec<&Seen> = rows.iter().filter(|one| is_within(&one.row.quad, &line.quad)).collect();
        inside.sort_by(|a, b| a.row.quad.centre().x.total_cmp(&b.row.quad.centre().x));
        inside.iter().map(|one| digits(&one.row.text())).collect::<String>() != digits(&text)
    })
}

/// Whether a row lies in a box.
pub fn is_within(quad: &Quad, whole: &Quad) -> bool {
    quad.shared(whole) >= WITHIN * quad.area()
}

/// The numbers, times and dates in a text: digits, and the marks between them.
pub fn runs(text: &str) -> Vec<String> {
    let plain = text.replace(',', ".");
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '.' | ':' | '/' | '-');
    plain
        .split(|c: char| !is_part(c))
        .map(|run| run.trim_matches(['.', ':', '/']).trim_end_matches('-').to_owned())
        .filter(|run| run.contains(|c: char| c.is_ascii_digit()))
        .collect()
}

/// Whether a row is letters or marks that the detector took for digits.
fn is_text(seen: &Seen, lines: &[Line]) -> bool {
    let Seen { row, again, .. } = seen;
    let (text, again) = (row.text(), runs(again));
    if row.probability() < SEEN && again.is_empty() {
        return true;
    }
    let is_doubted = row.probability() < UNSURE && !again.contains(&text);
    lines.iter().filter(|line| is_within(&row.quad, &line.quad)).any(|line| {
        let there = words(line).filter(|(_, quad)| is_within(&row.quad, quad));
        let is_word = |word: &str| {
            let letters = word.chars().filter(|c| c.is_alphabetic()).count();
            let is_doubted = is_doubted && line.confidence >= PRINT && letters > 0;
            (is_doubted && letters * 2 >= word.chars().count()) || (line.confidence >= READ && is_known(word))
        };
        let mut there = there.map(|(word, _)| word);
        there.any(|word| is_word(&word)) || (is_read_alike(line) && shows_marks(&text, &line.text()))
    })
}

/// Whether a word is a label or a unit, and no digit alone could be taken for it.
fn is_known(word: &str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let is_sign = word.contains(['%', '\u{b0}', '\u{2103}', '\u{2109}']);
    (letters > 1 || is_sign) && (lexicon::label(word).is_some() || lexicon::unit(word).is_some())
}

/// The words of a line with their places. Characters are of different widths, so these are a guess.
fn words(line: &Line) -> impl Iterator<Item = (String, Quad)> {
    let count = real(line.characters.len().max(1));
    let mut start = 0;
    line.characters.split(|(character, _)| character.is_whitespace()).map(move |word| {
        let from = start;
        start += word.len() + 1;
        let quad = line.quad.part(real(from) / count, real(from + word.len()) / count);
        (word.iter().map(|(character, _)| *character).collect(), quad)
    })
}

/// Whether OCR read a line alike twice, and surely.
fn is_read_alike(line: &Line) -> bool {
    let plain = |text: &str| -> String {
        let same = |c: char| match c {
            '\u{ff08}' => '(',
            '\u{ff09}' => ')',
            other => other,
        };
        text.chars().filter(|c| !c.is_whitespace()).map(same).collect()
    };
    line.confidence >= READ
        && line.second.as_deref().is_some_and(|second| plain(second).contains(&plain(&line.text())))
}

/// Whether a row is a text's digits, with letters, brackets or strokes between or beside them read as digits, too: `2186` shows
/// `142/86`, `767` shows `(76)`, `3659` shows `36.5 C`.
fn shows_marks(row: &str, text: &str) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let wanted: Vec<char> = digits(row).chars().collect();
    if digits(text).contains(&digits(row)) {
        return false;
    }
    // So many of the row's digits are accounted for, by a mark among others, and by a digit among others.
    let mut states = BTreeSet::new();
    for character in text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '.' | ',')) {
        states.insert((0, false, false));
        let mut next = BTreeSet::new();
        for (count, by_mark, by_digit) in states {
            if character.is_ascii_digit() {
                if wanted.get(count) == Some(&character) {
                    next.insert((count + 1, by_mark, true));
                }
            } else if !is_like_a_digit(character) {
                let more = (0..=OF_ONE).filter(|more| count + more <= wanted.len());
                next.extend(more.map(|more| (count + more, by_mark || more > 0, by_digit)));
            }
        }
        if next.contains(&(wanted.len(), true, true)) {
            return true;
        }
        states = next;
    }
    false
}

/// Whether OCR takes such a letter for a digit, or a digit for it.
fn is_like_a_digit(character: char) -> bool {
    matches!(character, 'I' | 'l' | '|' | 'O' | 'o' | 'D' | 'Q' | 'B' | 'S' | 'Z')
}

/// Whether a row is a fragment: of a number that OCR read alike twice, or of strokes much larger than it.
fn is_part_of_a_line(seen: &Seen, lines: &[Line], rows: &[Seen]) -> bool {
    let text = seen.row.text();
    lines.iter().filter(|line| line.holds_digits()).any(|line| {
        if !is_within(&seen.row.quad, &line.quad) || is_parted(line, rows) || is_of_rows(line, rows) {
            return false;
        }
        if line.second.as_deref().is_some_and(|second| is_behind_label(second, &text)) {
            return false;
        }
        let second = line.second.as_deref().map(runs).unwrap_or_default();
        let small = seen.row.quad.height() < AS_HIGH * line.quad.height() && !second.is_empty();
        // Rows are parted by marks that the detector does not know: 143 is no fragment of 143/62.
        let more = |part: &str| part.len() > text.len() && part.contains(&text);
        let is_whole = |run: &String| run.split(['/', ':', '-']).any(more);
        let whole = runs(&line.text()).into_iter().find(is_whole);
        small || whole.is_some_and(|whole| second.contains(&whole))
    })
}

/// Whether a text is a label that ends with a digit, and these digits: of `SpO297` the 2 is the label's.
fn is_behind_label(text: &str, digits: &str) -> bool {
    let plain: String = text.chars().filter(|c| !c.is_whitespace() && *c != '%').collect();
    let label = plain.strip_suffix(digits).filter(|label| label.ends_with(|c: char| c.is_ascii_digit()));
    label.is_some_and(|label| lexicon::label(label).is_some())
}

/// Whether several rows share all digits of a line among them, as each of them says of itself: OCR took them for one.
fn is_parted(line: &Line, rows: &[Seen]) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let mut inside: Vec<&Seen> = rows.iter().filter(|one| is_within(&one.row.quad, &line.quad)).collect();
    inside.sort_by(|a, b| a.row.quad.centre().x.total_cmp(&b.row.quad.centre().x));
    let said: String = inside.iter().map(|one| digits(&one.row.text())).collect();
    inside.len() > 1
        && said == digits(&line.text())
        && inside.iter().all(|one| digits(&one.again) == digits(&one.row.text()))
}

/// Whether OCR took several rows below each other for one number, each of which it reads as the detector does in its own cut.
pub fn is_of_rows(line: &Line, rows: &[Seen]) -> bool {
    let letters = line.text().chars().filter(|c| c.is_alphabetic()).count();
    let is_alike = |one: &&Seen| one.row.glyphs.len() > 1 && runs(&one.again) == [one.row.text()];
    let inside = rows.iter().filter(|one| is_within(&one.row.quad, &line.quad)).filter(is_alike);
    let mut inside: Vec<&Quad> = inside.map(|one| &one.row.quad).collect();
    inside.sort_by(|a, b| a.centre().y.total_cmp(&b.centre().y));
    let is_below = |pair: &[&Quad]| match pair {
        [one, next] => next.centre().y - one.centre().y > BELOW * one.height().min(next.height()),
        _ => false,
    };
    letters < 2 && line.holds_digits() && inside.len() > 1 && inside.windows(2).all(is_below)
}

/// The row without the digits at its end, or before its first, that OCR does not see and the detector is unsure of: a frame or a mark.
fn cut(mut seen: Seen, lines: &[Line]) -> Seen {
    let text = seen.row.text();
    let there = lines.iter().filter(|line| is_within(&seen.row.quad, &line.quad));
    let texts = there.flat_map(|line| [Some(line.text()), line.second.clone()]).flatten();
    let readings: Vec<Vec<String>> = texts.chain([seen.again.clone()]).map(|text| runs(&text)).collect();
    let votes = |run: &str| readings.iter().filter(|runs| runs.iter().any(|one| one == run)).count();
    let against = votes(&text);
    let is_digits =
        |part: &str| (1..=BESIDE).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    let parts = readings.iter().flatten().filter(|run| run.len() > 1).filter_map(|run| {
        let behind =
            text.strip_prefix(run.as_str()).filter(|rest| is_digits(rest) && votes(run) > against.max(1));
        // OCR misses a 1 more often than the detector makes one up.
        let is_icon = |rest: &str| {
            let first = seen.row.glyphs.first().is_some_and(|glyph| glyph.probability < UNSURE_BEFORE);
            first && rest.len() == 1 && rest != "1"
        };
        let before = text.strip_suffix(run.as_str()).filter(|rest| {
            is_digits(rest) && against == 0 && (votes(run) > 2 || (votes(run) > 0 && is_icon(rest)))
        });
        let kept = run.chars().count();
        let from = before.map(str::len);
        behind.map(|_| (0, kept)).or(from.map(|from| (from, kept)))
    });
    let unsure = |glyphs: &[Glyph], from: usize, kept: usize| {
        let mut outside = glyphs.iter().take(from).chain(glyphs.iter().skip(from + kept));
        outside.all(|glyph| glyph.probability < UNSURE_AT_END)
    };
    let glyphs = &seen.row.glyphs;
    let Some((from, kept)) = parts.clone().find(|(from, kept)| unsure(glyphs, *from, *kept)) else {
        return seen;
    };
    seen.row = seen.row.part(from, kept);
    // Something stands beside it.
    seen.clear = false;
    seen.strange = Strange { left: 1.0, right: 1.0, ..seen.strange };
    seen.is_mended |= from > 0;
    seen
}

/// The row with the one digit that the detector is unsure of as OCR reads it, where OCR agrees on all others. Of a 1 with a shadow OCR
/// makes a 7: that says nothing against a 1.
fn mended(mut seen: Seen) -> Seen {
    let again = runs(&seen.again);
    let [again] = again.as_slice() else { return seen };
    if again.chars().count() != seen.row.glyphs.len() {
        return seen;
    }
    let other = |(glyph, said): &(&mut Glyph, char)| glyph.symbol != *said;
    let mut others: Vec<(&mut Glyph, char)> =
        seen.row.glyphs.iter_mut().zip(again.chars()).filter(|one| other(one)).collect();
    if let [(glyph, said)] = others.as_mut_slice()
        && glyph.probability < UNSURE
        && glyph.is_tall()
        && said.is_ascii_digit()
        && (glyph.symbol, *said) != ('1', '7')
    {
        glyph.symbol = *said;
        seen.is_mended = true;
    }
    seen
}

/// The row with a point that only OCR saw in its cut: points are rather missed than made up.
fn with_its_point(mut seen: Seen) -> Seen {
    let text = seen.row.text();
    let pointed = |run: &String| {
        let digits = run.replace('.', "");
        let others = digits.bytes().zip(text.bytes()).filter(|(one, other)| one != other).count();
        run.matches('.').count() == 1 && digits.len() == text.len() && others <= 1
    };
    let found = runs(&seen.again).into_iter().find(pointed);
    let Some(place) = found.and_then(|run| run.find('.')) else { return seen };
    let Some((last, next)) =
        place.checked_sub(1).and_then(|last| Some((seen.row.glyphs.get(last)?, seen.row.glyphs.get(place)?)))
    else {
        return seen;
    };
    let frame = [last.frame[2], last.frame[3], next.frame[0], last.frame[3]];
    seen.row
        .glyphs
        .insert(place, Glyph { symbol: '.', probability: last.probability.min(next.probability), frame });
    seen.clear = false;
    seen
}

#[cfg(test)]
mod tests;
