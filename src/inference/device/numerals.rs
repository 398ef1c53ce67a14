//! Digits and lines of one picture become one page: a row of digits takes the place of what OCR made of them.
//!
//! Two readers that agree are right far more often than either is, and where they do not, the digit detector is right more often:
//! OCR was trained on print. So a row stays whatever OCR says, and is worth less where OCR says another number. But for one case: a
//! number that OCR reads alike twice, and of which the row is only a part.

use std::cmp::Ordering;

use super::second_reading::{BELOW, Seen, is_of_rows, is_within, runs, settled};
use super::word::is_meant;
use crate::inference::digits::Row;
use crate::inference::number::real;
use crate::inference::ocr::{Evidence, Judged, Line, Page, Quad, Strange};

/// What a row is worth that another reading shows, too.
const AGREED: f32 = 0.97;
/// What it is worth at most that no other reading shows, as there is no digit in any.
const ALONE: f32 = 0.8;
/// So much of the detector's own doubt is left where another reading agrees with it.
const DOUBT_LEFT: f32 = 0.2;
/// And where the others show other digits.
const CONTRADICTED: f32 = 0.55;
/// What rows cover to this share is not a word beside them.
const COVERED: f32 = 0.6;
/// A row lower than this share of a line's height is no part of its text.
const AS_HIGH: f32 = 0.45;
/// A row touches a word when they share this much of the smaller one.
const TOUCHED: f32 = 0.3;
/// An unread box of which rows cover this share was read.
const LEFT_UNREAD: f32 = 0.3;
/// A piece of a line that rows leave has at least so many letters; one alone is a misread digit.
const LETTERS: usize = 2;

/// The page with the rows in it.
pub fn join(mut page: Page, seen: Vec<Seen>) -> Page {
    let seen = settled(seen, &page.lines);
    let mut taken = vec![false; seen.len()];
    let lines = page.lines.iter().filter(|line| !is_of_rows(line, &seen));
    let left: Vec<Line> = lines.flat_map(|line| without(line, &seen, &mut taken)).collect();
    let rows = seen.iter().zip(taken).filter(|(_, taken)| !taken).map(|(one, _)| line(one, &page.lines));
    let rows: Vec<Line> = rows.collect();
    page.unread.retain(|quad| {
        let read: f32 = seen.iter().map(|one| one.row.quad.shared(quad)).sum();
        read < LEFT_UNREAD * quad.area()
    });
    page.lines = left.into_iter().chain(rows).collect();
    page.lines.sort_by(|a, b| a.quad.centre().y.total_cmp(&b.quad.centre().y));
    page
}

/// The row as a line.
fn line(seen: &Seen, lines: &[Line]) -> Line {
    let Seen { row, again, clear, is_mended, .. } = seen;
    let text = row.text();
    let there: Vec<&Line> = lines.iter().filter(|line| is_within(&row.quad, &line.quad)).collect();
    let second =
        there.iter().map(|line| confirming(&text, line.second.as_deref())).find(|second| *second != text);
    let others = there.iter().flat_map(|line| [Some(line.text()), line.second.clone()]).flatten();
    let readings: Vec<Vec<String>> = others.chain([again.clone()]).map(|text| runs(&text)).collect();
    let most = if *is_mended { CONTRADICTED } else { 1.0 };
    Line {
        characters: row.glyphs.iter().map(|glyph| (glyph.symbol, glyph.probability)).collect(),
        confidence: row.probability(),
        second: Some(second.unwrap_or_else(|| text.clone())),
        clear: *clear,
        judged: Some(
            Judged::new(
                judged(row.probability(), text.trim_matches(['(', ')']), &readings),
                evidence(&text, &readings, &[seen]),
            )
            .at_most(most),
        ),
        quad: row.quad,
    }
}

/// What a row is worth, by what other readings say of its place.
fn judged(probability: f32, text: &str, readings: &[Vec<String>]) -> f32 {
    let mut with_digits = readings.iter().filter(|runs| !runs.is_empty()).peekable();
    if with_digits.peek().is_none() {
        return ALONE.min(probability);
    }
    if with_digits.clone().any(|runs| runs.iter().any(|run| run == text)) {
        return agreed(probability);
    }
    // A point is rather missed than made up.
    let pointless = |text: &str| text.replace('.', "");
    if with_digits.any(|runs| runs.iter().any(|run| pointless(run) == pointless(text))) {
        return ALONE.min(agreed(probability));
    }
    CONTRADICTED.min(probability)
}

/// What is known of a number that stands in these rows, by what OCR says of its place.
fn evidence(text: &str, readings: &[Vec<String>], rows: &[&Seen]) -> Evidence {
    let numbers = |texts: &[String]| -> Vec<String> {
        let parts = texts.iter().flat_map(|text| text.split(|c: char| !c.is_ascii_digit() && c != '.'));
        parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    let own = numbers(&runs(text));
    let has = |reading: &[String], plain: fn(&str) -> String| {
        let there: Vec<String> = numbers(reading).iter().map(|one| plain(one)).collect();
        own.iter().all(|one| there.contains(&plain(one)))
    };
    let (mut alike, mut pointless, mut other) = (0, 0, 0);
    for reading in readings.iter().filter(|reading| !reading.is_empty()) {
        if has(reading, str::to_owned) {
            alike += 1;
        } else if has(reading, |text| text.replace('.', "")) {
            pointless += 1;
        } else {
            other += 1;
        }
    }
    let most = |part: fn(&Strange) -> f32| rows.iter().map(|one| part(&one.strange)).fold(0.0, f32::max);
    Evidence {
        alike,
        pointless,
        other,
        probability: rows.iter().map(|one| one.row.probability()).fold(1.0, f32::min),
        is_mended: rows.iter().any(|one| one.is_mended),
        strange: Strange {
            within: most(|one| one.within),
            left: most(|one| one.left),
            right: most(|one| one.right),
        },
        height: rows.iter().map(|one| one.row.quad.height()).fold(f32::INFINITY, f32::min),
    }
}

/// Either reader could have been wrong by itself, hardly in the same way.
fn agreed(probability: f32) -> f32 {
    AGREED.min(1.0 - DOUBT_LEFT * (1.0 - probability))
}

/// What is left of a line without what rows have: the words before and behind them, and those words that rows agree with.
fn without(line: &Line, seen: &[Seen], taken: &mut [bool]) -> Vec<Line> {
    // A line that says another thing with its surroundings is no text, however large.
    let is_text =
        !line.holds_digits() || line.second.as_deref().is_some_and(|second| !runs(second).is_empty());
    let least = if is_text { AS_HIGH * line.quad.height() } else { 0.0 };
    let is_over = |row: &Row| row.quad.shared(&line.quad) > 0.0 && row.quad.height() >= least;
    let over: Vec<(usize, &Row)> = seen
        .iter()
        .enumerate()
        .filter_map(|(place, one)| is_over(&one.row).then_some((place, &one.row)))
        .collect();
    if over.is_empty() {
        return vec![line.clone()];
    }
    let count = real(line.characters.len().max(1));
    let part = |from: usize, to: usize| line.quad.part(real(from) / count, real(to) / count);
    let mut left = Vec::new();
    let mut start = 0;
    for word in line.characters.split(|(character, _)| character.is_whitespace()) {
        let quad = part(start, start + word.len());
        let touching: Vec<(usize, &Row)> =
            over.iter().copied().filter(|(_, row)| touch(&quad, &row.quad)).collect();
        let has_digits = word.iter().any(|(character, _)| character.is_ascii_digit());
        if has_digits && let Some(judged) = agreement(word, &touching) {
            for (place, _) in &touching {
                if let Some(taken) = taken.get_mut(*place) {
                    *taken = true;
                }
            }
            let its: Vec<&Seen> = touching.iter().filter_map(|(place, _)| seen.get(*place)).collect();
            left.extend(agreed_words(line, (start, word), judged, &its));
        } else {
            let is_damaged = has_digits && !touching.is_empty();
            let pieces = if is_damaged { letters_of(word) } else { vec![(0, word)] };
            for (offset, piece) in pieces {
                let quad = part(start + offset, start + offset + piece.len());
                if !piece.is_empty() && !covers(&over, &quad) {
                    let second = line.second.clone().filter(|_| has_digits && !is_damaged);
                    left.push(Line { characters: piece.to_vec(), second, quad, ..line.clone() });
                }
            }
        }
        start += word.len() + 1;
    }
    left
}

/// Whether a word is digits and points only.
fn is_bare(word: &Characters) -> bool {
    word.iter().all(|(character, _)| character.is_ascii_digit() || *character == '.')
}

/// A word that is none that is known as its number and what stands behind it: letters, which are a misread unit, or a quotation mark, which is
/// a speck. A letter alone is a misread digit, unless the second reading shows the number without it.
fn parted<'a>(word: &'a Characters, second: Option<&str>) -> (&'a Characters, &'a Characters) {
    let end = word.iter().rposition(|(character, _)| character.is_ascii_digit()).map_or(0, |last| last + 1);
    let Some((number, rest)) = word.split_at_checked(end) else { return (word, &[]) };
    if is_meant(word) || !is_meant(number) || !is_bare(number) {
        return (word, &[]);
    }
    let is_speck = |(character, _): &(char, f32)| matches!(character, '\'' | '"' | '\u{2019}' | '\u{201d}');
    let letters = rest.iter().filter(|(character, _)| character.is_alphabetic()).count();
    if rest.iter().all(is_speck) {
        return (number, &[]);
    }
    let is_alone =
        || second.is_some_and(|second| second.split_whitespace().any(|one| one == text_of(number)));
    match letters {
        1 if rest.len() == 1 && is_alone() => (number, &[]),
        0 | 1 => (word, &[]),
        _ => (number, rest),
    }
}

/// The letters before a word's number, where that is the row and they are no misread digit: a label that stands close to its number.
fn labelled<'a>(word: &'a Characters, row: &Row) -> Option<&'a Characters> {
    let first = word.iter().position(|(character, _)| character.is_ascii_digit())?;
    let (label, number) = word.split_at_checked(first)?;
    let is_word = label.len() >= LETTERS && label.iter().all(|(character, _)| character.is_alphabetic());
    (is_word && !is_meant(word) && is_bare(number) && text_of(number) == row.text()).then_some(label)
}

/// A word of a line, from that character of it on, whose digits rows agree with; and what stands behind its number, where that is no part of it.
fn agreed_words(line: &Line, (start, word): (usize, &Characters), judged: f32, rows: &[&Seen]) -> Vec<Line> {
    let count = real(line.characters.len().max(1));
    let part = |from: usize, to: usize| line.quad.part(real(from) / count, real(to) / count);
    let (number, unit) = parted(word, line.second.as_deref());
    if let [one] = rows
        && let Some(label) = labelled(word, &one.row)
    {
        let number = word.get(label.len()..).unwrap_or(word);
        let own = Line { quad: one.row.quad, ..agreed_word(line, number, judged, rows) };
        let quad = part(start, start + label.len());
        let label = Line { characters: label.to_vec(), second: None, judged: None, quad, ..line.clone() };
        return vec![label, own];
    }
    let quad = match rows {
        // With a unit that is none of its characters, OCR's place of the number is a guess.
        [one] if number.len() < word.len() => one.row.quad,
        _ => part(start, start + word.len()),
    };
    let mut words = vec![Line { quad, ..agreed_word(line, number, judged, rows) }];
    if !unit.is_empty() {
        let quad = part(start + number.len(), start + word.len());
        words.push(Line { characters: unit.to_vec(), second: None, judged: None, quad, ..line.clone() });
    }
    words
}

/// A word of a line whose digits rows agree with. The marks that the detector does not know are OCR's; the places are the detector's.
fn agreed_word(line: &Line, word: &Characters, judged: f32, rows: &[&Seen]) -> Line {
    let most = if rows.iter().any(|one| one.is_mended) { CONTRADICTED } else { 1.0 };
    let trust = judged.max(by_ocr(word, line.second.as_deref()));
    let again: Vec<String> = rows.iter().flat_map(|one| runs(&one.again)).collect();
    let own = [Some(text_of(word)), line.second.clone()].into_iter().flatten();
    let readings: Vec<Vec<String>> = own.map(|text| runs(&text)).chain([again]).collect();
    Line {
        characters: without_specks(without_strokes(word)),
        second: Some(confirming(&text_of(word), line.second.as_deref())),
        clear: line.clear && rows.iter().all(|one| one.clear),
        judged: Some(Judged::new(trust, evidence(&text_of(word), &readings, rows)).at_most(most)),
        ..line.clone()
    }
}

/// Whether a row lies where a word does. Characters are of different widths, so a word's place in its line is a guess.
fn touch(word: &Quad, row: &Quad) -> bool {
    word.shared(row) >= TOUCHED * word.area().min(row.area())
}

fn text_of(word: &Characters) -> String {
    word.iter().map(|(character, _)| *character).collect()
}

/// The reading with surroundings, where it shows the same number, as a unit may be seen in it alone; else the text itself.
fn confirming(text: &str, second: Option<&str>) -> String {
    let number = runs(text);
    let confirms = |second: &&str| !number.is_empty() && number.iter().all(|run| runs(second).contains(run));
    second.filter(confirms).unwrap_or(text).to_owned()
}

/// What a word is worth whose digits are those of the rows in its place; `None` where they are not.
fn agreement(word: &Characters, rows: &[(usize, &Row)]) -> Option<f32> {
    let mut rows: Vec<&Row> = rows.iter().map(|(_, row)| *row).collect();
    rows.sort_by(|a, b| a.quad.centre().x.total_cmp(&b.quad.centre().x));
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let text = text_of(word);
    let seen: String = rows.iter().map(|row| row.text()).collect();
    let points = |text: &str| text.chars().filter(|c| matches!(c, '.' | ',')).count();
    let probability = rows.iter().map(|row| row.probability()).fold(1.0, f32::min);
    let agreed = agreed(probability);
    // What OCR took for one line may be two below each other.
    let is_below = |pair: &[&Row]| match pair {
        [one, next] => {
            let lower = one.quad.height().min(next.quad.height());
            (one.quad.centre().y - next.quad.centre().y).abs() > BELOW * lower
                && one.quad.centre().x + one.quad.width() / 2.0 > next.quad.centre().x
        }
        _ => false,
    };
    match points(&text).cmp(&points(&seen)) {
        _ if seen.is_empty() || digits(&text) != digits(&seen) || rows.windows(2).any(is_below) => None,
        Ordering::Equal => Some(agreed),
        // A point is rather missed than made up.
        Ordering::Greater => Some(agreed.min(ALONE)),
        Ordering::Less => None,
    }
}

/// What OCR alone would make of a word that it read alike twice: a second reader that agrees takes nothing from that.
fn by_ocr(word: &Characters, second: Option<&str>) -> f32 {
    let (number, again) = (runs(&text_of(word)), second.map(runs).unwrap_or_default());
    let is_alike = !number.is_empty() && number.iter().all(|run| again.contains(run));
    if is_alike { word.iter().map(|(_, probability)| *probability).fold(AGREED, f32::min) } else { 0.0 }
}

fn covers(over: &[(usize, &Row)], quad: &Quad) -> bool {
    over.iter().map(|(_, row)| row.quad.shared(quad)).sum::<f32>() >= COVERED * quad.area()
}

type Characters = [(char, f32)];

/// A word without the strokes behind its digits, which the detector did not see: no sign stands there.
fn without_strokes(word: &Characters) -> &Characters {
    let is_stroke = |(character, _): &(char, f32)| matches!(character, '-' | '~' | '·');
    let end = word.iter().rposition(|one| !is_stroke(one)).map_or(0, |last| last + 1);
    word.get(..end).unwrap_or(word)
}

/// A word without the points that do not stand between digits.
fn without_specks(word: &Characters) -> Vec<(char, f32)> {
    let is_digit =
        |at: Option<usize>| at.and_then(|at| word.get(at)).is_some_and(|(c, _)| c.is_ascii_digit());
    let is_kept = |(at, (character, _)): &(usize, &(char, f32))| {
        !matches!(character, '.' | ',') || (is_digit(at.checked_sub(1)) && is_digit(Some(at + 1)))
    };
    word.iter().enumerate().filter(is_kept).map(|(_, one)| *one).collect()
}

/// The letters before the digits of a word and behind them, where they are more than a misread digit.
fn letters_of(word: &Characters) -> Vec<(usize, &Characters)> {
    let is_digit = |(character, _): &(char, f32)| character.is_ascii_digit();
    let (Some(first), Some(last)) = (word.iter().position(is_digit), word.iter().rposition(is_digit)) else {
        return vec![(0, word)];
    };
    let parts = [(0, word.get(..first)), (last + 1, word.get(last + 1..))];
    let says = |part: &Characters| {
        let sign = part.iter().any(|(character, _)| matches!(character, '%' | '°' | '℃' | '℉'));
        sign || part.iter().filter(|(character, _)| character.is_alphabetic()).count() >= LETTERS
    };
    parts.into_iter().filter_map(|(at, part)| Some((at, part.filter(|part| says(part))?))).collect()
}

#[cfg(test)]
mod tests;
